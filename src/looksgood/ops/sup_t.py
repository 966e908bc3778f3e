"""One test over many checkpoints: the largest of several t statistics, with all of them counted."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from looksgood.ops.joint_null import joint_null


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
    """One-sided: the probability of a maximum as large, were no contrast above 0."""


def sup_t(
    estimates: Float[np.ndarray, " checkpoints"],
    covariance: Float[np.ndarray, "checkpoints checkpoints"],
    dof: Float[np.ndarray, " checkpoints"],
    contrasts: Float[np.ndarray, "contrasts checkpoints"],
    confidence: float = 0.95,
    *,
    pooled: bool = False,
) -> SupT:
    """Test whether any of `contrasts` @ `estimates` is above 0.

    The null (`joint_null`) is least favourable where all contrasts are exactly 0, so that the test
    errs less often where some are negative. A contrast whose error is 0 says nothing. `pooled` is
    the curve's.

    Raises:
        TooFew: errors are unknown, there are no degrees of freedom, or nothing varies.
    """
    null = joint_null(covariance, dof, contrasts, pooled=pooled)
    found = contrasts[null.place] @ estimates
    statistic = found / null.error
    p = null.p(statistic)
    best = int(p.argmin() if p.min() < 1 else statistic.argmax())
    half = float((null.critical_of_limits(confidence) * null.error)[best])
    value = float(found[best])
    return SupT(int(null.place[best]), value, value - half, value + half, float(min(p[best], 1)))


def simultaneous_limits(
    estimates: Float[np.ndarray, " checkpoints"],
    covariance: Float[np.ndarray, "checkpoints checkpoints"],
    dof: Float[np.ndarray, " checkpoints"],
    contrasts: Float[np.ndarray, "contrasts checkpoints"],
    confidence: float = 0.95,
    *,
    pooled: bool = False,
) -> tuple[Float[np.ndarray, " contrasts"], Float[np.ndarray, " contrasts"]]:
    """Return limits of every contrast that hold together; NaN for one whose error is 0.

    With the unit contrasts `np.eye` it is a band around the curve.

    Raises:
        TooFew: errors are unknown, there are no degrees of freedom, or nothing varies.
    """
    null = joint_null(covariance, dof, contrasts, pooled=pooled)
    half = np.full(len(contrasts), np.nan)
    half[null.place] = null.critical_of_limits(confidence) * null.error
    value = contrasts @ estimates
    return value - half, value + half
