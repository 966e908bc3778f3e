"""What a reader of a trainer's files is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from looksgood.audits.scalar_log import ScalarLog
from looksgood.core.audit_result import NotMeasured

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(slots=True)
class Notes:
    """What was met while reading: said in the report, never silently mended."""

    lines: list[str] = field(default_factory=list)
    """One sentence each, with the file and how many rows it concerns."""
    not_measured: list[NotMeasured] = field(default_factory=list)
    kl_means: str = ""
    """What the column `kl` is, where the format tells: "k1, summed over the sequence"."""

    def unused(self, names: Iterable[str]) -> None:
        """Note columns that are there and not read: --map may want one of them."""
        shown = [repr(name[:60]) for name in names]
        more = f" and {len(shown) - 20} more" if len(shown) > 20 else ""
        if shown:
            self.lines.append(f"Columns that are not used: {', '.join(shown[:20])}{more}.")


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
