"""Which of a file's columns is which of the record's: what the format knows, then what was said."""

from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from typing import Any

from looksgood.audits.formats.numbers import number
from looksgood.audits.record import COLUMNS
from looksgood.core.errors import DataError
from looksgood.core.visible import listed

Chunk = Mapping[str, Sequence[Any]]
"""Some rows of a file, as columns of equal length."""

AT_THEIR_WORD = {"gold": "gold", "rater": "rater"}
"""Names that need no --map: whoever writes such a column means ours."""

AS_NAMED = {name: name for name in COLUMNS}
"""For a format whose columns are the record's."""


class Columns:
    """Renames a file's columns to the record's, chunk by chunk; the others stay as extras.

    `said` is --map: the record's column to the file's, or for a score to a weighted sum of several
    ("0.5*format+accuracy"), in which what is missing counts 0 as the trainers count it.
    """

    def __init__(self, own: Mapping[str, str], said: Mapping[str, str] | None = None) -> None:
        self._said = dict(said or {})
        self._names = {**AT_THEIR_WORD, **own, **self._said}
        self._seen: set[str] = set()

    def __call__(self, chunk: Chunk) -> dict[str, Sequence[Any]]:
        """Return the chunk with the record's names; what it lacks is left out."""
        self._seen.update(chunk)
        renamed: dict[str, Sequence[Any]] = {}
        used: set[str] = set()
        for name, source in self._names.items():
            terms = terms_of(source, chunk)
            used.update(column for _, column in terms)
            if source in chunk:
                renamed[name] = chunk[source]
            elif present := [(weight, column) for weight, column in terms if column in chunk]:
                renamed[name] = _weighted(present, chunk)
        extras = (name for name in chunk if name not in used and name not in COLUMNS)
        return renamed | {name: chunk[name] for name in extras}

    def check(self, where: object) -> None:
        """Refuse a --map that names a column which no chunk had.

        Raises:
            DataError: names it, and the columns that are there.
        """
        for name, source in self._said.items():
            for _, column in terms_of(source, self._seen):
                if column not in self._seen:
                    raise DataError(
                        f"{where}: --map {name}={source} names {column!r}, which is no column of "
                        f"it. There are: {listed(sorted(self._seen), 60)}"
                    )


def terms_of(source: str, columns: Iterable[str]) -> list[tuple[float, str]]:
    """Return weight and column of each term of "a+b" or "0.5*a+b"; a column of that name wins."""
    if source in columns:
        return [(1.0, source)]
    terms = []
    for term in source.split("+"):
        weight, star, column = term.partition("*")
        factor = number(weight) if star else None
        terms.append((1.0, term.strip()) if factor is None else (factor, column.strip()))
    return terms


def _weighted(terms: Sequence[tuple[float, str]], chunk: Chunk) -> list[float | None]:
    """Return the weighted sum per row; None where every term is missing."""
    weights = [weight for weight, _ in terms]
    rows = zip(*(map(number, chunk[name]) for _, name in terms), strict=True)
    return [_sum_of(weights, row) for row in rows]


def _sum_of(weights: Sequence[float], row: Sequence[float | None]) -> float | None:
    there = [w * x for w, x in zip(weights, row, strict=True) if x is not None and not isnan(x)]
    return sum(there) if there else None
