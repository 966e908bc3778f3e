"""Refusals that several formulas share: what was found, what would be right, in one line."""

import math

import numpy as np
from jaxtyping import Float

from looksgood.core.errors import TooFew


def finite(
    name: str, values: Float[np.ndarray, " n"], at_least: int = 1
) -> Float[np.ndarray, " n"]:
    """Return `values` in float64.

    Raises:
        TooFew: there are fewer than `at_least`.
        ValueError: one of them is NaN or infinite.
    """
    if len(values) < at_least:
        raise TooFew(f"{name}: {len(values)} values, at least {at_least} are needed")
    wrong = int((~np.isfinite(values)).sum())
    if wrong:
        raise ValueError(f"{name}: {wrong} of {len(values)} values are NaN or infinite")
    return np.asarray(values, dtype=np.float64)


def number(name: str, value: float) -> float:
    """Return `value`; raises ValueError unless it is finite."""
    if not math.isfinite(value):
        raise ValueError(f"{name}={value}: a finite number is needed")
    return float(value)


def positive(name: str, value: float) -> float:
    """Return `value`; raises ValueError unless it is finite and above 0."""
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name}={value}: a finite number above 0 is needed")
    return float(value)


def not_negative(name: str, value: float) -> float:
    """Return `value`; raises ValueError unless it is finite and at least 0."""
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name}={value}: a finite number of at least 0 is needed")
    return float(value)


def probability(name: str, value: float) -> float:
    """Return `value`; raises ValueError unless it lies in [0, 1]."""
    if not 0 <= value <= 1:
        raise ValueError(f"{name}={value}: a probability lies in [0, 1]")
    return float(value)


def inside(name: str, value: float) -> float:
    """Return `value`; raises ValueError unless it lies strictly between 0 and 1."""
    if not 0 < value < 1:
        raise ValueError(f"{name}={value}: a number strictly between 0 and 1 is needed")
    return float(value)


def same_length(**arrays: np.ndarray) -> int:
    """Return the common length; raises ValueError that names the lengths where they differ."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"lengths differ ({told}): one entry per item is needed in each")
    return next(iter(lengths.values()))
