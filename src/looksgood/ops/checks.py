"""Refusals that several formulas share: what was found, what would be right, in one line."""

import math

import numpy as np
from jaxtyping import Float

from looksgood.core.errors import TooFew

Numbers = Float[np.ndarray, "..."]


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


def refuse_not_finite(**arrays: Numbers) -> None:
    """Return silently where every array has elements, all of them finite.

    Raises:
        ValueError: an array is empty or holds a NaN or an infinity; says which and how many.
    """
    for name, values in arrays.items():
        if not values.size:
            raise ValueError(f"{name} is empty: at least one value is needed")
        bad = int((~np.isfinite(values)).sum())
        if bad:
            raise ValueError(f"{name} holds {bad} NaN or infinite values of {values.size}")


def refuse_level(level: float) -> None:
    """Return silently where `level` is a confidence strictly between 0 and 1.

    Raises:
        ValueError: it is not.
    """
    if not 0 < level < 1:
        raise ValueError(f"level={level}: a confidence lies strictly between 0 and 1, as 0.95")


def refuse_not_distribution(name: str, probs: Float[np.ndarray, " outcomes"]) -> None:
    """Return silently where `probs` are probabilities that sum to 1 within 1e-9.

    Raises:
        ValueError: one is negative, NaN or infinite, there are none, or they do not sum to 1.
    """
    refuse_not_finite(**{name: probs})
    if (probs < 0).any() or abs(float(probs.sum()) - 1) > 1e-9:
        raise ValueError(
            f"{name} sums to {float(probs.sum()):.9g} with smallest {float(probs.min()):.3g}: "
            "probabilities are not negative and sum to 1"
        )
