"""Which of a file's columns is which of the record's: what the format knows, then what was said."""

from collections.abc import Collection, Iterable, Mapping

from looksgood.audits.formats.numbers import number
from looksgood.audits.record import COLUMNS
from looksgood.core.errors import ConfigError, DataError
from looksgood.core.visible import listed

Terms = list[tuple[float, str]]
"""Weights and columns: of a score a sum, of a text its parts side by side."""

AT_THEIR_WORD = {"gold": "gold", "rater": "rater"}
"""Names that need no --map: whoever writes such a column means ours."""

AS_NAMED = {name: name for name in COLUMNS}
"""For a format whose columns are the record's."""


class Columns:
    """Tells of each chunk which columns make up each of the record's; the others are extras.

    `own` is what the format knows, `said` is --map: the record's column to the file's, or to
    several ("0.5*format+accuracy"), of which a chunk may lack some.
    """

    def __init__(self, own: Mapping[str, str], said: Mapping[str, str] | None = None) -> None:
        self.said = dict(said or {})
        self.names = {**own, **self.said}
        self._seen: dict[str, None] = {}

    def terms(self, columns: Collection[str]) -> dict[str, Terms]:
        """Return what makes up each of the record's columns; those of which nothing is there not.

        `columns` are a chunk's.
        """
        self._seen.update(dict.fromkeys(columns))
        found = {name: terms_of(source, columns) for name, source in self.names.items()}
        there = {name: [t for t in terms if t[1] in columns] for name, terms in found.items()}
        return {name: terms for name, terms in there.items() if terms}

    def extras(self, columns: Collection[str]) -> list[str]:
        """Return the columns that are in no term and are not called as one of the record's."""
        used = columns_used(self.names, columns)
        return [name for name in columns if name not in used and name not in COLUMNS]

    def check(self, where: object) -> None:
        """Refuse a --map that names a column which no chunk had.

        Raises:
            DataError: names it, and the columns that are there.
        """
        refuse_missing(where, self.said, sorted(self._seen))


def terms_of(source: str, columns: Iterable[str]) -> Terms:
    """Return weight and column of each term of "a+b" or "0.5*a+b"; a column of that name wins."""
    if source in columns:
        return [(1.0, source)]
    terms = []
    for term in source.split("+"):
        weight, star, column = term.partition("*")
        factor = number(weight) if star else None
        terms.append((1.0, term.strip()) if factor is None else (factor, column.strip()))
    return terms


def columns_used(mapped: Mapping[str, str], there: Collection[str]) -> set[str]:
    """Return all columns of a mapping's terms."""
    return {column for source in mapped.values() for _, column in terms_of(source, there)}


def refuse_unknown(
    said: Mapping[str, str], known: Collection[str], of: str, option: str = "--map"
) -> None:
    """Refuse what is said of a column that nothing here has; `of` what, for the message.

    Raises:
        ConfigError: names it, and those that there are.
    """
    for name in said:
        if name not in known:
            raise ConfigError(
                f"{option} {name}={said[name]}: {name!r} is no column of {of}; there are "
                f"{', '.join(known)}"
            )


def refuse_missing(
    where: object, said: Mapping[str, str], there: Collection[str], option: str = "--map"
) -> None:
    """Refuse what is said to be a column that is not there; an empty word says: there is none.

    Raises:
        DataError: names it, and the columns that are there.
    """
    for name, source in said.items():
        for _, column in terms_of(source, there) if source else ():
            if column not in there:
                raise DataError(
                    f"{where}: {option} {name}={source} names {column!r}, which is no column of "
                    f"it. There are: {listed([*there], 60)}"
                )
