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

    A prompt in both groups is counted as one prompt, by their covariance (`curve_of_means`, which
    also gives a group of equal values an error); degrees of freedom are the smaller group's.

    Raises:
        TooFew: a group has fewer than 2 prompts, or no difference varies.
        ValueError: a value is not finite, or lengths differ.
    """
    for name, group in (("chosen", chosen), ("others", ~chosen)):
        if len(np.unique(clusters[group])) < 2:
            raise TooFew(f"the {name} are of fewer than 2 prompts: how prompts differ is unknown")
    if np.ptp(values) == 0:
        raise TooFew("all values are equal: there is no difference to measure")
    both = curve_of_means(np.array([0.0, 1.0]), values, chosen.astype(np.int64), clusters)
    contrast = np.array([-1.0, 1.0])
    variance = float(contrast @ both.covariance @ contrast)
    if variance <= 1e-24 * float(np.ptp(values)) ** 2:
        raise TooFew("the difference is the same within every prompt: its error is unknown, not 0")
    dof = float(both.dof.min())
    return t_interval(float(contrast @ both.mean), variance**0.5, dof, confidence)
