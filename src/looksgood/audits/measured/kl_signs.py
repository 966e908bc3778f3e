"""What the KLs of single responses give away: a clamp, a token mean, no k1, no response's own."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.special import ndtr

from looksgood.ops.ranks import rank_correlation

ATOM = 0.05
"""Share of the values at one end that makes it a clamp: log-ratios do not repeat."""
EXPECTED = 10.0
"""Negative values that k1 would have had, at least, before their absence says anything."""
CORRELATION = -0.15
"""Of scatter and length, below which a number is a mean over tokens; also by 4 errors."""

Values = Float[np.ndarray, " rows"]
Steps = Int[np.ndarray, " rows"]


@dataclass(frozen=True, slots=True)
class KlMeaning:
    """What the numbers are, and whether they may be laid over √KL."""

    words: str
    comparable: bool | None
    """None: neither the files nor the numbers tell."""
    why: str
    has_error: bool = True
    """Whether rows tell how sure the mean is."""


def repeated(kl: Values, step: Steps) -> KlMeaning | None:
    """Recognise one number written on every row of its step: it is no response's own."""
    several = np.unique(step, return_counts=True)[1].max(initial=0) > 1
    if not several or _varies(kl, step).any() or not (kl != 0).any():
        return None
    return KlMeaning(
        "one KL for each step, written on all of its rows",
        None,
        "it is the same on all rows of a step, so that its error is unknown",
        has_error=False,
    )


def clamped(kl: Values, step: Steps) -> KlMeaning | None:
    """Recognise a clamp: 5 % of the values at one end, and 5 times as many as at any other value.

    Steps at which all are 0 (the base itself) do not count. AlpacaFarm clamps at 0.
    """
    moved = _varies(kl, step)
    if moved.sum() < 20:
        return None
    values, counts = np.unique(kl[moved], return_counts=True)
    for end in (0, -1):
        share, rival = counts[end] / counts.sum(), np.delete(counts, end).max()
        if share >= ATOM and counts[end] >= 5 * rival:
            why = f"{share:.0%} of the values are exactly {values[end]:g}: log-ratios do not repeat"
            return KlMeaning(f"a KL clamped at {values[end]:g}", False, why)
    return None


def averaged(kl: Values, step: Steps, length: Int[np.ndarray, " rows"]) -> KlMeaning | None:
    """Recognise a token mean: it scatters less in long responses, where a sum scatters more.

    By the rank correlation of |value − its step's median| with length: below −0.15, and below 0 by
    four times 1/√rows. Of 100 rows or more whose lengths differ.
    """
    moved = _varies(kl, step) & (length > 0)
    kl, step, length = kl[moved], step[moved], length[moved]
    if len(kl) < 100 or np.ptp(length) == 0:
        return None
    order = np.argsort(step, kind="stable")
    place = np.unique(step, return_inverse=True)[1]
    parts = np.split(kl[order], np.cumsum(np.bincount(place))[:-1])
    middle = np.array([np.median(part) for part in parts])
    correlation = rank_correlation(np.abs(kl - middle[place]), length.astype(np.float64))
    if not correlation < min(CORRELATION, -4 / len(kl) ** 0.5):
        return None
    return KlMeaning(
        "a KL averaged over tokens",
        False,
        f"it scatters less in longer responses (rank correlation {correlation:.2f}), where a sum "
        "over tokens scatters more",
    )


def never_negative(kl: Values, step: Steps) -> KlMeaning | None:
    """Recognise what is not k1: no value is negative, where k1 would have had 10 or more.

    Were log π/π₀ normal with mean m under π, its variance would be 2m (π/π₀ has mean 1 under π₀),
    and a share Φ(−√(m/2)) of its values negative. k3 and exact sums are never negative and are KLs;
    k2 and terms clamped at 0 are not.
    """
    moved = _varies(kl, step)
    kl, step = kl[moved], step[moved]
    if not len(kl) or (kl < 0).any():
        return None
    place = np.unique(step, return_inverse=True)[1]
    mean = np.bincount(place, weights=kl) / np.bincount(place)
    expected = float(ndtr(-np.sqrt(mean / 2))[place].sum())
    if expected < EXPECTED:
        return None
    return KlMeaning(
        "a KL that is never negative: k3 or an exact sum (which are KLs), or k2 or a clamp (which "
        "are not)",
        None,
        f"none of {len(kl)} values is negative, where k1 would have had about {expected:.0f}",
    )


def _varies(kl: Values, step: Steps) -> Bool[np.ndarray, " rows"]:
    """Return the rows of steps at which the values are not all alike."""
    if not len(kl):
        return np.zeros(0, dtype=bool)
    order = np.argsort(step, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(step[order]) != 0])
    spread = np.maximum.reduceat(kl[order], starts) - np.minimum.reduceat(kl[order], starts)
    return (spread > 0)[np.unique(step, return_inverse=True)[1]]
