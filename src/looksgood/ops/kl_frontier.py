"""The KL-optimal frontier: the most reward at each KL, where gold turns, and who is off it."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from looksgood.ops.checks import refuse_not_distribution, refuse_not_finite
from looksgood.ops.root import find_root
from looksgood.ops.tilt import Outcomes, Tilted, tilted_policy


def tilt_of_kl(base_probs: Outcomes, reward: Outcomes, kl_nats: float) -> Tilted:
    """Return the tilted policy at the given KL from the base: the frontier's point there.

    Raises:
        ValueError: as `tilted_policy`; a KL that is negative, or not below −log P₀(best reward),
            which is the KL of always answering best and beyond which there is nothing to gain.
    """
    most = _log_best(base_probs, reward)
    if not 0 <= kl_nats < -most:
        raise ValueError(
            f"kl_nats={kl_nats:.6g}: the frontier runs from 0 to below {-most:.6g} nats, "
            "where only the best reward is left"
        )
    if kl_nats == 0:
        return tilted_policy(base_probs, reward, 0.0)
    scale = _spread(base_probs, reward)

    def gap(log_s: float) -> float:
        return tilted_policy(base_probs, reward, math.exp(log_s) / scale).kl_nats / kl_nats - 1

    return _solve(base_probs, reward, gap, scale)


def tilt_of_reward(base_probs: Outcomes, reward: Outcomes, mean_reward: float) -> Tilted:
    """Return the tilted policy of the given mean reward: the least KL that reaches it.

    Raises:
        ValueError: as `tilted_policy`; a mean below the base's, or not below the greatest reward.
    """
    start, top = tilted_policy(base_probs, reward, 0.0), float(reward[base_probs > 0].max())
    if not start.reward <= mean_reward < top:
        raise ValueError(
            f"mean_reward={mean_reward:.6g}: tilting reaches from the base's {start.reward:.6g} "
            f"to below the greatest, {top:.6g}"
        )
    if mean_reward == start.reward:
        return start
    gain, scale = mean_reward - start.reward, _spread(base_probs, reward)

    def gap(log_s: float) -> float:
        found = tilted_policy(base_probs, reward, math.exp(log_s) / scale)
        return float(found.probs @ (reward - start.reward)) / gain - 1

    return _solve(base_probs, reward, gap, scale)


def kl_efficiency(
    base_probs: Outcomes, reward: Outcomes, mean_reward: float, kl_nats: float
) -> float:
    """Return least KL / spent KL for the mean reward reached: 1 on the frontier, less off it.

    Raises:
        ValueError: as `tilt_of_reward`; a spent KL that is not above 0, or below the least one by
            more than rounding (then the KL was under-measured).
    """
    least = tilt_of_reward(base_probs, reward, mean_reward).kl_nats
    if not 0 < kl_nats < math.inf:
        raise ValueError(f"kl_nats={kl_nats}: a spent KL above 0 is needed")
    if least > kl_nats * (1 + 1e-9):
        raise ValueError(
            f"kl_nats={kl_nats:.6g} cannot reach a mean reward of {mean_reward:.6g}, which takes "
            f"{least:.6g} nats or more: the KL is under-measured, or the base is another"
        )
    return min(least / kl_nats, 1.0)


def gold_turn(
    base_probs: Outcomes,
    reward: Outcomes,
    gold: Outcomes,
    most_inverse_beta: float,
    *,
    steps: int = 400,
) -> Tilted | None:
    """Return where along the path gold first turns down: Cov(gold, reward) falls through 0.

    None where it does not up to `most_inverse_beta`; the base where gold falls from the start.
    Sought on `steps` equal steps: a dip within one step is missed.

    Source: dE[gold]/d(1/β) = Cov(gold, reward) under π_β.

    Raises:
        ValueError: as `tilted_policy`; NaN in gold; `most_inverse_beta` not above 0.
    """
    refuse_not_finite(gold=gold)
    if gold.shape != base_probs.shape:
        raise ValueError(f"{len(gold)} gold scores for {len(base_probs)} outcomes: one each")
    if not most_inverse_beta > 0 or steps < 1:
        raise ValueError(f"most_inverse_beta={most_inverse_beta}, steps={steps}: above 0 is needed")

    def covariance(s: float) -> float:
        return tilted_policy(base_probs, reward, s).covariance(gold, reward)

    grid = np.linspace(0.0, most_inverse_beta, steps + 1).tolist()
    before = covariance(grid[0])
    if before < 0:
        return tilted_policy(base_probs, reward, 0.0)
    for low, high in pairwise(grid):
        after = covariance(high)
        if before > 0 > after:
            return tilted_policy(base_probs, reward, find_root(covariance, low, high))
        before = after if after != 0 else before
    return None


def _log_best(base_probs: Outcomes, reward: Outcomes) -> float:
    refuse_not_distribution("base_probs", base_probs)
    refuse_not_finite(reward=reward)
    top = reward[base_probs > 0].max()
    return math.log(float(base_probs[reward == top].sum()))


def _spread(base_probs: Outcomes, reward: Outcomes) -> float:
    """Return the range of rewards that the base gives; above 0 wherever the frontier has length."""
    held = reward[base_probs > 0]
    return float(held.max() - held.min())


def _solve(
    base_probs: Outcomes, reward: Outcomes, gap: Callable[[float], float], scale: float
) -> Tilted:
    """Return the tilt at which an increasing function of log(range/β) is 0."""
    low, high = 0.0, 0.0
    while gap(low) > 0:
        low -= 5
    while gap(high) < 0:
        high += 1
        if high > 700:
            raise ValueError("too near the end of the frontier to be told from it in floats")
    return tilted_policy(base_probs, reward, math.exp(find_root(gap, low, high)) / scale)
