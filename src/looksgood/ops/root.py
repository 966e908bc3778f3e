"""The root of a continuous function between two places of opposite sign, to the last digits."""

from collections.abc import Callable
from typing import Any

from scipy.optimize import brentq


def find_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return x in [low, high] with f(x) = 0, by Brent's method, to 1e-14 of the larger end.

    Raises:
        ValueError: the function has the same sign at both ends.
    """
    scale = max(abs(low), abs(high))
    tolerances: Any = {"xtol": max(1e-14 * scale, 1e-300), "rtol": 1e-14}
    found: Any = brentq(function, low, high, **tolerances)
    return float(found)
