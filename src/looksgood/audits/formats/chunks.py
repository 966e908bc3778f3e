"""Rows as chunks of columns: a few thousand at a time, and not too much text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Chunk = Mapping[str, Any]
"""Some rows of a file by column: each an Arrow array or a list, all of equal length."""

ROWS = 4096
CHARACTERS = 1 << 24
"""A chunk ends at so many rows, or at about so many characters of text."""


def in_chunks(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, list[Any]]]:
    """Yield the rows as columns, some thousand at a time; a row that lacks a column has None."""
    held: list[Mapping[str, Any]] = []
    characters = 0
    for row in rows:
        held.append(row)
        for value in row.values():
            if isinstance(value, str):
                characters += len(value)
        if len(held) == ROWS or characters > CHARACTERS:
            yield _columns(held)
            held, characters = [], 0
    if held:
        yield _columns(held)


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}
