"""Krippendorff's alpha: agreement of any number of raters, beyond what chance gives."""

from typing import Literal

import numpy as np
from jaxtyping import Float

from looksgood.core.errors import TooFew

Metric = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(
    answers: Float[np.ndarray, "raters items"], metric: Metric = "nominal"
) -> float:
    """Return 1 − observed/expected disagreement; NaN answers are missing.

    1 is perfect agreement, 0 what chance would give, NaN where all answers are the same, so that
    chance already agrees always. Two values differ by 1 (nominal), by the square of their distance
    (interval) or of the number of answers between them, their own counted half (ordinal). Items
    with fewer than two answers do not count.

    Source: Krippendorff (2011), "Computing Krippendorff's alpha-reliability", §C and §D.

    Raises:
        TooFew: no item has two answers.
        ValueError: an answer is infinite.
    """
    if np.isinf(answers).any():
        raise ValueError("an answer is infinite: finite numbers, or NaN for none, are needed")
    paired = answers[:, (~np.isnan(answers)).sum(axis=0) >= 2]
    if paired.size == 0:
        raise TooFew("no item has two answers: agreement needs raters who saw the same items")
    values = np.unique(paired[~np.isnan(paired)])
    # how often each item got each value
    counts = np.stack([(paired == value).sum(axis=0) for value in values], axis=1).astype(float)
    return alpha_of_counts(counts, values, metric)


def alpha_of_counts(
    counts: Float[np.ndarray, "items values"],
    values: Float[np.ndarray, " values"],
    metric: Metric = "nominal",
) -> float:
    """Return alpha from how often each item, of two answers or more, got each value."""
    totals = counts.sum(axis=0)
    distance = squared_distance(values, totals, metric)
    n = totals.sum()
    observed = disagreements(counts, distance).sum() / n
    expected = (np.outer(totals, totals) * distance).sum() / (n * (n - 1))
    return float(1 - observed / expected) if expected > 0 else float("nan")


def disagreements(
    counts: Float[np.ndarray, "items values"], distance: Float[np.ndarray, "values values"]
) -> Float[np.ndarray, " items"]:
    """Return each item's squared distances over its ordered pairs of answers, over answers − 1."""
    return ((counts @ distance) * counts).sum(axis=1) / (counts.sum(axis=1) - 1)


def squared_distance(
    values: Float[np.ndarray, " values"], totals: Float[np.ndarray, " values"], metric: Metric
) -> Float[np.ndarray, "values values"]:
    """Return how much each two values differ; `totals` counts each value's answers."""
    if metric == "nominal":
        return 1.0 - np.eye(len(values))
    # ordinal: distances of mean ranks are the counts between, their own counted half
    places = values if metric == "interval" else np.cumsum(totals) - totals / 2
    return (places[:, None] - places) ** 2
