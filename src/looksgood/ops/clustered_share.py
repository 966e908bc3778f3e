"""A share over responses that share prompts: limits that stay within 0 and 1, also at the ends."""

import math

import numpy as np
from jaxtyping import Float, Int
from scipy.special import betaincinv, stdtrit

from looksgood.ops.checks import inside, same_length
from looksgood.ops.clustered import cluster_dof, cluster_scores
from looksgood.ops.t_interval import Interval


def clustered_share(
    hits: Float[np.ndarray, " responses"],
    clusters: Int[np.ndarray, " responses"],
    confidence: float = 0.95,
) -> Interval:
    """Return the mean of hits (1), misses (0) and what lies between (a tie is ½).

    Its limits are exact ones for as many independent trials as the sample is worth.

    Korn & Graubard: n* = p(1 − p)/V with V the clustered variance (CR2), times the squared ratio of
    the normal-theory quantiles at n − 1 and at V's own degrees of freedom, never above n; then
    Clopper & Pearson's limits for p n* hits of n*. Without a hit, or with nothing else, V is
    unknown: then n* is the number of clusters.

    Source: Korn & Graubard (1998), Survey Methodology 24:193.

    Raises:
        TooFew: there are fewer than 2 clusters.
        ValueError: a hit is not within 0 … 1, lengths differ, or confidence not within (0, 1).
    """
    n = same_length(hits=hits, clusters=clusters)
    tail = (1 - inside("confidence", confidence)) / 2
    if not ((hits >= 0) & (hits <= 1)).all():
        raise ValueError("a hit is 1, a miss 0, and nothing lies outside")
    scores, sizes = cluster_scores(hits, clusters)
    share, variance, dof = float(hits.mean()), float(scores @ scores), cluster_dof(sizes)
    worth = float(len(sizes))
    if 0 < share < 1:
        shrink = float(stdtrit(n - 1, tail) / stdtrit(dof, tail)) ** 2
        worth = min(share * (1 - share) / max(variance, 1e-300) * shrink, float(n))
    count = share * worth
    low = float(betaincinv(count, worth - count + 1, tail)) if share > 0 else 0.0
    high = float(betaincinv(count + 1, worth - count, 1 - tail)) if share < 1 else 1.0
    return Interval(share, low, high, math.sqrt(variance), dof)
