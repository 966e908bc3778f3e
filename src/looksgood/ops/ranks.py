"""Ranks of values, and how far two orders agree."""

import numpy as np
from jaxtyping import Float

from looksgood.ops.checks import same_length


def mean_ranks(values: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Return ranks from 1, the lowest; ties share the mean of theirs.

    As `scipy.stats.rankdata`, which takes half a second to import.
    """
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


def rank_correlation(one: Float[np.ndarray, " n"], other: Float[np.ndarray, " n"]) -> float:
    """Return Spearman's correlation, within [−1, 1]; 0 where either is constant.

    Source: Spearman (1904), American J. Psychology 15:72.

    Raises:
        ValueError: lengths differ.
    """
    same_length(one=one, other=other)
    a, b = (ranks - ranks.mean() for ranks in (mean_ranks(one), mean_ranks(other)))
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else 0.0
