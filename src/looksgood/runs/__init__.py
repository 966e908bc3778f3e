"""Run folders: everything a study or an audit read and produced, safe against a kill at any moment.

In come settings and rows (plain data) and named tensors; out come folders as design.md fixes them.
This package imports `core` only and knows nothing of language models. Nothing heavy is imported
before it is needed, and nothing unpickles: JSON, Parquet and safetensors only.

    <run>/run.json  findings.json  points.parquet  samples.parquet  prompts.parquet
    <run>/predictions.json                  what was predicted, written before any work began
    <run>/stages/<name>-<key>/              what cells share, computed once; a link, if runs share
                                            it, too
    <run>/cells/<arm>-seed<seed>-<key>/     one unit of work
        points.jsonl samples.jsonl prompts.jsonl   the record while the cell runs (see `Lines`)
        checkpoint.safetensors                     tensors, position and meta, in one file
        points.parquet …, done.json                written last, when the cell is done
        failed.json                                the one-line reason, if it failed

How a resumed cell agrees with its checkpoint
---------------------------------------------
Every line carries a `position` (steps taken). `CellFolder.commit(position, …)` has one order:

1. append the lines of this position, each on the disk before the next (flush and fsync);
2. replace the checkpoint, which also says how many lines it stands on.

So a checkpoint at position p promises that every line up to p is on the disk. A kill

* in the middle of a line leaves a torn last line, which nobody reads and the next append removes;
* between 1 and 2 leaves lines beyond the checkpoint: `CellFolder.resume` drops them
  (`Lines.keep(p)`) and the steps are done again, with equal draws, so equal lines come again;
* in the middle of 2 leaves the old checkpoint, which is the case above;
* after 2 leaves both in agreement.

The opposite order would lose lines (a checkpoint at p without the line of p is never made good),
so a row at or before the committed position is refused. Where the disk itself lost lines, there
are fewer than the checkpoint stands on: `resume` trusts neither and starts the cell from nothing.
"""

from looksgood.runs.atomic import atomic_file, atomic_folder, write_atomically
from looksgood.runs.cell import CellFolder, Progress
from looksgood.runs.checkpoint import load_checkpoint, save_checkpoint
from looksgood.runs.engine import LocalEngine, engine, run_cells
from looksgood.runs.folder import RunFolder
from looksgood.runs.lines import Lines
from looksgood.runs.stages import Stages, share_stages
from looksgood.runs.tables import merge_tables, read_table, write_table
from looksgood.runs.tasks import CellTask, Engine, Interrupted, Outcome

__all__ = [
    "CellFolder",
    "CellTask",
    "Engine",
    "Interrupted",
    "Lines",
    "LocalEngine",
    "Outcome",
    "Progress",
    "RunFolder",
    "Stages",
    "atomic_file",
    "atomic_folder",
    "engine",
    "load_checkpoint",
    "merge_tables",
    "read_table",
    "run_cells",
    "save_checkpoint",
    "share_stages",
    "write_atomically",
    "write_table",
]
