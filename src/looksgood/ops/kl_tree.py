"""Small tree policies, every sequence enumerated: exact means and variances of KL estimators.

A test bed: what `kl.py` estimates from samples is here a sum over all sequences.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import rel_entr

Level = Float[np.ndarray, "_ vocabulary"]


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean and variance of one sequence's estimate, over sequences of the policy."""

    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class KlMoments:
    """The KL of two tree policies, and what each estimator gives on one sampled sequence (nats)."""

    kl_nats: float
    """KL(policy ‖ base) over all sequences."""
    k1: Moments
    """Σ log π/π₀ over positions: unbiased."""
    k2: Moments
    """Σ ½ (log π/π₀)²: biased."""
    k3: Moments
    """Σ ρ − 1 − log ρ, ρ = π₀/π: unbiased where π has all the support of π₀, else too low."""
    per_position: Moments
    """Σ of the exact KL between next-token distributions: unbiased, usually the least noisy."""


def kl_estimator_moments(policy: Sequence[Level], base: Sequence[Level]) -> KlMoments:
    """Return the exact moments by enumerating all V^T sequences of two tree policies.

    Level t holds the next-token probabilities after each of the V^t prefixes, in order: the prefix
    with number i and token v lead to prefix i V + v.

    Source: Schulman (2020), joschu.net/blog/kl-approx.html, k1–k3.

    Raises:
        ValueError: no levels, other shapes than V^t × V, more than 2^20 sequences, rows that are
            no distributions, or a token that the base excludes and the policy does not (KL = ∞).
    """
    vocabulary = _refuse(policy, base)
    log_prob = np.zeros(1)
    sums = np.zeros((4, 1))
    for pi, pi0 in zip(policy, base, strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):
            # tokens that the policy never says weigh nothing, whatever their ratio
            ratio = np.where(pi > 0, np.log(pi) - np.log(pi0), 0.0)
            log_prob = (log_prob[:, None] + np.log(pi)).ravel()
        exact = np.repeat(rel_entr(pi, pi0).sum(axis=1), vocabulary)
        k3 = np.expm1(-ratio) + ratio
        steps = np.stack([ratio.ravel(), (ratio**2 / 2).ravel(), k3.ravel(), exact])
        sums = np.repeat(sums, vocabulary, axis=1) + steps
    prob = np.exp(log_prob)
    means = sums @ prob
    variances = ((sums - means[:, None]) ** 2) @ prob
    each = [Moments(float(m), float(v)) for m, v in zip(means, variances, strict=True)]
    return KlMoments(each[0].mean, *each)


def _refuse(policy: Sequence[Level], base: Sequence[Level]) -> int:
    if not policy or len(policy) != len(base):
        raise ValueError(f"{len(policy)} levels of policy, {len(base)} of base: as many, 1 or more")
    vocabulary = policy[0].shape[1]
    if vocabulary ** len(policy) > 2**20:
        raise ValueError(f"{vocabulary}^{len(policy)} sequences: at most 2^20 are enumerated")
    for t, (pi, pi0) in enumerate(zip(policy, base, strict=True)):
        wanted = (vocabulary**t, vocabulary)
        if pi.shape != wanted or pi0.shape != wanted:
            raise ValueError(f"level {t} has shapes {pi.shape} and {pi0.shape}, not {wanted}")
        for name, rows in (("policy", pi), ("base", pi0)):
            if not ((rows >= 0).all() and np.allclose(rows.sum(axis=1), 1, rtol=0, atol=1e-9)):
                raise ValueError(f"{name}, level {t}: each row holds probabilities that sum to 1")
        if (pi[pi0 == 0] > 0).any():
            raise ValueError(
                f"level {t}: the policy says what the base excludes, so KL is infinite"
            )
    return vocabulary
