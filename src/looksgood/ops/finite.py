"""Refusal of what no formula can use: empty arrays, NaN, infinities, shares outside [0, 1]."""

import numpy as np
from jaxtyping import Float

Numbers = Float[np.ndarray, "..."]


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
