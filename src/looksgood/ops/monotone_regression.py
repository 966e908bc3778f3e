"""Curves of no particular form: rising throughout, or rising to a mode and falling after it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.optimize import isotonic_regression

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.checks import refuse_not_finite
from looksgood.ops.curve_fit import Matrix, error_root
from looksgood.ops.curve_forms import Points
from looksgood.ops.isotonic_cost import IsotonicCost


@dataclass(frozen=True, slots=True)
class UnimodalFit:
    """The least-squares curve that rises up to a mode and falls after it."""

    fitted: Points
    mode: int
    """Index of the first highest fitted point; the last point's where the curve only rises."""
    cost: float
    """Weighted sum of squared residuals."""


@dataclass(frozen=True, slots=True)
class UnimodalTest:
    """Isotonic against unimodal: whether a fall is needed to explain the scores."""

    isotonic: Points
    unimodal: UnimodalFit
    statistic: float
    """Isotonic less unimodal cost, in units of the errors' variance; 0 or more."""
    p_value: float
    """Of "the curve never falls": (1 + draws at or above) / (1 + draws)."""


def isotonic_fit(score: Points, weights: Points) -> Points:
    """Return the non-decreasing curve nearest to the scores in weighted squares (PAVA).

    Source: Barlow et al. (1972); `scipy.optimize.isotonic_regression`.

    Raises:
        ValueError: shapes differ, a NaN, or a weight not above 0.
    """
    _refuse(score, weights)
    return np.asarray(isotonic_regression(score, weights=weights).x)


def unimodal_fit(score: Points, weights: Points) -> UnimodalFit:
    """Return the nearest curve that rises to a mode and then falls: the best over all modes.

    Source: Frisén (1986), The Statistician 35:479; Stout (2008), Comput. Stat. Data Anal. 53:289.

    Raises:
        ValueError: as `isotonic_fit`.
    """
    _refuse(score, weights)
    up = _prefix_costs(score, weights)
    down = _prefix_costs(score[::-1], weights[::-1])[::-1]
    total = up + down
    # of equal costs the latest split: a curve that only rises has its mode at the end
    split = len(total) - 1 - int(np.argmin(total[::-1]))
    rising = isotonic_regression(score[:split], weights=weights[:split]).x if split else score[:0]
    rest = slice(split, None)
    falling = (
        isotonic_regression(score[rest], weights=weights[rest], increasing=False).x
        if split < len(score)
        else score[:0]
    )
    fitted = np.concatenate([rising, falling])
    return UnimodalFit(fitted, int(fitted.argmax()), float(weights @ (score - fitted) ** 2))


def monotone_or_unimodal(
    score: Points,
    *,
    seed: Seed,
    sd: Points | None = None,
    covariance: Matrix | None = None,
    draws: int = 1000,
) -> UnimodalTest:
    """Test "the curve never falls" against "it falls after a mode", assuming no form.

    Scores are in order of rising KL, with Gaussian errors of known size (`sd`, or `covariance` for
    points read from one pool; weights are then 1/variance). The statistic is the likelihood ratio
    (twice its log, in the independent case). Its distribution is simulated under a *level* curve,
    the least favourable of those that never fall: the p-value is conservative where the curve
    rises.

    Source: Robertson, Wright & Dykstra (1988), Order Restricted Statistical Inference §2.3.

    Raises:
        TooFew: fewer than 3 points.
        ValueError: shapes differ, NaN, errors not given or not positive, or fewer than 1 draw.
    """
    refuse_not_finite(score=score)
    if len(score) < 3:
        raise TooFew(f"{len(score)} points: a rise and a fall need 3 or more")
    root = error_root(len(score), sd, covariance)
    if root is None:
        raise ValueError("neither sd nor covariance: the test needs to know how scores err")
    if draws < 1:
        raise ValueError(f"draws={draws}: at least 1 is needed (1000 for p-values near 0.01)")
    weights = 1 / (root**2).sum(axis=1)
    unimodal = unimodal_fit(score, weights)
    statistic = _statistic(score, weights)
    noise = seed.numpy().standard_normal((draws, len(score))) @ root.T
    above = sum(_statistic(row, weights) >= statistic - 1e-12 for row in noise)
    return UnimodalTest(
        isotonic_fit(score, weights), unimodal, statistic, (1 + above) / (1 + draws)
    )


def _statistic(score: Points, weights: Points) -> float:
    up = _prefix_costs(score, weights)
    down = _prefix_costs(score[::-1], weights[::-1])[::-1]
    return max(0.0, float(up[-1] - (up + down).min()))


def _prefix_costs(score: Points, weights: Points) -> Float[np.ndarray, " prefixes"]:
    """Return the isotonic cost of the first 0, 1, … n points."""
    one = IsotonicCost()
    points = zip(score.tolist(), weights.tolist(), strict=True)
    return np.array([0.0, *(one.add(*point) for point in points)])


def _refuse(score: Points, weights: Points) -> None:
    refuse_not_finite(score=score, weights=weights)
    if score.shape != weights.shape or (weights <= 0).any():
        raise ValueError(
            f"{len(score)} scores with {len(weights)} weights, smallest {weights.min():.3g}: "
            "each score needs a weight above 0"
        )
