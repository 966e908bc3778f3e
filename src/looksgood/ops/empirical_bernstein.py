"""Confidence limits for the mean of values within [0, 1]: empirical Bernstein."""

import math

import numpy as np
from jaxtyping import Float

from looksgood.core.errors import TooFew
from looksgood.ops.clopper_pearson import check_alpha


def empirical_bernstein_high(values: Float[np.ndarray, " n"], alpha: float) -> float:
    """Return X̄ + √(2 V ln(2/α)/n) + 7 ln(2/α)/(3(n−1)), at most 1: a one-sided upper limit.

    V is the sample variance with n − 1. Valid for independent values within [0, 1], whatever their
    distribution; `betting_high` is nearly always closer.

    Source: Maurer & Pontil (2009), arXiv:0907.3740 Theorem 4.

    Raises:
        TooFew: fewer than two values.
        ValueError: a value is NaN or outside [0, 1], or α is not within (0, 1).
    """
    check_alpha(alpha)
    check_shares(values)
    n = len(values)
    if n < 2:
        raise TooFew(f"{n} value: its variance is unknown, not 0; take at least 2")
    log_term = math.log(2 / alpha)
    margin = math.sqrt(2 * float(values.var(ddof=1)) * log_term / n)
    return min(1.0, float(values.mean()) + margin + 7 * log_term / (3 * (n - 1)))


def empirical_bernstein_low(values: Float[np.ndarray, " n"], alpha: float) -> float:
    """Return the one-sided lower limit, at least 0.

    Raises:
        TooFew, ValueError: as `empirical_bernstein_high`.
    """
    check_shares(values)
    return 1.0 - empirical_bernstein_high(1.0 - values, alpha)


def check_shares(values: Float[np.ndarray, " n"]) -> None:
    """Refuse values for which limits for bounded means do not hold.

    Raises:
        TooFew: there are none.
        ValueError: one is NaN or outside [0, 1].
    """
    if not len(values):
        raise TooFew("no values: their mean is unknown")
    outside = ~((values >= 0) & (values <= 1))  # also NaN
    if outside.any():
        raise ValueError(
            f"a value is {values[outside][0]:g}: all must lie within [0, 1] (rescale by a bound "
            "that was known before the data)"
        )
