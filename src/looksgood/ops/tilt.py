"""The policy that KL-regularised reward has as its optimum: π_β ∝ π₀ e^{r/β}, on finite supports.

A support may be a world's outcomes with their base probabilities, or samples of the base with
equal ones (`tilt_samples.py` adds what such an estimate needs).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from looksgood.ops.checks import refuse_not_distribution, refuse_not_finite

Outcomes = Float[np.ndarray, " outcomes"]

# Gauss–Legendre on [0, 1], for ∫ (1 − t)/(1 + t u) dt
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2


@dataclass(frozen=True, slots=True)
class Tilted:
    """The base, tilted."""

    inverse_beta: float
    """1/β, in 1/(unit of reward): 0 is the base."""
    probs: Outcomes
    log_z: float
    """log E₀ e^{r/β}, in nats."""
    kl_nats: float
    """KL(π_β ‖ π₀) = E[r]/β − log Z."""
    reward: float
    """Mean reward under the tilted policy."""

    def mean(self, score: Outcomes) -> float:
        """Return the mean of any score of the outcomes under the tilted policy."""
        return float(self.probs @ score)

    def covariance(self, score: Outcomes, reward: Outcomes) -> float:
        """Return Cov(score, reward) under it, which is dE[score]/d(1/β)."""
        return float(self.probs @ ((score - self.mean(score)) * (reward - self.reward)))


def tilted_policy(base_probs: Outcomes, reward: Outcomes, inverse_beta: float) -> Tilted:
    """Return π_β ∝ π₀ e^{r/β}: of all policies of its KL, the one of highest mean reward.

    Given 1/β, so that the base is 0 and no penalty at all is approached upwards.

    Source: Korbak et al. (2022), arXiv:2205.11275 §2; Todorov (2006).

    Raises:
        ValueError: no distribution, shapes differ, NaN, or 1/β negative or not finite.
    """
    refuse_not_distribution("base_probs", base_probs)
    refuse_not_finite(reward=reward)
    if reward.shape != base_probs.shape:
        raise ValueError(f"{len(reward)} rewards for {len(base_probs)} outcomes: one each")
    if not 0 <= inverse_beta < np.inf:
        raise ValueError(f"inverse_beta={inverse_beta}: 1/β is finite and not negative")
    zero = float(base_probs @ reward)
    with np.errstate(divide="ignore"):
        log_base = np.log(base_probs)
    lift = inverse_beta * (reward - zero)
    log_z = log_sum_exp(log_base + lift)
    probs = np.exp(log_base + lift - log_z)
    kl = kl_of_log_ratio(base_probs, lift - log_z)
    return Tilted(inverse_beta, probs, log_z + inverse_beta * zero, kl, float(probs @ reward))


def kl_of_log_ratio(base_probs: Outcomes, log_ratio: Outcomes) -> float:
    """Return KL(π ‖ π₀) = Σ π₀ φ(u), u = π/π₀ − 1, φ(u) = (1 + u) log(1 + u) − u, in nats.

    Every term is positive, so a KL near 0 keeps its digits, where E[log π/π₀] would cancel.
    φ(u) = u² ∫₀¹ (1 − t)/(1 + t u) dt near 0.
    """
    held = base_probs > 0
    q, ell = base_probs[held], log_ratio[held]
    u = np.expm1(np.minimum(ell, 700.0))
    near = np.abs(u) < 0.5
    small = np.where(near, u, 0.0)
    phi = small**2 * ((1 - _NODES) / (1 + small[:, None] * _NODES) @ _WEIGHTS)
    # q e^ℓ as one exponential: e^ℓ may overflow where q underflows
    far = np.exp(np.log(q) + ell) * (ell - 1) + q
    return float(np.where(near, q * phi, far).sum())


def log_sum_exp(logs: Outcomes) -> float:
    """Return log Σ e^x without overflow; −inf entries add nothing."""
    top = float(logs.max())
    return top + float(np.log(np.exp(logs - top).sum()))
