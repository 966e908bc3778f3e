"""Confidence limits for the mean of values within [0, 1]: betting against every other mean."""

import math

import numpy as np
from jaxtyping import Float

from looksgood.ops.binary_kl import root
from looksgood.ops.clopper_pearson import check_alpha
from looksgood.ops.empirical_bernstein import check_shares

CAP = 0.75
"""No bet may lose more than this share of the capital."""


def betting_high(values: Float[np.ndarray, " n"], alpha: float) -> float:
    """Return the one-sided upper limit: the largest mean that a gambler did not make 1/α from.

    Betting that the mean is below m multiplies the capital by 1 − λ_t (x_t − m), each λ_t chosen
    from earlier values; were m the mean, capital of 1/α at any time had probability ≤ α (Ville).
    λ_t = √(2 ln(1/α)/(n σ̂²_{t−1})), at most `CAP`/(1 − m). Valid for independent values of one
    mean, in the order in which they were drawn, which the limit depends on: never sort them.

    Source: Waudby-Smith & Ramdas (2023), JRSS B 86:1, arXiv:2010.09686 §4 (PrPl, fixed n).

    Raises:
        TooFew: no values.
        ValueError: a value is NaN or outside [0, 1], or α is not within (0, 1).
    """
    check_alpha(alpha)
    check_shares(values)
    bets = _bets(values, alpha)
    target = math.log(1 / alpha)
    mean = float(values.mean())
    if _log_capital_short(1.0, values, bets, target) < 0:
        return 1.0
    if _log_capital_short(mean, values, bets, target) >= 0:
        return mean  # values that drifted upwards: the limit is lower still, and this is one too
    return root(_log_capital_short, mean, 1.0, values, bets, target)


def betting_low(values: Float[np.ndarray, " n"], alpha: float) -> float:
    """Return the one-sided lower limit: `betting_high` of 1 − x, turned round.

    Raises:
        TooFew, ValueError: as `betting_high`.
    """
    check_shares(values)
    return 1.0 - betting_high(1.0 - values, alpha)


def _bets(values: Float[np.ndarray, " n"], alpha: float) -> Float[np.ndarray, " n"]:
    """Return λ_t before the cap: each from the values before it, as if half a 1/2 came first."""
    n = len(values)
    seen = np.arange(2, n + 2)
    means = (0.5 + values.cumsum()) / seen
    variances = (0.25 + ((values - means) ** 2).cumsum()) / seen
    before = np.concatenate([[0.25], variances[:-1]])
    return np.sqrt(2 * math.log(1 / alpha) / (n * before))


def _log_capital_short(
    mean: float,
    values: Float[np.ndarray, " n"],
    bets: Float[np.ndarray, " n"],
    target: float,
) -> float:
    """Return the highest log capital of betting below `mean`, minus `target`; it rises with it."""
    capped = np.minimum(bets, CAP / (1 - mean)) if mean < 1 else bets
    return float(np.log1p(-capped * (values - mean)).cumsum().max()) - target
