"""Any table of responses, a row each: columns by --map, by the record's names, or evident ones."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from looksgood.audits.formats.columns import Columns, columns_used, refuse_unknown
from looksgood.audits.formats.files import files_in
from looksgood.audits.formats.records import records
from looksgood.audits.formats.source import PATTERNS, Source, source_of
from looksgood.audits.formats.synonyms import chosen
from looksgood.audits.notes import Notes
from looksgood.audits.record import COLUMNS, SCORES
from looksgood.core.errors import DataError
from looksgood.core.visible import listed

if TYPE_CHECKING:
    import pyarrow as pa

SAYS_SOMETHING = {*SCORES, "kl", "logp", "completion"}
"""Columns of which a table of responses has one at least."""


class Table:
    """CSV, JSON lines, a JSON array or Parquet, gzipped or not; or a folder of them (one run)."""

    name = "table"

    def __init__(self, columns: Mapping[str, str] | None = None) -> None:
        """Take --map: the record's column to the file's ("a.b" is nested, "a+0.5*b" a sum).

        Raises:
            ConfigError: it names a column that the record does not have.
        """
        self._said = dict(columns or {})
        self._extras: Collection[str] | None = ()
        refuse_unknown(self._said, COLUMNS, "a table of responses")

    def keep(self, extras: Collection[str] | None) -> None:
        """Say which columns to yield beside the record's, under their own names; None: all."""
        self._extras = extras

    def recognises(self, path: Path) -> bool:
        """Tell whether the file, or any of the folder's, can be a table."""
        return any(source_of(file, Notes()) for file in files_in(path, *PATTERNS))

    def batches(self, path: Path, notes: Notes) -> Iterator["pa.Table"]:
        """Yield the record of each row; what is no table among a folder's files is told.

        Raises:
            DataError: no file is readable, or --map names a column that none has.
        """
        sources = sources_of(path, notes)
        there = list(dict.fromkeys(name for _, names in sources for name in names))
        mapped = chosen(self._said, there, path, notes)
        if not mapped.keys() & SAYS_SOMETHING:
            raise DataError(
                f"{path}: none of its columns is known as a score or a response: --map "
                "proxy=COLUMN,gold=COLUMN,step=COLUMN,... says which is what of "
                + listed(there, 60)
            )
        used = columns_used(mapped, there)
        extras = [name for name in there if self._extras is None or name in self._extras]
        extras = [name for name in extras if name not in COLUMNS]
        read = used | set(extras)
        notes.unused(name for name in there if not any(_overlap(name, column) for column in read))
        chunks = (
            chunk
            for source, names in sources
            if not used.isdisjoint(names)
            for chunk in source.chunks(sorted(read))
        )
        yield from records(chunks, Columns({}, mapped), notes, extras)


def sources_of(path: Path, notes: Notes) -> Sequence[tuple[Source, list[str]]]:
    """Return each readable table of a file or folder with its columns; others are told.

    Raises:
        DataError: none is readable.
    """
    found: list[tuple[Source, list[str]]] = []
    errors: list[str] = []
    for file in files_in(path, *PATTERNS):
        try:
            if source := source_of(file, notes):
                found.append((source, source.names()))
            else:
                errors.append(f"{file}: neither CSV nor JSON nor Parquet")
        except DataError as error:
            errors.append(str(error))
    if not found:
        raise DataError(errors[0] if errors else f"{path}: no CSV, JSON or Parquet file in it")
    notes.lines += [f"Left out: {error}." for error in errors]
    return found


def _overlap(name: str, used: str) -> bool:
    """Tell whether a column is one that is used, or holds it, or lies within it."""
    return f"{name}.".startswith(f"{used}.") or f"{used}.".startswith(f"{name}.")
