"""Files of a run: found in numeric order, opened plain or gzipped, read as far as they go."""

import gzip
import io
import os
import re
import zlib
from pathlib import Path

from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError

GZIP = b"\x1f\x8b"
READ_BYTES = 1 << 20


def files_in(path: Path, *patterns: str) -> list[Path]:
    """Return the file, or the folder's files that match any pattern: 2.jsonl before 10.jsonl.

    Patterns are globs; "**/" looks into folders below. Hidden files are left out.

    Raises:
        DataError: there is nothing at `path`.
    """
    if not path.exists():
        raise DataError(f"{path}: no such file or folder")
    if not path.is_dir():
        return [path]
    found = {file for pattern in patterns or ("*",) for file in path.glob(pattern)}
    named = (file for file in found if not file.relative_to(path).name.startswith("."))
    return sorted((file for file in named if file.is_file()), key=in_numeric_order)


def in_numeric_order(path: Path) -> list[tuple[int, int, str]]:
    """Return a key that sorts the numbers within names as numbers."""
    parts = re.split("([0-9]+)", str(path))
    return [(0, int(part), part) if i % 2 else (1, 0, part) for i, part in enumerate(parts)]


def name_of(path: Path) -> str:
    """Return what a run is called that its file does not name: "a" for a.jsonl.gz and a.csv."""
    name = path.name.removesuffix(".gz")
    return name.rpartition(".")[0] or name


def sound(name: str) -> str:
    """Return the name of a file with "�" for bytes in it that are no UTF-8."""
    return os.fsencode(name).decode(errors="replace")


def first_bytes(path: Path, count: int = 1 << 16) -> bytes:
    """Return how the file begins, unzipped; nothing where it is no file or cannot be read."""
    try:
        with open_binary(path, Notes()) as file:
            return file.read(count)
    except DataError:
        return b""


def is_zipped(path: Path) -> bool:
    """Tell by its content whether a file is gzipped."""
    with path.open("rb") as file:
        return file.read(len(GZIP)) == GZIP


def open_binary(path: Path, notes: Notes) -> io.BufferedReader:
    """Open a file, gzipped or not (its content says which), to be read from start to end.

    Raises:
        DataError: it is missing, a folder or a device, or may not be read.
    """
    if not path.is_file():  # a pipe or a device might never end
        raise DataError(f"{path}: no such file")
    try:
        file = path.open("rb")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    return io.BufferedReader(_Readable(file, path, notes), READ_BYTES)


class _Readable(io.RawIOBase):
    """A file's bytes, unzipped, up to where they can be read; the rest is told in a note."""

    def __init__(self, file: io.BufferedReader, path: Path, notes: Notes) -> None:
        self._file, self._path, self._notes = file, path, notes
        zipped = file.peek(len(GZIP))[: len(GZIP)] == GZIP
        self._bytes = gzip.GzipFile(fileobj=file) if zipped else file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        try:
            got = self._bytes.read1(len(buffer))
        except (EOFError, OSError, zlib.error) as error:
            self._notes.lines.append(
                f"{self._path.name} is cut or damaged ({error}): read up to there."
            )
            self._bytes, got = io.BytesIO(), b""
        buffer[: len(got)] = got
        return len(got)

    def close(self) -> None:
        self._file.close()
        super().close()
