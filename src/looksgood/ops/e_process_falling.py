"""Evidence that a mean has fallen, against "it never falls", valid whenever one stops looking."""

import math

import numpy as np
from jaxtyping import Float

from looksgood.ops.checks import finite, number, positive, same_length
from looksgood.ops.isotonic_cost import IsotonicCost

DRIFTS = (0.03, 0.1, 0.3)
"""Sds of the steps that a wandering mean takes, in units of a value's sd: what E bets on."""


class FallingMean:
    """An e-process, value by value: independent normal values whose mean never falls, sd known.

    E is how much likelier forecasts made the values than the *best* non-decreasing mean does in
    hindsight: Π q(x_i | earlier) / max over rising μ of Π N(x_i; μ_i, sd_i²). At the true means
    the denominator is no larger and the ratio a martingale, so P(E ever reaches 1/α) ≤ α, whatever
    the mean's path, as long as it never falls. Forecasts follow a mean that wanders in either
    direction (a local level, one filter for each of `DRIFTS`, evenly weighted): the fall needs no
    form. The first value only tells where to start.

    Source: Wasserman, Ramdas & Balakrishnan (2020), PNAS 117:16880 §8 (universal inference);
    Harvey (1989), Forecasting, Structural Time Series Models §2.2 (the local level).
    """

    def __init__(self) -> None:
        self.log_e = 0.0
        self.values = 0
        self._start = 0.0
        self._best = IsotonicCost()
        self._levels = [0.0] * len(DRIFTS)
        self._variances = [0.0] * len(DRIFTS)
        self._log_likelihoods = [0.0] * len(DRIFTS)

    def add(self, value: float, sd: float) -> float:
        """Take the next value, whose sd is `sd`; return log E with it.

        Raises:
            ValueError: the value is not finite, or sd not positive.
        """
        value, noise = number("value", value), positive("sd", sd) ** 2
        self.values += 1
        if self.values == 1:
            self._start = value
            self._variances = [noise] * len(DRIFTS)
            return 0.0
        value -= self._start  # else squares of a large mean would cancel
        self._filter(value, noise)
        most = max(self._log_likelihoods)
        mixed = math.log(sum(math.exp(one - most) for one in self._log_likelihoods) / len(DRIFTS))
        self.log_e = most + mixed + 0.5 * self._best.add(value, 1 / noise)
        return self.log_e

    def _filter(self, value: float, noise: float) -> None:
        """Take Kalman's step for each drift; no log likelihood here has its 1/(sd √2π)."""
        for k, drift in enumerate(DRIFTS):
            prior = self._variances[k] + drift**2 * noise
            error, total = value - self._levels[k], prior + noise
            self._log_likelihoods[k] -= 0.5 * (math.log(total / noise) + error**2 / total)
            self._levels[k] += prior / total * error
            self._variances[k] = prior * noise / total


def log_e_falling_mean(
    values: Float[np.ndarray, " n"], sd: Float[np.ndarray, " n"]
) -> Float[np.ndarray, " n"]:
    """Return log E of `FallingMean` after each value.

    Raises:
        TooFew: there are no values.
        ValueError: lengths differ, something is not finite, or an sd is not positive.
    """
    same_length(values=values, sd=sd)
    process = FallingMean()
    pairs = zip(finite("values", values).tolist(), finite("sd", sd).tolist(), strict=True)
    return np.array([process.add(value, its_sd) for value, its_sd in pairs])
