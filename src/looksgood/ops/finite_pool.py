"""The mean of one given pool, of which some items were drawn for labels without replacement."""

import math

import numpy as np
from jaxtyping import Bool, Float

from looksgood.ops.checks import finite, number, same_length
from looksgood.ops.t_interval import Interval, t_interval


def pool_mean(
    judged: Float[np.ndarray, " pool"],
    is_labelled: Bool[np.ndarray, " pool"],
    labels: Float[np.ndarray, " pool"],
    lam: float = 1.0,
    confidence: float = 0.95,
) -> Interval:
    """Return the difference estimate of the pool's mean label: λ mean_pool f + mean_n (Y − λ f).

    Its variance (1 − n/N) s²/n is about this pool only: with every item labelled it is 0. `labels`
    are read where `is_labelled`, a simple random sample of the pool; λ is a number chosen
    beforehand (1: the judge as it is, 0: the labels alone). Student t with n − 1.

    Source: Cochran (1977), Sampling Techniques, 3rd ed., §2 and §7.

    Raises:
        TooFew: under 2 labels.
        ValueError: something is not finite, or lengths differ.
    """
    pool = same_length(judged=judged, is_labelled=is_labelled, labels=labels)
    judged = finite("judged", judged)
    differences = finite("labels", labels[is_labelled], at_least=2) - lam * judged[is_labelled]
    n = len(differences)
    value = number("lam", lam) * float(judged.mean()) + float(differences.mean())
    variance = (1 - n / pool) * float(differences.var(ddof=1)) / n
    return t_interval(value, math.sqrt(variance), n - 1, confidence)
