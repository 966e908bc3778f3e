"""A Lagrange multiplier that takes a reward's weight away once its mean is where it should be."""

import math

from looksgood.core.errors import NotFinite


def ascended_multiplier(multiplier: float, proxy: float, point: float, rate: float) -> float:
    """Return μ + η (point − proxy), projected onto [0, 1].

    For max −KL(π‖π₀) subject to E[r̂] = `point`, with the Lagrangian λ (E[r̂] − point) − KL over
    1 + λ, μ = λ/(1 + λ): the policy climbs μ E[r̂] − (1 − μ) KL, and μ rises while the mean
    `proxy` is below the point and falls beyond it (gradient ascent on the dual, rate η = `rate` per
    base sd). At 1 the reward counts in full and the point is approached as without a constraint; at
    0 nothing but the KL pulls, as hard as the reward did. At rest the penalty is (1 − μ)/μ.

    Source: Moskovitz et al. (2023), arXiv:2310.04373 §4, who squash multipliers instead of
    projecting them and let several rewards compete.

    Raises:
        NotFinite: the mean proxy is NaN or infinite.
        ValueError: the rate is not above 0.
    """
    if not rate > 0:
        raise ValueError(f"rate={rate}: give more than 0, or the multiplier never moves")
    if not math.isfinite(proxy):
        raise NotFinite(f"the mean proxy that should steer the multiplier is {proxy}")
    return min(max(multiplier + rate * (point - proxy), 0.0), 1.0)
