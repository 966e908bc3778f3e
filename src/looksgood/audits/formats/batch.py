"""Batches of records: a file's rows, under the record's names and types, a few thousand a batch."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from looksgood.audits.formats.chat import answer_of, text_of
from looksgood.audits.formats.columns import Chunk
from looksgood.audits.formats.numbers import finite, whole
from looksgood.audits.notes import Notes
from looksgood.audits.record import COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 4096
CHARACTERS = 1 << 24
"""A batch ends at so many rows, or at about so many characters of text."""

NUMBERS = {"int64": "whole numbers", "float64": "finite numbers"}


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


def records(chunks: Iterable[Chunk], notes: Notes) -> Iterator["pa.Table"]:
    """Yield each chunk, its columns named as the record's are, as a table of records and extras.

    Scores that are no finite numbers become null; at the end, a note says how many were.
    """
    import pyarrow as pa

    bad: Counter[str] = Counter()
    rows = 0
    for chunk in filter(None, chunks):
        count = len(next(iter(chunk.values())))
        rows += count
        arrays: dict[str, pa.Array] = {}
        for name, kind in COLUMNS.items():
            dtype = getattr(pa, kind)()
            if name in chunk:
                arrays[name] = _array(_typed(name, kind, chunk[name], bad), dtype)
            else:
                arrays[name] = pa.nulls(count, dtype)
        extras = {name: extra(chunk[name]) for name in chunk if name not in COLUMNS}
        yield pa.table(arrays | extras)
    notes.lines += [
        f"{found} of {rows} values of {name} are no {NUMBERS[COLUMNS[name]]}: taken as missing."
        for name, found in bad.items()
    ]


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _typed(name: str, kind: str, values: Sequence[Any], bad: Counter[str]) -> list[Any]:
    """Return the values in the column's type; numbers that are none are counted in `bad`."""
    if kind == "string":
        text = {"prompt": text_of, "completion": answer_of}.get(name, _plain)
        return [value if isinstance(value, str) else text(value) for value in values]
    found = [whole(value) if kind == "int64" else finite(value) for value in values]
    lost = found.count(None) - list(values).count(None)
    if lost:
        bad[name] += lost
    return found


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)


def extra(values: Sequence[Any]) -> "pa.Array":
    """Return a column as Arrow infers it; as JSON text where its values are of several kinds."""
    import pyarrow as pa

    try:
        return pa.array(values)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return _array([text_of(value) for value in values], pa.string())


def _array(values: Sequence[Any], kind: "pa.DataType") -> "pa.Array":
    """Return the values as Arrow; half a surrogate pair, which is no character, as "?"."""
    import pyarrow as pa

    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        sound = [v if v is None else v.encode(errors="replace").decode() for v in values]
        return pa.array(sound, kind)
