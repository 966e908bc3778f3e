"""Traits of form: length, markup, punctuation, letters, links. Counts per response."""

import re
from collections.abc import Callable, Sequence

import numpy as np

from looksgood.audits.traits.trait import Trait

# anchored at a line's end, not its start: the search then jumps from line to line
_ITEM = re.compile(r"\n[ \t]*(?:[-*•+]|\d{1,3}[.)])[ \t]")
_MARK = re.compile(r"\[\d{1,3}\]")
_UPPER = bytes(range(65, 91))
_LETTERS = _UPPER + bytes(range(97, 123))
_DIGITS = b"0123456789"
_BEYOND_ASCII = bytes(range(128, 256))


def _per_1000(text: str, marks: str) -> float:
    return 1000 * sum(text.count(mark) for mark in marks) / max(len(text), 1)


def _links(text: str) -> int:
    found = text.count("http://") + text.count("https://") + text.count("et al")
    return found + (len(_MARK.findall(text)) if "[" in text else 0)


LENGTH = "characters"
COUNTS: tuple[tuple[str, Callable[[str], float]], ...] = (
    (LENGTH, len),
    ("list items", lambda text: len(_ITEM.findall("\n" + text))),
    ("headings", lambda text: ("\n" + text).count("\n#")),
    ("bold or table marks", lambda text: text.count("**") // 2 + text.count("\n|")),
    ("code fences", lambda text: text.count("```") // 2),
    ("links and citations", _links),
    ("question marks per 1,000 characters", lambda text: _per_1000(text, "?？")),
    ("exclamation marks per 1,000 characters", lambda text: _per_1000(text, "!！")),
)


def form_traits(texts: Sequence[str]) -> list[Trait]:
    """Return the traits of form of each text."""
    traits = [
        Trait(name, np.fromiter((count(text) for text in texts), np.float64, len(texts)))
        for name, count in COUNTS
    ]
    return traits + _letter_traits(texts)


def _letter_traits(texts: Sequence[str]) -> list[Trait]:
    upper, digits, beyond = (np.zeros(len(texts)) for _ in range(3))
    for place, text in enumerate(texts):
        raw = text.encode("utf-8", "surrogatepass")
        size = len(raw)
        letters = size - len(raw.translate(None, _LETTERS))
        upper[place] = (size - len(raw.translate(None, _UPPER))) / max(letters, 1)
        digits[place] = (size - len(raw.translate(None, _DIGITS))) / max(len(text), 1)
        if size != len(text):
            ascii_ones = len(raw.translate(None, _BEYOND_ASCII))
            beyond[place] = (len(text) - ascii_ones) / len(text)
    return [
        Trait("capitals, of all letters a–z", upper),
        Trait("digits, of all characters", digits),
        Trait("characters beyond ASCII, of all", beyond),
    ]
