"""Continuous ranked probability score: how far a whole predictive distribution was off.

∫ (F(x) − [x ≥ y])² dx = E|X − y| − ½ E|X − X′|, in units of the outcome; 0 is perfect, and for a
prediction that names one value it is the absolute error. Smaller is better.

Source: Gneiting & Raftery (2007), JASA 102:359 §4.2.
"""

import math

import numpy as np
from jaxtyping import Float
from scipy import special

from looksgood.ops.checks import finite, not_negative, number, positive, same_length


def crps_empirical(draws: Float[np.ndarray, " draws"], outcome: float) -> float:
    """Return the CRPS of the distribution that puts equal mass on each draw.

    By the sorted draws, mean|x − y| − Σ (2i − n − 1) x_(i) / n². It scores the draws themselves;
    a distribution that n draws stand for scores lower by ½ E|X − X′|/n on average.

    Raises:
        TooFew: there are no draws.
        ValueError: something is not finite.
    """
    ordered = np.sort(finite("draws", draws))
    n = len(ordered)
    # about the outcome: a common offset must not cost digits
    ordered = ordered - number("outcome", outcome)
    spread = float((2 * np.arange(1, n + 1) - n - 1) @ ordered) / n**2
    return float(np.abs(ordered).mean()) - spread


def crps_normal(outcome: float, mean: float, sd: float) -> float:
    """Return the CRPS of N(mean, sd²): sd [z (2Φ(z) − 1) + 2φ(z) − 1/√π], z = (y − mean)/sd.

    Raises:
        ValueError: something is not finite, or sd is not positive.
    """
    z = (number("outcome", outcome) - number("mean", mean)) / positive("sd", sd)
    return sd * (_mean_distance(z) - 1 / math.sqrt(math.pi))


def crps_normal_mixture(
    outcome: float,
    weights: Float[np.ndarray, " parts"],
    means: Float[np.ndarray, " parts"],
    sds: Float[np.ndarray, " parts"],
) -> float:
    """Return the CRPS of Σ_k w_k N(mean_k, sd_k²), in closed form.

    Source: Grimit et al. (2006), QJRMS 132:2925.

    Raises:
        ValueError: weights are negative or do not sum to 1, an sd is negative, or lengths differ.
    """
    same_length(weights=weights, means=means, sds=sds)
    weights, means, sds = finite("weights", weights), finite("means", means), finite("sds", sds)
    if (weights < 0).any() or abs(weights.sum() - 1) > 1e-9:
        raise ValueError(f"weights sum to {weights.sum():.9g}: at least 0 each, 1 together")
    for sd in sds:
        not_negative("sd", float(sd))
    away = _mean_absolute(outcome - means, sds)
    apart = _mean_absolute(means[:, None] - means, np.hypot(sds[:, None], sds))
    return float(weights @ away - 0.5 * weights @ apart @ weights)


def _mean_distance(z: float) -> float:
    """Return E|Z − z| for a standard normal Z: z (2Φ(z) − 1) + 2φ(z)."""
    density = math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return z * math.erf(z / math.sqrt(2)) + 2 * density


def _mean_absolute(mean: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """Return E|N(mean, sd²)|; an sd of 0 is a point."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(sd > 0, mean / sd, 0.0)
    density = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return np.where(sd > 0, mean * special.erf(z / math.sqrt(2)) + 2 * sd * density, np.abs(mean))
