"""One test over many checkpoints: the largest of several t statistics, with all of them counted."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import stdtrit

from looksgood.ops.curve import Curve
from looksgood.ops.joint_null import JointNull, joint_null

POWER = 0.8
"""With which `SupT.detectable` is noticed."""


@dataclass(frozen=True, slots=True)
class SupT:
    """The contrast that stands out most, and how surprising it is with all of them counted."""

    place: int
    """Which contrast."""
    estimate: float
    low: float
    high: float
    """Simultaneous limits: they hold for whichever contrast was picked."""
    p: float
    """One-sided: the probability of a maximum as large, were no contrast above the bound."""
    detectable: float
    """How large one contrast has to be for the test to notice it in 80 %.

    bound + (t that rejects, all contrasts counted, + t_ν quantile of the power) × error, for the
    contrast of median error. For two checkpoints of n shared prompts it is
    `power.detectable_effect`, with Student's t for the normal. What shows in several contrasts is
    noticed more often.
    """


def sup_t(
    curve: Curve,
    contrasts: Float[np.ndarray, "contrasts checkpoints"],
    confidence: float = 0.95,
    *,
    bound: float = 0.0,
) -> SupT:
    """Test whether any of `contrasts` @ `curve` is above `bound`, at 1 − `confidence`.

    The null (`joint_null`) is least favourable where all contrasts are exactly at the bound, so
    that the test errs less often where some are below it. A contrast whose error is 0 says nothing.

    Raises:
        TooFew: errors are unknown, there are no degrees of freedom, or nothing varies.
    """
    null = joint_null(curve, contrasts)
    found = contrasts[null.place] @ curve.mean
    statistic = (found - bound) / null.error
    p = null.p(statistic)
    best = int(p.argmin() if p.min() < 1 else statistic.argmax())
    half = float((null.critical_of_limits(confidence) * null.error)[best])
    value = float(found[best])
    return SupT(
        place=int(null.place[best]),
        estimate=value,
        low=value - half,
        high=value + half,
        p=float(min(p[best], 1)),
        detectable=bound + _noticed(null, 1 - confidence),
    )


def _noticed(null: JointNull, alpha: float) -> float:
    needed = (null.critical(alpha) + stdtrit(null.dof, POWER)) * null.error
    return float(np.median(needed))


def simultaneous_limits(
    curve: Curve,
    contrasts: Float[np.ndarray, "contrasts checkpoints"],
    confidence: float = 0.95,
) -> tuple[Float[np.ndarray, " contrasts"], Float[np.ndarray, " contrasts"]]:
    """Return limits of every contrast that hold together; NaN for one whose error is 0.

    With the unit contrasts `np.eye` it is a band around the curve.

    Raises:
        TooFew: errors are unknown, there are no degrees of freedom, or nothing varies.
    """
    null = joint_null(curve, contrasts)
    half = np.full(len(contrasts), np.nan)
    half[null.place] = null.critical_of_limits(confidence) * null.error
    value = contrasts @ curve.mean
    return value - half, value + half
