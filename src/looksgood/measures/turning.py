"""Where a curve turns over: its peak, how far it falls after it, and where it has fallen."""

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from looksgood.core.errors import PeakNotReached

Curves = NDArray[np.float64]
"""Shape (..., points): points in order of rising KL, the base (score 0) before the first."""


def gold_peak(kl_nats: Float[NDArray, " points"], gold: Float[NDArray, " points"]) -> int:
    """Return the index of the highest gold, provided the data contain its far side.

    Raises:
        PeakNotReached: gold is highest at the last point.
    """
    best = int(gold.argmax())
    if best == len(gold) - 1:
        raise PeakNotReached(
            f"gold is highest at the last of {len(gold)} points ({gold[best]:.3f} at "
            f"{kl_nats[best]:.1f} nats): any peak lies beyond the data and is not extrapolated; "
            "optimize further"
        )
    return best


def peak_at(kl_nats: Curves, score: Curves) -> Curves:
    """Return the KL at which the score is highest; NaN where that is the last point.

    Many curves at once, as `gold_peak` is for one: a peak beyond the data is not extrapolated.
    """
    best = score.argmax(-1)
    at = np.take_along_axis(kl_nats, best[..., None], -1)[..., 0]
    return np.where(best == score.shape[-1] - 1, np.nan, at)


def fall_share(score: Curves) -> Curves:
    """Return (peak − last) / peak: the share of the best gain that is lost at the end.

    1 means back at the base, above 1 below it. NaN where the score never exceeds the base (0):
    what was not gained cannot be lost.
    """
    peak = score.max(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(peak > 0, (peak - score[..., -1]) / peak, np.nan)


def rank_correlation(score: Curves) -> Curves:
    """Return Spearman's correlation of the score with the order of the points; ties averaged.

    NaN where all points score the same.
    """
    from scipy.stats import rankdata  # imported late: it takes a second

    ranks = rankdata(score, axis=-1)
    order = np.arange(score.shape[-1]) + 1.0
    a = ranks - ranks.mean(-1, keepdims=True)
    b = order - order.mean()
    with np.errstate(invalid="ignore"):
        return np.asarray((a * b).sum(-1) / np.sqrt((a**2).sum(-1) * (b**2).sum()))


def at_fallen(score: Curves, other: Curves, share: float) -> Curves:
    """Return other(first point past score's peak where `share` of the peak is lost) − other(peak).

    NaN where the score never exceeds 0 or never falls that far.
    """
    flat, flat_other = np.atleast_2d(score), np.atleast_2d(other)
    out = np.full(len(flat), np.nan)
    for i, (curve, beside) in enumerate(zip(flat, flat_other, strict=True)):
        peak = int(curve.argmax())
        if curve[peak] <= 0:
            continue
        fallen = np.flatnonzero(curve[peak:] <= (1 - share) * curve[peak])
        if len(fallen):
            out[i] = beside[peak + fallen[0]] - beside[peak]
    return out.reshape(score.shape[:-1])


def least_step_ratio(kl_nats: Curves) -> Curves:
    """Return the smallest ratio of one point's KL to that before it; above 1 means monotone.

    NaN where two points in a row are at 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((kl_nats[..., 1:] / kl_nats[..., :-1]).min(-1))
