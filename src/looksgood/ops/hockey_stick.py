"""Certificates from samples of π alone: p ≤ γ q + E_γ, no assumption on tails.

E_γ = E_π[(1 − γ e^−ℓ)₊] with ℓ = log π/π₀ of a response drawn from π: how much of π exceeds γ
times the base. It lies within [0, 1], so that finitely many samples limit it, as they cannot limit
a KL: a mode of mass δ and log-ratio L adds δL to that, and is not seen in m samples with
probability (1−δ)^m.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from looksgood.core.errors import TooFew
from looksgood.ops.clopper_pearson import check_alpha, clopper_pearson_high
from looksgood.ops.probability import Probability


@dataclass(frozen=True, slots=True)
class HockeyStick:
    """A bound p ≤ γ q + E_γ with the γ it was taken at, and the limit on E_γ that it used."""

    p: float
    log_gamma: float
    excess: float


def hockey_stick_estimate(log_ratio: Float[np.ndarray, " samples"], log_gamma: float) -> float:
    """Return the mean of (1 − γ e^−ℓ)₊: an unbiased estimate of E_γ, not a limit.

    Raises:
        TooFew: no samples.
        ValueError: a log-ratio is NaN or −inf (π never draws what it never says), or γ is NaN.
    """
    _check(log_ratio)
    if math.isnan(log_gamma):
        raise ValueError("log gamma is NaN")
    above = log_ratio[log_ratio > log_gamma]
    return float(-np.expm1(log_gamma - above).sum()) / len(log_ratio)


def hockey_stick_at(
    log_ratio: Float[np.ndarray, " samples"],
    q: float | Probability,
    log_gamma: float,
    alpha: float,
) -> HockeyStick:
    """Return p ≤ γ q + E_γ for one γ that was chosen before the samples were seen.

    E_γ ≤ π(ℓ > log γ), limited by Clopper–Pearson at error α. Samples are independent draws of π;
    q is known, or an upper limit whose own error adds to α.

    Raises:
        TooFew: no samples.
        ValueError: a log-ratio is NaN or −inf, q is not a probability, γ is NaN, or α is not
            within (0, 1).
    """
    q = Probability.of(q, "base rate q")
    _check(log_ratio)
    if math.isnan(log_gamma):
        raise ValueError("log gamma is NaN")
    over = int((log_ratio > log_gamma).sum())
    excess = clopper_pearson_high(over, len(log_ratio), alpha)
    return HockeyStick(_bounded(log_gamma, q, excess), log_gamma, excess)


def hockey_stick_best(
    log_ratio: Float[np.ndarray, " samples"], q: float | Probability, alpha: float
) -> HockeyStick:
    """Return the smallest p ≤ γ q + E_γ over all γ at once, valid with error α.

    E_γ = γ ∫_γ^∞ π(e^ℓ > t)/t² dt, so a band of half-width √(ln(1/α)/2m) about the distribution
    of ℓ (Dvoretzky–Kiefer–Wolfowitz) is one about every E_γ: its estimate plus that is a limit for
    all γ together, and the best γ may be looked for afterwards. Of m samples no bound is below
    that half-width. The best γ is one of the samples' ratios.

    Source: Massart (1990), Ann. Probab. 18:1269 for the constant, for α ≤ ½.

    Raises:
        TooFew: no samples.
        ValueError: a log-ratio is NaN or −inf, q is not a probability, or α is not within
            (0, 0.5].
    """
    q = Probability.of(q, "base rate q")
    _check(log_ratio)
    check_alpha(alpha)
    if alpha > 0.5:
        raise ValueError(f"alpha = {alpha:g}: the one-sided band holds for alpha of at most 0.5")
    m = len(log_ratio)
    slack = math.sqrt(math.log(1 / alpha) / (2 * m))
    descending = np.sort(log_ratio[np.isfinite(log_ratio)])[::-1]
    unbounded = m - len(descending)  # ℓ = +inf: beyond every γ
    if not len(descending) or q.log_p == -math.inf:  # γ may be as large as one likes
        excess = min(1.0, unbounded / m + slack)
        return HockeyStick(excess if q.log_p == -math.inf else 1.0, math.inf, excess)
    # Σ over the k largest of (1 − γ/ratio) at γ = the k-th: k − γ Σ 1/ratio
    inverse = np.logaddexp.accumulate(-descending)
    counts = np.arange(1, len(descending) + 1)
    estimates = (unbounded + counts - np.exp(descending + inverse)) / m
    bounds = np.exp(np.minimum(descending + q.log_p, 1.0)) + estimates + slack
    best = int(bounds.argmin())
    excess = min(1.0, float(max(estimates[best], 0.0)) + slack)
    return HockeyStick(min(1.0, float(bounds[best])), float(descending[best]), excess)


def _bounded(log_gamma: float, q: Probability, excess: float) -> float:
    if q.log_p == -math.inf:
        return excess
    return min(1.0, math.exp(min(log_gamma + q.log_p, 1.0)) + excess)


def _check(log_ratio: Float[np.ndarray, " samples"]) -> None:
    if not len(log_ratio):
        raise TooFew("no samples: draw responses from the policy, with their log-ratios")
    if np.isnan(log_ratio).any() or (log_ratio == -math.inf).any():
        raise ValueError(
            "a log-ratio log π/π₀ is NaN or −inf: each must come from a response that π drew"
        )
