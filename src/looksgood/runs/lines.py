"""Append-only JSON lines: the record of a cell while it runs."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from looksgood.core.errors import DataError
from looksgood.runs.atomic import full_disk_explained, sync, write_atomically
from looksgood.runs.strict import dumps

Row = dict[str, Any]


class Lines:
    """Rows in a file, each on the disk before `append` returns; one writer at a time.

    A last line without its line end was torn by a kill: it is never read, and the next append
    removes it. Numbers that are not finite are stored as null: missing, never 0.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def append(self, *rows: Mapping[str, Any]) -> None:
        """Append `rows`; when this returns they survive a kill and a power cut.

        Raises:
            LooksgoodError: the disk is full; earlier rows are untouched.
            TypeError: a row holds something that has no JSON form; no row was written.
        """
        if not rows:
            return
        data = b"".join(dumps(row).encode() + b"\n" for row in rows)
        with full_disk_explained(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            is_new = not self.path.exists()
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                end = _whole_length(handle)
                os.ftruncate(handle, end)
                _write_all(handle, data, end)
                os.fsync(handle)
            finally:
                os.close(handle)
            if is_new:
                sync(self.path.parent)

    def read(self) -> list[Row]:
        """Return every whole row, in order; none where there is no file.

        Raises:
            DataError: a whole line is not a JSON object; names the file and the line.
        """
        return [_parse(self.path, number, line) for number, line in enumerate(self._whole(), 1)]

    def keep(self, position: int) -> int:
        """Drop the rows whose `position` is beyond `position`; return how many went.

        A row without a position is kept. The file is replaced as a whole or not at all.
        """
        lines, rows = self._whole(), self.read()
        kept = [
            line
            for line, row in zip(lines, rows, strict=True)
            if row.get("position") is None or row["position"] <= position
        ]
        if len(kept) < len(lines):
            write_atomically(self.path, b"".join(line + b"\n" for line in kept))
        return len(lines) - len(kept)

    def clear(self) -> None:
        """Forget every row."""
        self.path.unlink(missing_ok=True)

    def __len__(self) -> int:
        """Count the whole rows."""
        return len(self._whole())

    def _whole(self) -> list[bytes]:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        return data.split(b"\n")[:-1]


def without(rows: Iterable[Row], *names: str) -> list[Row]:
    """Return copies of `rows` that lack `names`."""
    return [{name: value for name, value in row.items() if name not in names} for row in rows]


def _parse(path: Path, number: int, line: bytes) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:  # not JSON, or not text
        raise DataError(f"{path}, line {number}: not JSON ({error})") from error
    if not isinstance(row, dict):
        raise DataError(f"{path}, line {number}: not an object but {type(row).__name__}")
    return row


def _whole_length(handle: int) -> int:
    """Return the file's length up to and with its last line end, in bytes."""
    end = os.fstat(handle).st_size
    while end > 0:
        start = max(0, end - 65536)
        found = os.pread(handle, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _write_all(handle: int, data: bytes, offset: int) -> None:
    while data:
        written = os.pwrite(handle, data, offset)
        data, offset = data[written:], offset + written
