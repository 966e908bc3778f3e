"""A score's curve laid over √KL instead of steps."""

from dataclasses import replace

import numpy as np

from looksgood.ops.curve import Curve


def over_kl(kl: Curve, score: Curve) -> Curve:
    """Return `score` where `kl` is known too, over √KL (√nats), in the order of the run.

    √KL is 0 where the mean KL is negative, which only an estimate is.
    """
    _, here, there = np.intersect1d(kl.x, score.x, return_indices=True)
    return replace(score.at(there), x=np.sqrt(np.maximum(kl.mean[here], 0.0)))
