"""One value of a file as a number, or not one."""

from math import isfinite
from typing import Any

WORDS = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}
"""Words that are numbers, in lower case."""
ABSENT = ("", "null", "none", "nan", "na", "n/a", "-")
"""Ways to write that there is no number: nothing is lost."""


def number(value: Any) -> float | None:
    """Return it as a float, NaN and the infinite among them; None where it is no number."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def finite(value: Any) -> float | None:
    """Return it as a float, or None where it is no number, or NaN, or infinite."""
    found = number(value)
    return found if found is not None and isfinite(found) else None


def number_said(text: str) -> float | None:
    """Return what people write for a finite number, yes and true (1), no and false (0) among it."""
    word = WORDS.get(text.lower())
    return finite(text) if word is None else word


def whole(value: Any) -> int | None:
    """Return it as an integer of 64 bits, or None: 3.0 is one, 3.5 and NaN are not."""
    found = number(value)
    if found is None or not found.is_integer() or abs(found) >= 2**63:
        return None
    return int(value) if isinstance(value, int) else int(found)
