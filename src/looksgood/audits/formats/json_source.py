"""A table of JSON objects: the columns are their keys, nested ones by dotted names."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from looksgood.audits.formats.chunks import in_chunks
from looksgood.audits.formats.jsonl import objects
from looksgood.audits.notes import Notes

LOOKED_AT = 1000
"""Objects whose keys are the file's columns; a key that comes later only is not offered."""

DEPTH = 4


class JsonSource:
    """JSON lines, or a JSON array."""

    def __init__(self, path: Path, notes: Notes) -> None:
        self.path, self._notes = path, notes

    def names(self) -> list[str]:
        """Return the keys of the first objects, in the order they are met."""
        found: dict[str, None] = {}
        for row in islice(objects(self.path, Notes()), LOOKED_AT):
            found.update(dict.fromkeys(_names(row)))
        return list(found)

    def chunks(self, columns: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """Yield the values of the columns, row by row gathered into chunks."""
        rows = objects(self.path, self._notes)
        if not any("." in column for column in columns):
            yield from in_chunks({name: row.get(name) for name in columns} for row in rows)
        else:
            yield from in_chunks({name: _value(row, name) for name in columns} for row in rows)


def _names(row: Mapping[str, Any], before: str = "", depth: int = DEPTH) -> Iterator[str]:
    for key, value in row.items():
        yield before + key
        if isinstance(value, Mapping) and depth:
            yield from _names(value, f"{before}{key}.", depth - 1)


def _value(row: Any, name: str) -> Any:
    """Return what is at a dotted name; a key that itself has dots is met first."""
    if name in row:
        return row[name]
    key, dot, rest = name.partition(".")
    while dot:
        inner = row.get(key)
        if isinstance(inner, Mapping):
            return _value(inner, rest)
        more, dot, rest = rest.partition(".")
        key = f"{key}.{more}"
    return None
