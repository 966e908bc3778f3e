"""A table of comma- or tab-separated values, whose first line names the columns."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from looksgood.audits.formats.chunks import in_chunks
from looksgood.audits.formats.files import open_binary
from looksgood.audits.formats.lines import LONGEST, Lines, lines_of
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError
from looksgood.core.visible import listed

DELIMITERS = ",\t;|"


class CsvSource:
    """CSV as RFC 4180 has it; the delimiter is the one that the header has most of."""

    def __init__(self, path: Path, notes: Notes) -> None:
        self.path, self._notes = path, notes

    def names(self) -> list[str]:
        """Return the header."""
        return next(self._rows(Notes()))

    def chunks(self, columns: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """Yield the values of the columns as text; an empty one is kept as it is."""
        rows = self._rows(self._notes)
        header = next(rows)
        places = [(name, header.index(name)) for name in columns if name in header]
        lacking = dict.fromkeys(name for name in columns if name not in header)
        if twice := [name for name in columns if header.count(name) > 1]:
            told = f"{self.path.name}: of several columns called {listed(twice)} the first is read."
            self._notes.lines.append(told)
        yield from in_chunks({name: row[i] for name, i in places} | lacking for row in rows)

    def _rows(self, notes: Notes) -> Iterator[list[str]]:
        """Yield the header, then each row that has as many cells."""
        csv.field_size_limit(LONGEST)  # of the whole process; Python's own limit is 128 KiB
        bad = Lines()
        with open_binary(self.path, notes) as file:
            lines = (text for _, text in lines_of(file, self.path.name, notes))
            header_line = next(lines, "")
            delimiter = max(DELIMITERS, key=header_line.count)
            reader = csv.reader(_after(header_line, lines), delimiter=delimiter)
            header: list[str] = []
            while True:
                try:
                    row = next(reader)
                except StopIteration:
                    break
                except csv.Error:
                    bad.add(reader.line_num)
                    continue
                if not header:
                    header = [name.strip() for name in row]
                    self._check(header)
                    yield header
                elif len(row) == len(header):
                    yield row
                elif row:
                    bad.add(reader.line_num)
        self._check(header)
        bad.tell(notes, self.path.name, f"rows that have not {len(header)} cells, left out")

    def _check(self, header: Sequence[str]) -> None:
        """Refuse a file that names no columns.

        Raises:
            DataError: its first line is empty, or is no text.
        """
        if not any(header) or any("\x00" in name or "�" in name for name in header):
            raise DataError(f"{self.path}: not a CSV file: its first line names no columns")


def _after(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
