"""The difference of two means over responses that share prompts."""

import numpy as np
from jaxtyping import Bool, Float, Int

from looksgood.core.errors import TooFew
from looksgood.ops.curve import curve_of_means
from looksgood.ops.t_interval import Interval, t_interval


def clustered_difference(
    values: Float[np.ndarray, " responses"],
    chosen: Bool[np.ndarray, " responses"],
    clusters: Int[np.ndarray, " responses"],
    confidence: float = 0.95,
) -> Interval:
    """Return the mean of the chosen less the mean of the others; errors clustered, Student t.

    A prompt in both groups is counted as one prompt, by their covariance (`curve_of_means`).

    Raises:
        TooFew: a group has fewer than 2 prompts, or no value of either differs from its mean.
        ValueError: a value is not finite, or lengths differ.
    """
    both = curve_of_means(np.array([0.0, 1.0]), values, chosen.astype(np.int64), clusters)
    contrast = np.array([-1.0, 1.0])
    variance = float(contrast @ both.covariance @ contrast)
    if not variance > 0:
        raise TooFew("no value varies within the two groups: their error is unknown, not 0")
    return t_interval(float(contrast @ both.mean), variance**0.5, both.dof, confidence)
