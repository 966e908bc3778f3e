"""A policy that is already broken: gold has fallen, and a rater's own score has not.

Whoever optimises against a rater ends where the rater is content; whether gold fell on the way is
what an audit has to find out. So the fall is planted: of all policies that say only what a pool of
base samples holds, whose mean gold lies `drop` below the base's and whose mean score by the rater
does not lie below it, the one nearest to the base in KL. The base would most likely break so.

What it stands for: a failure in gap 2 alone, as near to the base as such a failure can be. What it
does not: a policy that some training found. That one presses the rater's score up (here it stays),
errs as its reward model does (gap 1, which the raters see), and may say what no base sample does.
So that the same rater's *score* shows nothing follows from how the policy is made; what their votes
show, what experts see of it, and how many labels any of this takes, does not.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from looksgood.ops.moment_tilt import MomentTilt, OutOfReach, moment_tilt

Table = Float[np.ndarray, "prompts pool"]

LEAST_EFFECTIVE = 30.0
"""Effective samples per prompt (harmonic mean) below which a fall is not told: a few samples would
decide, and what else a policy could say there the pool does not hold."""


def unseen_fall(gold: Table, rater: Table, drop: float) -> MomentTilt:
    """Return the nearest policy in which gold fell by `drop` and the rater's score did not.

    Raises:
        OutOfReach: the pool holds no such policy, or too few samples of it.
        ValueError: something is not finite.
    """
    plain = plain_fall(gold, drop)
    if (plain.weights * rater).sum(1).mean() >= rater.mean():
        return plain
    targets = np.array([gold.mean() - drop, rater.mean()])
    return _told(moment_tilt(np.stack([gold, rater]), targets))


def plain_fall(gold: Table, drop: float) -> MomentTilt:
    """Return the nearest policy in which gold fell by `drop`, whatever anybody sees: the control.

    Raises:
        OutOfReach: the pool holds no such policy, or too few samples of it.
        ValueError: something is not finite.
    """
    return _told(moment_tilt(gold[None], np.array([gold.mean() - drop])))


def furthest(fall: Callable[[float], MomentTilt], most: float, steps: int = 8) -> float:
    """Return the largest drop up to `most` that is in reach, to most/2^steps, rounded down."""
    low, high = 0.0, most
    for _ in range(steps):
        middle = (low + high) / 2
        try:
            fall(middle)
        except OutOfReach:
            high = middle
        else:
            low = middle
    return low


def exposed(gold_points: Table, rater_points: Table) -> np.ndarray:
    """Return on which prompts the rater can be fooled.

    There what they overlook differs between responses, by a hundredth of a point or more.
    """
    return np.asarray(np.ptp(rater_points - gold_points, axis=1) >= 0.01)


def _told(tilt: MomentTilt) -> MomentTilt:
    if tilt.effective_samples < LEAST_EFFECTIVE:
        raise OutOfReach(
            f"a fall that leaves {tilt.effective_samples:.0f} of {tilt.weights.shape[1]} samples "
            f"per prompt ({LEAST_EFFECTIVE:g} are needed): draw a larger pool, or ask for less"
        )
    return tilt
