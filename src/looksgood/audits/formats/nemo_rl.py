"""NeMo-RL: `<log_dir>/exp_NNN/train_data_step{N}.jsonl` and `val_data_step{N}.jsonl`.

One object per sample, each value a list of that one sample's: `content` (the texts of its messages,
or in validation the messages themselves), `rewards`, and per token `token_loss_mask`,
`generation_logprobs`, `advantages`, ... With dynamic sampling `rewards` is of all samples drawn and
`filtered_rewards` of those in the file. There is no reference log-probability, and so no KL.

Source: NVIDIA-NeMo/RL 0.6, utils/logger.py `log_batched_dict_as_jsonl`, algorithms/grpo.py.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looksgood.audits.formats.chunks import in_chunks
from looksgood.audits.formats.columns import AS_NAMED, Columns
from looksgood.audits.formats.jsonl import objects
from looksgood.audits.formats.nemo_sample import Sampled
from looksgood.audits.formats.records import records
from looksgood.audits.formats.steps import StepFile, latest, numbered, read_each, run_name
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

NAMED = re.compile(r"(train|val)_data_step(\d+)\.jsonl(\.gz)?")
LAUNCH = re.compile(r"exp_\d+")


class NemoRL:
    """Reads a step's file, a launch's folder, or a log folder of launches.

    Training and validation are two runs: their prompts differ.
    """

    name = "nemo_rl"

    def __init__(self, columns: Mapping[str, str] | None = None) -> None:
        """Take --map: `gold=accuracy` where a file has such a key."""
        self._said = columns

    def recognises(self, path: Path) -> bool:
        """Tell whether there are such files, by their names."""
        return bool(numbered(path, NAMED))

    def batches(self, path: Path, notes: Notes) -> Iterator["pa.Table"]:
        """Yield the record of each sample.

        Raises:
            DataError: no file is there or readable.
        """
        files = latest(_files(path), notes)
        if not files:
            raise DataError(
                f"{path}: no train_data_stepN.jsonl or val_data_stepN.jsonl in it; NeMo-RL writes "
                "them to logger.log_dir"
            )
        sampled = Sampled()

        def rows(file: StepFile) -> Iterator[dict[str, Any]]:
            for line in objects(file.path, notes):
                for row in sampled.rows(line):
                    yield {**row, "run": file.run, "step": file.step}

        columns = Columns(AS_NAMED, self._said)
        yield from records(in_chunks(read_each(files, rows, notes)), columns, notes)
        columns.check(path)
        sampled.tell(notes)


def _files(path: Path) -> list[StepFile]:
    """Return the files; a launch that begins at a later step than the one before resumes it."""
    found = numbered(path, NAMED)
    if not found and path.is_file():
        return [StepFile(path, run_name(path.parent, path), None)]
    first: dict[Path, int] = {}
    for file, match in found:
        step = int(match[2])
        first[file.parent] = min(step, first.get(file.parent, step))
    begun = {folder: folder for folder in first}
    for before, folder in pairwise(first):
        launches = LAUNCH.fullmatch(before.name) and LAUNCH.fullmatch(folder.name)
        if launches and before.parent == folder.parent and first[folder] > first[begun[before]]:
            begun[folder] = begun[before]
    return [
        StepFile(
            file,
            run_name(begun[file.parent], path) + (" validation" if match[1] == "val" else ""),
            int(match[2]),
        )
        for file, match in found
    ]
