"""A share over responses that share prompts: limits that stay within 0 and 1, also at the ends."""

import math

import numpy as np
from jaxtyping import Float, Int

from looksgood.ops.checks import inside, same_length
from looksgood.ops.clustered import cluster_dof, cluster_scores
from looksgood.ops.clustered_rate import clustered_rate_interval
from looksgood.ops.t_interval import Interval


def clustered_share(
    hits: Float[np.ndarray, " responses"],
    clusters: Int[np.ndarray, " responses"],
    confidence: float = 0.95,
) -> Interval:
    """Return the mean of hits (1), misses (0) and what lies between (a tie is ½).

    Its limits are exact ones for as many independent trials as the sample is worth
    (`clustered_rate_interval`), by the clustered error (CR2) and its degrees of freedom.

    Raises:
        TooFew: there are fewer than 2 clusters.
        ValueError: a hit is not within 0 … 1, lengths differ, or confidence not within (0, 1).
    """
    n = same_length(hits=hits, clusters=clusters)
    inside("confidence", confidence)
    if not ((hits >= 0) & (hits <= 1)).all():
        raise ValueError("a hit is 1, a miss 0, and nothing lies outside")
    scores, sizes = cluster_scores(hits, clusters)
    share, se, dof = float(hits.mean()), math.sqrt(float(scores @ scores)), cluster_dof(sizes)
    effective = max(dof + 1, 2.0)
    low, high = clustered_rate_interval(share, se, n, effective, confidence)
    return Interval(share, low, high, se, dof)
