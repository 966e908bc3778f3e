"""Many questions at once, with the share of false answers among the found ones held."""

import numpy as np
from jaxtyping import Float

from looksgood.ops.checks import same_length


def false_discovery_q(
    p: Float[np.ndarray, " tests"], weights: Float[np.ndarray, " tests"] | None = None
) -> Float[np.ndarray, " tests"]:
    """Return q values: rejecting where q ≤ α holds the false discovery rate at α.

    Under any dependence between the tests (Benjamini–Yekutieli): m c(m) p/(w rank) with c(m) =
    Σ 1/k, about ln m + 0.58. Weights, of mean 1, are set before the data are seen: a test of
    weight 3 needs a p three times as large. The smallest q is itself a p value for "nothing at all
    is there".

    Source: Benjamini & Yekutieli (2001), Annals of Statistics 29:1165, Theorem 1.3; with weights
    Blanchard & Roquain (2008), Electronic J. Statistics 2:963.

    Raises:
        ValueError: a p is not within [0, 1], a weight is not above 0, or lengths differ.
    """
    weights = np.ones(len(p)) if weights is None else weights
    same_length(p=p, weights=weights)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("a p value lies in [0, 1]")
    if not (weights > 0).all():
        raise ValueError("a weight is above 0")
    if not len(p):
        return np.zeros(0)
    from scipy.stats import false_discovery_control  # here: scipy.stats takes half a second

    weighted = np.minimum(p / (weights / weights.mean()), 1)
    return false_discovery_control(weighted, method="by")
