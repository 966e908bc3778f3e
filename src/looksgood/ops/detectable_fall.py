"""What a test of a fall would have noticed, from the errors of the curve that it looked at."""

import numpy as np
from scipy.special import stdtrit

from looksgood.ops.contrasts import falls
from looksgood.ops.curve import Curve
from looksgood.ops.joint_null import joint_null


def detectable_fall(curve: Curve, alpha: float = 0.05, power: float = 0.8) -> float:
    """Return the fall between two checkpoints that the test of all pairs notices in 80 %.

    (t that rejects, all pairs counted, + t_ν quantile of the power) × error, for the pair of median
    error. For two checkpoints of n shared prompts it is `power.detectable_effect`, with Student's t
    for the normal. A fall that lasts for several checkpoints is noticed more often.

    Raises:
        TooFew: no test of a fall can be made.
    """
    null = joint_null(curve.covariance, curve.dof, falls(len(curve.x)), pooled=curve.pooled)
    needed = (null.critical(alpha) + stdtrit(null.dof, power)) * null.error
    return float(np.median(needed))
