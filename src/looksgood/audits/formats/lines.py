"""Lines of a file as text: no line too long for memory, no byte that stops the reading."""

import io
from collections.abc import Iterator

from looksgood.audits.notes import Notes

LONGEST = 1 << 26
"""Bytes of one line; what is longer is no response."""


class Lines:
    """Line numbers of a file with which something is the matter: how many, and the first."""

    def __init__(self) -> None:
        self.count, self.first = 0, 0

    def add(self, number: int) -> None:
        """Count line `number`."""
        self.count, self.first = self.count + 1, self.first or number

    def tell(self, notes: Notes, name: str, what: str) -> None:
        """Note them, if there are any."""
        if self.count:
            notes.lines.append(f"{name}: {what}: {self.count} (the first: line {self.first}).")


def lines_of(file: io.BufferedReader, name: str, notes: Notes) -> Iterator[tuple[int, str]]:
    """Yield number and text of each line, ends of lines as they are.

    Bytes that are not UTF-8 become "�"; lines beyond `LONGEST` are left out. Both are told.
    """
    too_long, replaced = Lines(), Lines()
    number = 0
    while line := file.readline(LONGEST):
        number += 1
        if len(line) == LONGEST and not line.endswith(b"\n"):
            too_long.add(number)
            _skip_line(file)
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            replaced.add(number)
            text = line.decode(errors="replace")
        yield number, text
    too_long.tell(notes, name, f"lines longer than {LONGEST} bytes, left out")
    replaced.tell(notes, name, "lines that are not UTF-8, read with � in place of the bad bytes")


def _skip_line(file: io.BufferedReader) -> None:
    """Read on to the end of the line."""
    while (rest := file.readline(1 << 20)) and not rest.endswith(b"\n"):
        pass
