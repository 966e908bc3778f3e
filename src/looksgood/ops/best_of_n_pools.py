"""Best-of-n from many pools of unequal size at once: the unbiased estimate of each, for every n."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from looksgood.ops.checks import refuse_not_finite, same_length


def best_of_n_by_pool(
    pool: Int[np.ndarray, " rows"],
    proxy: Float[np.ndarray, " rows"],
    scores: Float[np.ndarray, "rows scores"],
    ns: Sequence[int],
) -> Float[np.ndarray, "pools ns scores"]:
    """Return each score's mean under best-of-n by `proxy`, per pool; NaN where n exceeds the pool.

    `pool` numbers the pools from 0. Draws are without replacement, ties are broken at random:
    Σ_i C(i−1, n−1)/C(N, n) s_(i) over ranks by proxy, a tie's scores replaced by their mean. One
    sort for all pools and all n, and O(rows) for each n.

    Source: Nakano et al. (2021), arXiv:2112.09332 App. I.

    Raises:
        ValueError: an n is below 1, lengths differ, empty, NaN.
    """
    same_length(pool=pool, proxy=proxy, scores=scores)
    refuse_not_finite(proxy=proxy, scores=scores)
    if min(ns, default=0) < 1:
        raise ValueError(f"ns={list(ns)}: one or more, each 1 or more")
    order = np.lexsort((proxy, pool))
    pool, proxy = pool[order], proxy[order]
    size = np.bincount(pool)
    rank = np.arange(len(pool)) - np.repeat(np.cumsum(size) - size, size)
    begins = np.ones(len(pool), dtype=bool)
    begins[1:] = (np.diff(pool) != 0) | (np.diff(proxy) != 0)
    tie = np.cumsum(begins) - 1
    sizes, which = np.unique(size, return_inverse=True)
    place = (np.cumsum(sizes) - sizes)[which[pool]] + rank
    found = np.full((len(size), len(ns), scores.shape[1]), np.nan)
    for column in range(scores.shape[1]):
        mine = scores[order, column]
        first = mine[np.cumsum(size) - size]  # weights sum to 1 but for rounding
        means = (np.bincount(tie, weights=mine - first[pool]) / np.bincount(tie))[tie]
        for k, n in enumerate(ns):
            weights = np.concatenate([rank_weights(int(each), n) for each in sizes])[place]
            found[:, k, column] = first + np.bincount(pool, weights=weights * means)
    found[size[:, None] < np.array(ns)] = np.nan
    return found


def rank_weights(pool: int, n: int) -> Float[np.ndarray, " pool"]:
    """Return C(i−1, n−1)/C(N, n) for i = 1 (worst) … N (best) by w_{i−1} = w_i (i−n)/(i−1).

    Factorials overflow near N = 1030.
    """
    i = np.arange(pool, 1, -1)
    steps = np.concatenate([[n / pool], np.maximum(i - n, 0) / (i - 1)])
    return np.cumprod(steps)[::-1]
