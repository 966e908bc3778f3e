"""How sure an agreement is: Krippendorff's alpha with its interval over items."""

import math

import numpy as np
from jaxtyping import Float, Int

from looksgood.core.errors import TooFew
from looksgood.ops.checks import same_length
from looksgood.ops.krippendorff import Metric, alpha_of_counts, disagreements, squared_distance
from looksgood.ops.t_interval import Interval, t_interval


def krippendorff_interval(
    counts: Float[np.ndarray, "items values"],
    values: Float[np.ndarray, " values"],
    clusters: Int[np.ndarray, " items"],
    metric: Metric = "nominal",
    confidence: float = 0.95,
) -> Interval:
    """Return alpha from how often each item got each value, with limits from clusters of items.

    α = 1 − (n − 1) D/E is a ratio of sums over items, so its differential is a sum over items too:
    its error is that of the clusters' sums, with Student's t. In simulations of 20 to 200 clusters
    this covered 94 to 96 %, a percentile bootstrap over items 93 to 94 %. Ordinal distances are
    taken as the sample has them. Where nobody disagrees the lower limit is that of a share without
    a hit among the clusters, each hit at the largest distance.

    Raises:
        TooFew: no item has two answers, all answers are the same, or there are under 2 clusters.
        ValueError: lengths differ.
    """
    same_length(counts=counts, clusters=clusters)
    is_paired = counts.sum(axis=1) >= 2
    counts, names = counts[is_paired], np.unique(clusters[is_paired])
    if len(names) < 2:
        raise TooFew(f"{int(is_paired.sum())} items with two answers, of {len(names)} prompts")
    totals = counts.sum(axis=0)
    distance, n = squared_distance(values, totals, metric), totals.sum()
    within, chance = disagreements(counts, distance), float(totals @ distance @ totals)
    if chance == 0:
        raise TooFew("every answer is the same: chance would agree as well")
    alpha, d = alpha_of_counts(counts, values, metric), float(within.sum())
    if d == 0:
        unseen = 1 - ((1 - confidence) / 2) ** (1 / len(names))
        low = 1 - unseen * float(distance.max()) * n * (n - 1) / chance
        return Interval(alpha, low, 1.0, math.nan, len(names) - 1)
    influence = (n - 1) / chance * within + d / chance * counts.sum(axis=1)
    influence -= 2 * (n - 1) * d / chance**2 * (counts @ distance @ totals)
    place = np.searchsorted(names, clusters[is_paired])
    by_cluster = np.bincount(place, weights=influence - influence.mean())
    se = math.sqrt(float(by_cluster @ by_cluster) * len(names) / (len(names) - 1))
    found = t_interval(alpha, se, len(names) - 1, confidence)
    return Interval(alpha, found.low, min(found.high, 1.0), se, found.dof)
