"""Limits of a mean that hold at all times together, so that one may stop on seeing them."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy import optimize, special

from looksgood.ops.checks import finite, inside, positive
from looksgood.ops.e_process_bounded import log_e_bounded_mean


def normal_confidence_sequence(
    values: Float[np.ndarray, " n"],
    sd: float | None = None,
    tightest_at: int = 100,
    confidence: float = 0.95,
) -> Float[np.ndarray, "n 2"]:
    """Return the limits (low, high) of the mean after each value.

    mean ± σ √(2(tρ² + 1)/(t²ρ²) log(√(tρ² + 1)/α)), ρ such that it is tightest at t =
    `tightest_at`, which is to be chosen before looking. With `sd` given they hold at all times for
    normal (or sub-Gaussian) values. Without it the running sd is put in its place: limits that hold
    asymptotically only, and are −∞ … ∞ before the second value.

    Source: Robbins (1970); Waudby-Smith et al. (2024), Annals of Statistics 52:2613.

    Raises:
        TooFew: there are no values.
        ValueError: something is not finite, sd ≤ 0, tightest_at < 1, confidence not in (0, 1).
    """
    values = finite("values", values)
    alpha = 1 - inside("confidence", confidence)
    t = np.arange(1, len(values) + 1)
    mean = np.cumsum(values) / t
    spread = _running_sd(values, t) if sd is None else positive("sd", sd)
    # minimal in ρ² where u = tρ² + 1 solves u e^-u = α²/e
    best = -float(np.real(special.lambertw(-(alpha**2) / math.e, -1))) - 1
    grown = t * best / positive("tightest_at", tightest_at)
    half = spread * np.sqrt(2 * (grown + 1) / (t * grown) * (0.5 * np.log1p(grown) - np.log(alpha)))
    return np.column_stack([mean - half, mean + half])


def bounded_mean_limits(
    values: Float[np.ndarray, " n"],
    low: float = 0.0,
    high: float = 1.0,
    confidence: float = 0.95,
) -> tuple[float, float]:
    """Return limits of the mean of values in [low, high], valid at whatever time one stopped.

    The means m that betting (`log_e_bounded_mean`, two-sided) has not rejected by now: no
    normality, no large n, rare outcomes included. With a judge give it Y − f, within [−1, 1].

    Source: Waudby-Smith & Ramdas (2024), JRSS B 86:1.

    Raises:
        TooFew: there are no values.
        ValueError: a value lies outside [low, high], or confidence not in (0, 1).
    """
    limit = -math.log(1 - inside("confidence", confidence))
    width = positive("high - low", high - low)
    middle = float(finite("values", values).mean())

    def excess(mean: float) -> float:
        return float(log_e_bounded_mean(values, mean, "two-sided", low, high)[-1]) - limit

    # at the mean of the values E ≤ 1, and E is convex in m: one root on either side, or none
    edge = 1e-9 * width
    start = min(max(middle, low + edge), high - edge)
    return _limit(excess, low + edge, start, low), _limit(excess, high - edge, start, high)


def _limit(excess: Callable[[float], float], end: float, start: float, bound: float) -> float:
    """Return where `excess` crosses 0 between `start` and `end`, or `bound` where it does not."""
    if end == start or excess(end) <= 0:
        return bound
    root: Any = optimize.brentq(excess, min(start, end), max(start, end), xtol=1e-13)
    return float(root)


def _running_sd(values: Float[np.ndarray, " n"], t: np.ndarray) -> Float[np.ndarray, " n"]:
    # about the overall mean: else squares of a large mean would cancel
    away = values - values.mean()
    squares = np.maximum(np.cumsum(away**2) - np.cumsum(away) ** 2 / t, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(t > 1, np.sqrt(squares / (t - 1)), np.inf)
