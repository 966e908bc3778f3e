"""What a measured KL and proxy allow of gold: the least and greatest mean of all such policies."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from looksgood.ops.checks import refuse_not_distribution, refuse_not_finite
from looksgood.ops.kl_frontier import tilt_of_reward
from looksgood.ops.root import find_root
from looksgood.ops.tilt import Outcomes, kl_of_log_ratio, log_sum_exp


@dataclass(frozen=True, slots=True)
class GoldRange:
    """Bounds on mean gold, attained by some policy on the support."""

    low: float
    high: float


def gold_range(
    base_probs: Outcomes, proxy: Outcomes, gold: Outcomes, mean_proxy: float, kl_nats: float
) -> GoldRange:
    """Return least and greatest Σ p·gold over p with Σ p·proxy = m and KL(p ‖ base) ≤ ε.

    The optimum tilts by both scores, p ∝ π₀ e^{u gold + v proxy}: v is solved for the mean, u for
    the KL. Where the KL does not bind it is the linear programme without it. Reported is the dual
    value inf (ε + log E₀ e^{u gold + v (proxy − m)})/u, so that an inexact solution errs outwards.

    Exact for a finite world. Over *samples* of the base it is an estimate, since a policy may go
    where no sample is.

    Source: Csiszár (1975), Ann. Prob. 3:146 (I-projections); Hu & Hong (2013), KL-DRO duality.

    Raises:
        ValueError: as `tilted_policy`; a mean outside the proxy's range (strictly within is
            needed), ε not above 0, or a mean that takes more KL than ε to reach.
    """
    refuse_not_distribution("base_probs", base_probs)
    refuse_not_finite(proxy=proxy, gold=gold)
    if not base_probs.shape == proxy.shape == gold.shape:
        raise ValueError(f"{len(base_probs)} outcomes, {len(proxy)} proxy and {len(gold)} gold")
    held = base_probs > 0
    q, r, g = base_probs[held], proxy[held], gold[held]
    if not 0 < kl_nats < math.inf:
        raise ValueError(f"kl_nats={kl_nats}: a finite KL above 0 is needed")
    if not r.min() < mean_proxy < r.max():
        raise ValueError(
            f"mean_proxy={mean_proxy:.6g} is not strictly between {r.min():.6g} and {r.max():.6g}, "
            "the least and greatest proxy of the support"
        )
    up = mean_proxy >= float(q @ r)
    least = tilt_of_reward(q, r if up else -r, mean_proxy if up else -mean_proxy).kl_nats
    if least > kl_nats * (1 + 1e-9):
        raise ValueError(
            f"a mean proxy of {mean_proxy:.6g} takes {least:.6g} nats or more, not {kl_nats:.6g}: "
            "the KL is under-measured, or the support is another"
        )
    return GoldRange(
        -_greatest(q, r, -g, mean_proxy, kl_nats), _greatest(q, r, g, mean_proxy, kl_nats)
    )


def _greatest(q: Outcomes, r: Outcomes, g: Outcomes, mean: float, kl: float) -> float:
    span = float(g.max() - g.min())
    if span == 0:
        return float(g[0])
    log_q, reach = np.log(q), float(r.max() - r.min())
    centred, lifts = (r - mean) / reach, (g - g.max()) / span

    def tilt(u: float) -> tuple[float, float]:
        """Return KL and mean of lifts at the v for which the proxy's mean is m."""

        def pull(v: float) -> float:
            log_p = log_q + u * lifts + v * centred
            return float(np.exp(log_p - log_sum_exp(log_p)) @ centred)

        width = 1.0 + u
        while pull(-width) > 0 or pull(width) < 0:
            width *= 2
        v = find_root(pull, -width, width)
        log_ratio = u * lifts + v * centred
        log_ratio = log_ratio - log_sum_exp(log_q + log_ratio)
        return kl_of_log_ratio(q, log_ratio), float(np.exp(log_q + log_ratio) @ lifts)

    free = linprog(-lifts, A_eq=np.stack([np.ones_like(r), centred]), b_eq=[1.0, 0.0])
    ceiling = -float(free.fun)
    high = 1.0
    while tilt(high)[0] < kl:
        high *= 2
        if high > 1e6:  # the KL does not bind: all mass is on the programme's best face
            return float(g.max()) + span * ceiling
    low = high / 2
    while tilt(low)[0] > kl and low > 1e-9:
        low /= 4
    # below u = 1e-9 the KL is all spent on the mean, and gold has no room
    u = low if tilt(low)[0] > kl else find_root(lambda s: tilt(s)[0] - kl, low, high)
    spent, mean_lift = tilt(u)
    # the dual (ε + log Z)/u, written so that nothing cancels at small u
    return float(g.max()) + span * min(mean_lift + max(kl - spent, 0.0) / u, ceiling)
