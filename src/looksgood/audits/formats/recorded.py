"""Our own record, as the recorders of `looksgood.audits` write it while a trainer runs.

`rollouts.jsonl`, or `rollouts-PID.jsonl` where several processes write: a first line
`{"looksgood_rollouts": 1, "run": ..., "steps": ...}`, then an object per response with the record's
columns. `steps` is "optimizer", or what was counted because the trainer does not tell its steps.
What several processes wrote for one step are different responses: all are kept.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looksgood.audits.formats.chunks import in_chunks
from looksgood.audits.formats.columns import AS_NAMED, Columns
from looksgood.audits.formats.jsonl import first_object, objects
from looksgood.audits.formats.records import records
from looksgood.audits.formats.steps import StepFile, numbered, read_each, run_name
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

NAMED = re.compile(r"rollouts(-.+)?\.jsonl(\.gz)?")
HEADER = "looksgood_rollouts"
"""Key of the first line; its value is the version."""
VERSION = 1


class Recorded:
    """Reads a recording, or a folder of or above them."""

    name = "recorded"

    def __init__(self, columns: Mapping[str, str] | None = None) -> None:
        """Take --map, over the record's columns and what was recorded besides."""
        self._said = columns

    def recognises(self, path: Path) -> bool:
        """Tell whether the first line is a recording's."""
        return any(HEADER in first_object(file) for file in _files(path)[:1])

    def batches(self, path: Path, notes: Notes) -> Iterator["pa.Table"]:
        """Yield what was recorded.

        Raises:
            DataError: no recording is there, or it is of a later version than is known.
        """
        files = [StepFile(file, run_name(file.parent, path), None) for file in _files(path)]
        if not files:
            raise DataError(f"{path}: no rollouts.jsonl in it, as looksgood's recorders write them")

        counted: set[str] = set()

        def rows(file: StepFile) -> Iterator[dict[str, Any]]:
            run = file.run
            for row in objects(file.path, notes):
                if HEADER in row:
                    run = _run(row, file)
                    counted.add(str(row.get("steps") or "optimizer"))
                else:
                    yield {**row, "run": row.get("run") or run}

        columns = Columns(AS_NAMED, self._said)
        yield from records(in_chunks(read_each(files, rows, notes)), columns, notes)
        columns.check(path)
        notes.lines += [
            f"A step is one of the {unit} that the recorder counted: the trainer told it no step."
            for unit in sorted(counted - {"optimizer"})
        ]


class OpenRLHF(Recorded):
    """OpenRLHF writes no rollouts: what our recorder, as its reward function, wrote of them."""

    name = "openrlhf"


def _files(path: Path) -> list[Path]:
    found = [file for file, _ in numbered(path, NAMED)]
    return found or ([path] if path.is_file() else [])


def _run(header: Mapping[str, Any], file: StepFile) -> str:
    """Return the run's name out of a header (a process that was started again writes another).

    Raises:
        DataError: the version is not known.
    """
    if header[HEADER] != VERSION:
        raise DataError(
            f"{file.path}: a recording of version {header[HEADER]!r}, this reads {VERSION}"
        )
    return str(header.get("run") or file.run)
