"""Where a curve turns over: its peak, how far it falls after it, and where it has fallen."""

import numpy as np
from numpy.typing import NDArray

Curves = NDArray[np.float64]
"""Shape (..., points): points in order of rising KL, the base (score 0) before the first."""


def peak_at(kl_nats: Curves, score: Curves) -> Curves:
    """Return the KL at which the score is highest; NaN where that is the last point.

    A peak beyond the data is not extrapolated.
    """
    beyond = score.argmax(-1) == score.shape[-1] - 1
    return np.where(beyond, np.nan, _at_peak(score, kl_nats))


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


def has_fallen(score: Curves, share: float) -> NDArray[np.bool_]:
    """Return where a curve is past its peak and has lost `share` of it or more.

    Nowhere where the score never exceeds the base (0).
    """
    peak = score.max(-1, keepdims=True)
    past = np.arange(score.shape[-1]) > score.argmax(-1)[..., None]
    return past & (peak > 0) & (score <= (1 - share) * peak)


def most_where_fallen(score: Curves, other: Curves, share: float) -> Curves:
    """Return the most that `other` reaches where `score` has fallen, less `other` at its peak.

    Positive: somewhere past the peak of the one the other is still higher than it was there. It is
    negative for a curve beside itself. NaN where the score never falls that far.
    """
    fallen = has_fallen(score, share)
    most = np.where(fallen, other, -np.inf).max(-1)
    gained = most - _at_peak(score, other)
    return np.where(fallen.any(-1), gained, np.nan)


def first_where_fallen(score: Curves, other: Curves, share: float) -> Curves:
    """Return `other` at the first point where `score` has fallen, less `other` at its peak.

    Stricter than `most_where_fallen`: the very next point must do. NaN as there.
    """
    fallen = has_fallen(score, share)
    first = np.take_along_axis(other, fallen.argmax(-1)[..., None], -1)[..., 0]
    return np.where(fallen.any(-1), first - _at_peak(score, other), np.nan)


def _at_peak(score: Curves, other: Curves) -> Curves:
    return np.take_along_axis(other, score.argmax(-1)[..., None], -1)[..., 0]


def holds_half_of_fall(score: Curves) -> NDArray[np.bool_]:
    """Return of each step between neighbours whether it holds half or more of the whole fall.

    The fall is that from the first point to the last: (..., points − 1), nowhere where there is
    none. In a fall that is even over three steps or more none of them does.
    """
    fall = score[..., :1] - score[..., -1:]
    return (fall > 0) & (-np.diff(score) >= fall / 2)


def least_step_ratio(kl_nats: Curves) -> Curves:
    """Return the smallest ratio of one point's KL to that before it; above 1 means monotone.

    NaN where two points in a row are at 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((kl_nats[..., 1:] / kl_nats[..., :-1]).min(-1))
