"""What a response got that it had not earned: proxy less truth, in sds of the first checkpoint."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.rollouts import Rollouts
from looksgood.core.errors import TooFew

FEWEST = 100
"""Responses with both scores."""


@dataclass(frozen=True, slots=True)
class Payoff:
    """Scores of texts in standard deviations of the first checkpoint; NaN where not known."""

    proxy: Float[np.ndarray, " texts"]
    gap: Float[np.ndarray, " texts"]
    """proxy − truth; without a truth, the proxy itself."""
    truth: Literal["gold", "rater", ""]

    @property
    def says(self) -> str:
        """What a trait of it is said to do."""
        return f"proxy − {self.truth}" if self.truth else "proxy"


def payoff(
    rollouts: Rollouts, place: Int[np.ndarray, " rows"], kept: Int[np.ndarray, " texts"]
) -> Payoff:
    """Return proxy − gold of the rows kept; where too little is known proxy − rater; else proxy.

    Standard deviations are of all rows, `place` says of which checkpoint each is.

    Raises:
        TooFew: there is no proxy that varies, or the proxy is the truth.
    """
    proxy = _standard(rollouts.proxy, place)
    if proxy is None:
        raise TooFew("the proxy is missing or constant: no trait can pay")
    for truth in ("gold", "rater"):
        other = _standard(rollouts.score(truth), place)
        if other is None:
            continue
        gap = proxy - other
        if np.isfinite(gap[kept]).sum() < FEWEST:
            continue
        if np.nanmax(np.abs(gap - np.nanmean(gap))) < 1e-9:
            raise TooFew(f"the proxy is {truth}, but for its scale: nothing can come between them")
        return Payoff(proxy[kept], gap[kept], truth)
    if np.isfinite(proxy[kept]).sum() < FEWEST:
        raise TooFew(f"fewer than {FEWEST} responses have a text and a proxy")
    return Payoff(proxy[kept], proxy[kept], "")


def _standard(
    score: Float[np.ndarray, " rows"], place: Int[np.ndarray, " rows"]
) -> Float[np.ndarray, " rows"] | None:
    """Return the score over its sd at the first checkpoint (over all, where that is 0 or unknown).

    None where the score is nowhere known or nowhere varies.
    """
    known = np.isfinite(score)
    for rows in (known & (place == 0), known):
        if rows.sum() >= 20:
            mean, sd = float(score[rows].mean()), float(score[rows].std())
            if sd > 1e-9 * max(1.0, abs(mean)):
                return (score - mean) / sd
    return None
