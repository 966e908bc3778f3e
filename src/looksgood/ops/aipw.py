"""Means from labels drawn with known, unequal probabilities: augmented inverse weighting.

θ = (1/N) Σ_i [f_i + R_i (Y_i − f_i)/π_i]: unbiased whatever the judge f, if each item was labelled
(R_i) independently with probability π_i > 0, fixed before its label was seen.

Source: Robins, Rotnitzky & Zhao (1994), JASA 89:846; Zrnic & Candès (2024), arXiv:2403.03208.
"""

import math
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from looksgood.core.errors import TooFew
from looksgood.ops.checks import finite, same_length
from looksgood.ops.t_interval import Interval, t_interval


def aipw_mean(
    judged: Float[np.ndarray, " items"],
    is_labelled: Bool[np.ndarray, " items"],
    labels: Float[np.ndarray, " items"],
    inclusion: Float[np.ndarray, " items"],
    target: Literal["population", "pool"] = "population",
    confidence: float = 0.95,
) -> Interval:
    """Return the mean label of the population that the items are a sample of, or of these items.

    `labels` are read where `is_labelled`. The population's variance is that of the summands; the
    pool's is (1/N²) Σ_{labelled} (1 − π)(Y − f)²/π², the design's own. Student t with n − 1, n the
    number of labels: with few, or with very small π, it covers less than it says.

    Raises:
        TooFew: under 2 labels.
        ValueError: π outside (0, 1], something is not finite, or lengths differ.
    """
    items = same_length(judged=judged, is_labelled=is_labelled, labels=labels, inclusion=inclusion)
    judged, inclusion = finite("judged", judged), finite("inclusion", inclusion)
    if (inclusion <= 0).any() or (inclusion > 1).any():
        raise ValueError(
            f"inclusion probabilities span {inclusion.min()} … {inclusion.max()}: (0, 1] is needed,"
            " for an item that is never labelled says nothing"
        )
    n = int(is_labelled.sum())
    if n < 2:
        raise TooFew(f"labels: {n}, at least 2 are needed")
    errors = finite("labels", labels[is_labelled]) - judged[is_labelled]
    weights = 1 / inclusion[is_labelled]
    scores = judged.copy()
    scores[is_labelled] += weights * errors
    if target == "population":
        variance = float(scores.var(ddof=1)) / items
    else:
        variance = float(((1 - 1 / weights) * (weights * errors) ** 2).sum()) / items**2
    return t_interval(float(scores.mean()), math.sqrt(variance), n - 1, confidence)
