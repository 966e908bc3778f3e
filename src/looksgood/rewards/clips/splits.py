"""Which comparisons each member of an ensemble learns from: settled when a comparison arrives."""

import numpy as np
from jaxtyping import Int

from looksgood.core.seeds import Seed

HELD_OUT = -1


def uses(
    comparisons: int, members: int, held_out: float, seed: Seed
) -> Int[np.ndarray, "comparisons members"]:
    """Return how often each member uses each comparison: −1 held out, else its bootstrap count.

    Counts are Poisson(1): the bootstrap of a set that still grows (a resample of n items takes
    each Binomial(n, 1/n) times). Row i depends on the seed and on i alone, so what a member once
    held out it never trains on, however many comparisons arrive later.

    Source: Christiano et al. (2017), arXiv:1706.03741 §2.2.3 (own sample and own 1/e held out);
    Oza & Russell (2001), Online bagging and boosting, AISTATS.
    """
    shape = (comparisons, members)
    counts = seed.child("bootstrap").numpy().poisson(1.0, shape)
    counts[seed.child("held out").numpy().random(shape) < held_out] = HELD_OUT
    return counts
