"""Means over responses that share prompts: errors clustered by prompt, few prompts allowed for."""

import math

import numpy as np
from jaxtyping import Float, Int, Real

from looksgood.core.errors import TooFew
from looksgood.ops.checks import finite, same_length
from looksgood.ops.t_interval import Interval, t_interval


def clustered_mean(
    values: Float[np.ndarray, " responses"],
    prompts: Int[np.ndarray, " responses"],
    confidence: float = 0.95,
) -> Interval:
    """Return the mean over responses, its error from the sums of residuals by prompt.

    CR2 with Bell and McCaffrey's degrees of freedom: prompts of many responses count for more, and
    leave fewer. With equally many responses on each of G prompts it is the t interval of the
    prompts' means, with G − 1 degrees of freedom.

    Source: Bell & McCaffrey (2002), Survey Methodology 28:169; Imbens & Kolesár (2016), Review of
    Economics and Statistics 98:701.

    Raises:
        TooFew: there are fewer than 2 prompts.
        ValueError: a value is not finite, or lengths differ.
    """
    scores, sizes = cluster_scores(values, prompts)
    mean = float(np.asarray(values, dtype=np.float64).mean())
    return t_interval(mean, math.sqrt(float(scores @ scores)), cluster_dof(sizes), confidence)


def cluster_scores(
    values: Float[np.ndarray, " responses"], prompts: Int[np.ndarray, " responses"]
) -> tuple[Float[np.ndarray, " prompts"], Int[np.ndarray, " prompts"]]:
    """Return each prompt's share of the mean's error, and its size; prompts in ascending order.

    Σ_{i in c} (y_i − ȳ)/(n √(1 − n_c/n)): their sum of squares is the CR2 variance of the mean, and
    products with the scores of another mean over the same prompts give the covariance.

    Raises:
        TooFew: there are fewer than 2 prompts.
        ValueError: a value is not finite, or lengths differ.
    """
    n = same_length(values=values, prompts=prompts)
    values = finite("values", values)
    names, place = np.unique(prompts, return_inverse=True)
    if len(names) < 2:
        raise TooFew(f"{len(names)} prompt: how prompts differ is unknown, not 0. Add prompts.")
    sizes = np.bincount(place)
    sums = np.bincount(place, weights=values - values.mean())
    return sums / (n * np.sqrt(1 - sizes / n)), sizes


def cluster_dof(sizes: Real[np.ndarray, " prompts"]) -> float:
    """Return Satterthwaite's degrees of freedom of the CR2 variance: G − 1 for equal sizes.

    With h a prompt's part of all rows and independent errors, the sums by prompt have covariance
    h_c [c = d] − h_c h_d, and weights 1/(1 − h_c): (tr WC)²/tr (WC)², written out.
    """
    h = sizes / sizes.sum()
    weighted = h**2 / (1 - h)
    return float(1 / ((h**2).sum() + weighted.sum() ** 2 - (weighted**2).sum()))
