"""verl: what `trainer.rollout_data_dir` and `trainer.validation_data_dir` hold, a file per step.

`{step}.jsonl`, one object per response: `input`, `output`, `gts`, `score`, `step`, and the keys of
`compute_score`'s dict (`acc`, ...), `uid` or `request_id`. `score` is before the KL penalty. The
rollouts of step k were drawn by the policy after k - 1 updates, its validation after k. There is no
KL and no log-probability.

Source: verl 0.10.dev, trainer/ppo/ray_trainer.py, `_dump_generations`.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looksgood.audits.formats.chunks import in_chunks
from looksgood.audits.formats.columns import AT_THEIR_WORD, Columns
from looksgood.audits.formats.jsonl import objects
from looksgood.audits.formats.records import records
from looksgood.audits.formats.steps import StepFile, latest, opens_with, read_each, step_files
from looksgood.audits.notes import Notes

if TYPE_CHECKING:
    import pyarrow as pa

NAMED = re.compile(r"(\d+)\.jsonl(\.gz)?")
MISSING = (
    "no STEP.jsonl in it; verl writes them to trainer.rollout_data_dir and "
    "trainer.validation_data_dir"
)
KEYS = {"input", "output", "score"}
OWN = {
    "run": "run",
    "step": "step",
    "prompt": "input",
    "completion": "output",
    "proxy": "score",
    "group": "uid",
    **AT_THEIR_WORD,
}


class Verl:
    """Reads a step's file, or a folder of them or above them; each folder is a run."""

    name = "verl"

    def __init__(self, columns: Mapping[str, str] | None = None) -> None:
        """Take --map: `gold=acc` where `acc` is the truth and `score` is not."""
        self._said = columns

    def recognises(self, path: Path) -> bool:
        """Tell whether files are named by a step and the first holds an input, output and score."""
        return opens_with(path, NAMED, KEYS)

    def batches(self, path: Path, notes: Notes) -> Iterator["pa.Table"]:
        """Yield the record of each response.

        Raises:
            DataError: no file is there or readable.
        """

        def rows(file: StepFile) -> Iterator[dict[str, Any]]:
            for row in objects(file.path, notes):
                yield {"step": file.step, **row, "run": file.run}

        files = latest(step_files(path, NAMED, MISSING), notes)
        columns = Columns(OWN, self._said)
        read = read_each(files, rows, notes)
        yield from records(in_chunks(read), columns, notes)
        columns.check(path)
