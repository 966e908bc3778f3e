"""Which checkpoints may have been the best, and what was lost since."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from looksgood.core.errors import TooFew
from looksgood.ops.contrasts import all_less
from looksgood.ops.curve import Curve
from looksgood.ops.joint_null import joint_null
from looksgood.ops.sup_t import simultaneous_limits


@dataclass(frozen=True, slots=True)
class Lost:
    """How far the last checkpoint is below the best one; never negative."""

    value: float
    low: float
    high: float


def peak_set(curve: Curve, confidence: float = 0.95) -> Bool[np.ndarray, " checkpoints"]:
    """Return the checkpoints that no other is significantly above.

    For each, the largest t of the others less it is tested; those tests that do not reject make the
    set. The true best is in it with the confidence stated, as only its own test could leave it out.
    A checkpoint with no error to compare by stays in the set.

    Source: Hsu (1996), Multiple Comparisons, ch. 4; Hansen, Lunde & Nason (2011), Econometrica
    79:453 (sets of best models).

    Raises:
        TooFew: there is one checkpoint, errors are unknown, or nothing varies.
    """
    size = len(curve.x)
    inside = np.ones(size, dtype=bool)
    refused = []
    for place in range(size):
        contrasts = all_less(size, place)
        try:
            null = joint_null(curve, contrasts)
        except TooFew as error:
            refused.append(error)
            continue
        statistic = (contrasts[null.place] @ curve.mean) / null.error
        inside[place] = null.p(statistic).min() > 1 - confidence
    if len(refused) == size:
        raise refused[0]
    return inside


def lost_since_best(curve: Curve, confidence: float = 0.95) -> Lost:
    """Return max θ − θ at the last checkpoint; limits hold whichever checkpoint was the best.

    Raises:
        TooFew: there is one checkpoint, errors are unknown, or nothing varies.
    """
    size = len(curve.x)
    contrasts = all_less(size, size - 1)
    low, high = simultaneous_limits(curve, contrasts, confidence)
    value = float(curve.mean.max() - curve.mean[-1])
    return Lost(value, max(float(np.nanmax(low)), 0.0), max(float(np.nanmax(high)), 0.0))
