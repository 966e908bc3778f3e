"""Bins of a score that hold enough responses each, ties kept together."""

import math

import numpy as np
from jaxtyping import Float

from looksgood.ops.checks import finite


def score_edges(
    scores: Float[np.ndarray, " responses"], most: int = 10, least: int = 20
) -> Float[np.ndarray, " edges"]:
    """Return the scores at which a new bin begins, ascending: at most `most` bins, `least` in each.

    A response's bin is `np.searchsorted(edges, score, side="right")`: whoever has an edge's score
    is in the bin above it, what lies between two scores that were seen is in the bin below, and
    what lies beyond all of them is in the bin at that end. Equal scores share a bin, so that a
    score of up to `most` values has a bin for each that enough have. No edges: one bin.

    Raises:
        ValueError: a score is NaN or infinite.
    """
    values, counts = np.unique(finite("scores", scores, 0), return_counts=True)
    reached = np.cumsum(counts)
    share = least if len(values) <= most else max(least, math.ceil(len(scores) / most))
    edges, done = [], 0
    while len(scores) - done >= share:
        last = int(np.searchsorted(reached, done + share))
        done = int(reached[last])
        if len(scores) - done < least:
            break
        edges.append(values[last + 1])
    return np.array(edges, dtype=np.float64)
