"""Mean, variance and covariance of an audit's labels, exactly, from the pool they are drawn from.

A label shows a response of the policy and one of the base, drawn independently, to one prompt. A
score is the opinion of what was shown or, in a lapse, of a base response to any prompt, plus noise.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from looksgood.measures.audit_judges import Judge

ByPrompt = Float[np.ndarray, " prompts"]


@dataclass(frozen=True, slots=True)
class Moments:
    """Of labels on a policy that draws from the pool with `weights` (each prompt's sum to 1)."""

    weights: Float[np.ndarray, "prompts pool"]

    def seen(self, judge: Judge) -> float:
        """Return the mean of base less policy, as this judge scores them."""
        base, policy = (_mean(judge, weights).mean() for weights in self._both)
        return float(base - policy)

    def covariance(self, one: Judge, other: Judge) -> float:
        """Return that of two judges' paired differences on the same responses.

        With `one is other` it is the variance of a difference.
        """
        (base, policy), (base_2, policy_2) = (
            [_mean(judge, weights) for weights in self._both] for judge in (one, other)
        )
        products = sum(_product(one, other, weights) for weights in self._both)
        crossed = base * policy_2 + policy * base_2
        means = (base - policy).mean() * (base_2 - policy_2).mean()
        return float((products - crossed).mean() - means)

    def correlation(self, one: Judge, other: Judge) -> float:
        """Return that of two judges' paired differences; NaN where one of them never differs."""
        scale = self.covariance(one, one) * self.covariance(other, other)
        return self.covariance(one, other) / math.sqrt(scale) if scale > 1e-18 else math.nan

    def unpaired_variance(self, judge: Judge) -> float:
        """Return that of a score of the policy plus that of one of the base, to any prompts."""
        spreads = (
            _product(judge, judge, weights).mean() - _mean(judge, weights).mean() ** 2
            for weights in self._both
        )
        return float(sum(spreads))

    @property
    def _both(self) -> tuple[np.ndarray, np.ndarray]:
        """The weights of the base, and of the policy."""
        return np.full_like(self.weights, 1 / self.weights.shape[1]), self.weights


def _mean(judge: Judge, weights: Float[np.ndarray, "prompts pool"]) -> ByPrompt:
    """Return a score's mean, by prompt."""
    shown = (weights * judge.opinion).sum(1)
    return (1 - judge.lapse) * shown + judge.lapse * judge.opinion.mean()


def _product(one: Judge, other: Judge, weights: Float[np.ndarray, "prompts pool"]) -> ByPrompt:
    """Return the mean product of two judges' scores of one response (or one's square), by prompt.

    Judges lapse and waver independently of each other.
    """
    both = (weights * one.opinion * other.opinion).sum(1)
    if one is other:
        noise = one.noise**2 * math.pi**2 / 6
        return (1 - one.lapse) * both + one.lapse * (one.opinion**2).mean() + noise
    sees = 1 - one.lapse, 1 - other.lapse
    means = _mean(one, weights) * _mean(other, weights)
    shown = [(weights * judge.opinion).sum(1) for judge in (one, other)]
    # only where neither lapses does the response that is shown tie them together
    return means + sees[0] * sees[1] * (both - shown[0] * shown[1])
