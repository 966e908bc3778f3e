"""Betting against a bounded mean: an e-process, valid whenever one stops looking."""

from typing import Literal

import numpy as np
from jaxtyping import Float
from scipy import special

from looksgood.ops.checks import finite, positive

Alternative = Literal["greater", "less", "two-sided"]
BETS = 30


def log_e_bounded_mean(
    values: Float[np.ndarray, " n"],
    null_mean: float,
    alternative: Alternative = "two-sided",
    low: float = 0.0,
    high: float = 1.0,
) -> Float[np.ndarray, " n"]:
    """Return log E after each value, for values in [low, high] whose mean is `null_mean`.

    "greater" bets that the mean is above (the null: at most `null_mean`), "less" that it is below,
    "two-sided" splits its capital. E is the mean over 30 fixed bets λ of Π (1 + λ (x − m)), λ
    evenly between 0 and the largest that cannot lose everything. If every value's mean, given the
    earlier ones, is as the null says, then P(E ever reaches 1/α) ≤ α: `rejected_after`.

    Source: Waudby-Smith & Ramdas (2024), JRSS B 86:1: capital spread over a grid of bets.

    Raises:
        TooFew: there are no values.
        ValueError: a value lies outside [low, high], or null_mean not strictly inside.
    """
    positive("high - low", high - low)
    values = finite("values", values)
    if values.min() < low or values.max() > high:
        raise ValueError(f"values span {values.min()} … {values.max()}, outside [{low}, {high}]")
    if not low < null_mean < high:
        raise ValueError(f"null_mean={null_mean}: strictly between {low} and {high} is needed")
    up = _log_capital(values - null_mean, 1 / (null_mean - low))
    down = _log_capital(null_mean - values, 1 / (high - null_mean))
    if alternative == "greater":
        return up
    return down if alternative == "less" else np.logaddexp(up, down) - np.log(2)


def _log_capital(gains: Float[np.ndarray, " n"], largest: float) -> Float[np.ndarray, " n"]:
    # the bets stay below the largest one: no single value can ruin all of them
    bets = largest * np.arange(1, BETS + 1) / (BETS + 1)
    each = np.cumsum(np.log1p(bets[:, None] * gains), axis=1)
    return np.asarray(special.logsumexp(each, axis=0)) - np.log(BETS)


def rejected_after(log_e: Float[np.ndarray, " n"], alpha: float = 0.05) -> int | None:
    """Return how many values it took until E ≥ 1/α, or None where it never did.

    Source: Ville (1939); Ramdas et al. (2023), Statistical Science 38:576.

    Raises:
        ValueError: alpha is not strictly between 0 and 1.
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha={alpha}: a number strictly between 0 and 1 is needed")
    reached = np.flatnonzero(log_e >= -np.log(alpha))
    return int(reached[0]) + 1 if len(reached) else None
