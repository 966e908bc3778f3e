"""What a proxy is off by, split where the rater stands between it and the truth.

proxy − gold = (proxy − rater) + (rater − gold): what the reward model got wrong about its raters,
and what the raters got wrong. All three in the same units.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from looksgood.ops.checks import finite, same_length
from looksgood.ops.clustered import cluster_dof, cluster_scores
from looksgood.ops.t_interval import Interval, t_interval


@dataclass(frozen=True, slots=True)
class GapDecomposition:
    """Two gaps and their sum, with intervals clustered by prompt."""

    proxy_minus_rater: Interval
    rater_minus_gold: Interval
    total: Interval
    covariance: float
    """Of the two gaps' estimates: the total's variance is theirs, plus twice this."""


def gap_decomposition(
    proxy: Float[np.ndarray, " responses"],
    rater: Float[np.ndarray, " responses"],
    gold: Float[np.ndarray, " responses"],
    prompts: Int[np.ndarray, " responses"],
    confidence: float = 0.95,
) -> GapDecomposition:
    """Return the two gaps, each a mean over all responses that have both labels, and their sum.

    `rater` and `gold` are NaN where nobody answered; labels are nested: whoever has gold has rater.
    Both subsets are to be random ones of the responses (or of the prompts). The gaps share prompts,
    so their covariance is counted in the total. The total has the smaller of the two gaps' degrees
    of freedom, which is on the safe side.

    Raises:
        TooFew: fewer than 2 prompts have a rater's label, or a gold one.
        ValueError: gold without rater, something is infinite, or lengths differ.
    """
    same_length(proxy=proxy, rater=rater, gold=gold, prompts=prompts)
    finite("proxy", proxy)
    rated, golden = ~np.isnan(rater), ~np.isnan(gold)
    stray = int((golden & ~rated).sum())
    if stray:
        raise ValueError(f"{stray} responses have gold without a rater's label: ask the rater too")
    first = (proxy - rater)[rated]
    second = (rater - gold)[golden]
    one, sizes = cluster_scores(first, prompts[rated])
    other, sizes_other = cluster_scores(second, prompts[golden])
    shared = np.isin(np.unique(prompts[rated]), np.unique(prompts[golden]))
    covariance = float(one[shared] @ other)
    variances = float(one @ one), float(other @ other)
    dofs = cluster_dof(sizes), cluster_dof(sizes_other)
    gaps = [
        t_interval(float(gap.mean()), math.sqrt(variance), dof, confidence)
        for gap, variance, dof in zip((first, second), variances, dofs, strict=True)
    ]
    # a sum of squares, the covariance included: never negative but by rounding
    both = max(sum(variances) + 2 * covariance, 0.0)
    total = t_interval(gaps[0].value + gaps[1].value, math.sqrt(both), min(dofs), confidence)
    return GapDecomposition(gaps[0], gaps[1], total, covariance)
