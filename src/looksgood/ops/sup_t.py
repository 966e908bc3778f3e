"""One test over many checkpoints: the largest of several t statistics, with all of them counted."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed

DRAWS = 20_000
"""Of the maximum under no change: the p value's own error is below 0.002 at 0.05."""


@dataclass(frozen=True, slots=True)
class SupT:
    """The contrast that stands out most, and how surprising it is with all of them counted."""

    place: int
    """Which contrast."""
    estimate: float
    low: float
    high: float
    """Simultaneous limits: they hold for whichever contrast was picked."""
    p: float
    """One-sided: the probability of a maximum as large, were no contrast above 0."""


def sup_t(
    estimates: Float[np.ndarray, " checkpoints"],
    covariance: Float[np.ndarray, "checkpoints checkpoints"],
    dof: float,
    contrasts: Float[np.ndarray, "contrasts checkpoints"],
    confidence: float = 0.95,
) -> SupT:
    """Test whether any of `contrasts` @ `estimates` is above 0.

    The null of the maximum is drawn from the estimates' own joint normal, each draw over one χ² of
    `dof` (a multivariate t). It is least favourable where all contrasts are exactly 0, so that the
    test errs less often where some are negative. A contrast whose error is 0 says nothing.

    Source: Hothorn, Bretz & Westfall (2008), Biometrical Journal 50:346; Montiel Olea &
    Plagborg-Møller (2019), J. Applied Econometrics 34:1 (the band).

    Raises:
        TooFew: there are less than 1 degrees of freedom, or no contrast has an error above 0.
    """
    if not dof >= 1:
        raise TooFew(f"{dof:.3g} degrees of freedom: a test needs at least 1. Add prompts.")
    joint = contrasts @ covariance @ contrasts.T
    errors = np.sqrt(np.maximum(np.diag(joint), 0))
    scale = np.abs(estimates).max(initial=0.0)
    speaks = errors > 1e-12 * (scale or 1.0)
    if not speaks.any():
        raise TooFew("no score varies: there is nothing to test")
    found = contrasts[speaks] @ estimates
    statistic = found / errors[speaks]
    correlation = joint[np.ix_(speaks, speaks)] / np.outer(errors[speaks], errors[speaks])
    null = _drawn(correlation, dof)
    best = int(statistic.argmax())
    above = null.max(axis=1)
    quantile = float(np.quantile(np.abs(null).max(axis=1), confidence))
    half = quantile * float(errors[speaks][best])
    p = (1 + float((above >= statistic[best]).sum())) / (1 + len(above))
    return SupT(
        int(np.flatnonzero(speaks)[best]),
        float(found[best]),
        float(found[best]) - half,
        float(found[best]) + half,
        p,
    )


def _drawn(correlation: Float[np.ndarray, "k k"], dof: float) -> Float[np.ndarray, "draws k"]:
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0))
    rng = Seed(("sup_t", len(correlation))).numpy()
    normal = rng.standard_normal((DRAWS, len(correlation))) @ root.T
    if np.isfinite(dof):
        normal /= np.sqrt(rng.chisquare(dof, DRAWS) / dof)[:, None]
    return normal
