"""Tables in files: CSV, JSON or Parquet, gzipped or not, read a piece at a time."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from looksgood.audits.formats.csv_source import CsvSource
from looksgood.audits.formats.files import first_bytes
from looksgood.audits.formats.json_source import JsonSource
from looksgood.audits.formats.parquet_source import ParquetSource
from looksgood.audits.notes import Notes

PATTERNS = tuple(
    f"*.{kind}{zipped}"
    for kind in ("csv", "tsv", "jsonl", "ndjson", "json", "parquet")
    for zipped in ("", ".gz")
)
"""Of a folder's files, those that may hold tables."""


@runtime_checkable
class Source(Protocol):
    """One file as a table."""

    path: Path

    def names(self) -> list[str]:
        """Return its columns; what is nested has dotted names.

        Raises:
            DataError: nothing of the file can be read.
        """
        ...

    def chunks(self, columns: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """Yield some rows at a time: for each column, an Arrow array or a list of values.

        Columns that the file lacks are None throughout.
        """
        ...


def source_of(path: Path, notes: Notes) -> Source | None:
    """Return the file as a table, by how it begins; None where it looks like none."""
    start = first_bytes(path)
    if start.startswith(b"PAR1"):
        return ParquetSource(path, notes)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] in (b"{", b"["):
        return JsonSource(path, notes)
    named = path.name.lower().removesuffix(".gz")
    if named.endswith((".jsonl", ".ndjson", ".json")):
        return JsonSource(path, notes)
    if named.endswith(".parquet"):
        return ParquetSource(path, notes)
    if named.endswith((".csv", ".tsv")):
        return CsvSource(path, notes)
    header = text.partition(b"\n")[0]
    printable = bool(text) and b"\x00" not in start
    return CsvSource(path, notes) if printable and (b"," in header or b"\t" in header) else None
