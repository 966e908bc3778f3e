"""From the rows of a file to single answers: long form and wide form, choices and marks."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from looksgood.audits.formats.numbers import number_said
from looksgood.audits.formats.small_table import Row, given
from looksgood.audits.raters.votes import Kind

LONG = ("rater", "vote", "swapped", "shown", "confidence", "seconds", "expert")
"""Roles of a column where each row is one vote."""
WIDE = ("raters", "experts")
"""Roles of several columns, joined by "+", where each row is one item."""
ITEM = ("item", "prompt", "first", "second", "response", "truth")
"""Roles in either form."""
CHOICES = {
    **dict.fromkeys(("1", "first", "a", "left"), 1.0),
    **dict.fromkeys(("2", "second", "b", "right"), 0.0),
    **dict.fromkeys(("0", "tie", "equal", "same", "draw"), 0.5),
}
"""How files spell a choice, and what it is here."""


class Entry(NamedTuple):
    """One answer as the file has it."""

    row: int
    """Of the file, from 0."""
    rater: str
    vote: str
    shown: str = ""
    confidence: str = ""
    seconds: str = ""
    expert: bool = False


def entries_of(rows: Sequence[Row], roles: Mapping[str, str]) -> list[Entry]:
    """Return each answer in the file's order; `roles` says which column is what."""
    return list((_wide if "raters" in roles else _long)(rows, roles))


def kind_of(entries: Sequence[Entry], roles: Mapping[str, str]) -> Kind:
    """Tell choices (where there are two texts, two orders, a 2 or a "tie") from marks."""
    if {"first", "second", "swapped", "shown"} & set(roles):
        return "choice"
    said = {_plain(entry.vote) for entry in entries if entry.vote}
    numbers = {text for text in said if number_said(text) is not None}
    names_a_side = bool(said & (set(CHOICES) - {"0", "1"}))
    return "choice" if names_a_side and numbers <= {"0", "1", "2"} else "mark"


def value_of(text: str, kind: Kind) -> float:
    """Return a vote's value, or NaN where the text is none."""
    value = CHOICES.get(_plain(text)) if kind == "choice" else number_said(text)
    return math.nan if value is None else value


def joined(row: Row, columns: str) -> str:
    """Return the cells of the columns ("a+b" is two) as one name."""
    return "\x1f".join(given(row, name) for name in columns.split("+"))


def _wide(rows: Sequence[Row], roles: Mapping[str, str]) -> Iterator[Entry]:
    experts = roles["experts"].split("+") if "experts" in roles else []
    for place, row in enumerate(rows):
        for name in roles["raters"].split("+"):
            yield Entry(place, name, given(row, name))
        for name in experts:
            yield Entry(place, name, given(row, name), expert=True)


def _long(rows: Sequence[Row], roles: Mapping[str, str]) -> Iterator[Entry]:
    for place, row in enumerate(rows):
        said = {role: joined(row, roles[role]) if role in roles else "" for role in LONG}
        rater = said["rater"].replace("\x1f", " ")
        more = (said["confidence"], said["seconds"], number_said(said["expert"]) == 1)
        if "swapped" in roles:
            yield Entry(place, rater, said["vote"], "first", *more)
            yield Entry(place, rater, said["swapped"], "second", *more)
        else:
            yield Entry(place, rater, said["vote"], said["shown"], *more)


def _plain(text: str) -> str:
    """Return 1.0 as 1, and words in lower case."""
    return text.lower().removesuffix(".0")
