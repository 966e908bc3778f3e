"""What a reader of a trainer's files is."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from looksgood.audits.notes import Notes
from looksgood.audits.scalar_log import ScalarLog

if TYPE_CHECKING:
    import pyarrow as pa


@runtime_checkable
class Reader(Protocol):
    """A format: recognises its files, and turns them into batches of records.

    Its entry point is a class, built with what `--map` said: `Reader({"gold": "accuracy"})`, the
    record's column to the file's. What is not said, a format that knows its columns answers itself.
    """

    name: str
    """What `--format` asks for; two readers of one trainer's files may share it."""

    def recognises(self, path: Path) -> bool:
        """Tell whether this file, or folder, is of the format; looks at names and first lines."""
        ...

    def batches(self, path: Path, notes: Notes) -> Iterator["pa.Table"]:
        """Yield tables of `record.record_schema()` and extras, a few thousand rows each.

        Raises:
            DataError: a file cannot be read at all; names it, and the line.
        """
        ...


@runtime_checkable
class ScalarReader(Protocol):
    """A format without responses: means per checkpoint. Built, and named, as a `Reader` is."""

    name: str

    def recognises(self, path: Path) -> bool:
        """Tell whether this file is of the format; looks at its name and first lines."""
        ...

    def scalars(self, path: Path, notes: Notes) -> ScalarLog:
        """Read the log; what it says of KL goes to `notes.kl_means`.

        Raises:
            DataError: the file cannot be read, or has no step or no score.
        """
        ...
