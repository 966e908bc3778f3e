"""Read one score of a run where another is at a given level: gold at a matched KL, KL at a proxy.

Curves run along training, the base first; shapes (..., points).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from looksgood.measures.turning import Curves


def at_first_reach(x: Curves, y: Curves, level: Curves) -> Curves:
    """Return y where x first reaches `level` on its way, on straight lines between points.

    x need not rise throughout: what comes after the first reach is not looked at. At or below the
    first point's x it is the first y; NaN where x never reaches the level: nothing is extrapolated.
    `level` has the shape of the leading axes, or broadcasts to it.
    """
    x, y = np.broadcast_arrays(x, y)
    level = np.broadcast_to(level, x.shape[:-1])[..., None]
    reached = x >= level
    at = reached.argmax(-1)[..., None]
    before = np.maximum(at - 1, 0)
    (x0, y0), (x1, y1) = (
        (np.take_along_axis(x, i, -1), np.take_along_axis(y, i, -1)) for i in (before, at)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(at > 0, (level - x0) / (x1 - x0), 0.0)
    return np.where(reached.any(-1), (y0 + share * (y1 - y0))[..., 0], np.nan)


def at_first_rise(x: Curves, y: Curves, level: float) -> Curves:
    """Return y where x first rises to `level`; NaN also where its first point is there already."""
    there = x[..., 0] >= level
    return np.where(there, np.nan, at_first_reach(x, y, np.asarray(level)))


def at_highest_common(x: Sequence[Curves], y: Sequence[Curves]) -> list[Curves]:
    """Return of each run the y where its x first reaches the highest level that all runs reach.

    Given are the x and the y of each run, (..., points), their leading axes alike.
    """
    level = highest_common(x)
    return [at_first_reach(*run, level) for run in zip(x, y, strict=True)]


def highest_common(x: Sequence[Curves]) -> Curves:
    """Return the highest level that the x of every run reaches: (...)."""
    return np.asarray(np.minimum.reduce([curve.max(-1) for curve in x]))


def first_step(steps: Curves, there: NDArray[np.bool_]) -> Curves:
    """Return the first of `steps` at which something is `there` (..., points).

    Where it never is, the last: that it takes at least so many is all that is known.
    """
    return np.asarray(steps[np.where(there.any(-1), there.argmax(-1), len(steps) - 1)])


def root_kl(kl_nats: Curves) -> Curves:
    """Return d = √KL, in √nats; an estimate below zero, as of samples, is 0."""
    return np.sqrt(np.maximum(kl_nats, 0.0))
