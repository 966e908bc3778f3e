"""One value of a file as a number, or not one."""

from math import isfinite
from typing import Any


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


def whole(value: Any) -> int | None:
    """Return it as an integer of 64 bits, or None: 3.0 is one, 3.5 and NaN are not."""
    found = number(value)
    if found is None or not found.is_integer() or abs(found) >= 2**63:
        return None
    return int(value) if isinstance(value, int) else int(found)
