"""Scores of predicted probabilities and of predicted intervals; all are smaller where better."""

import math

import numpy as np
from jaxtyping import Bool, Float, Int

from looksgood.ops.checks import finite, inside, number, same_length


def brier_score(probability: Float[np.ndarray, " n"], happened: Bool[np.ndarray, " n"]) -> float:
    """Return the mean of (probability − outcome)²: 0 is perfect, always saying ½ scores 0.25.

    Source: Brier (1950), Monthly Weather Review 78:1, for one of two classes.

    Raises:
        TooFew: there are no predictions.
        ValueError: a probability lies outside [0, 1], or lengths differ.
    """
    return float(((_shares(probability, happened) - happened) ** 2).mean())


def log_score_of_events_nats(
    probability: Float[np.ndarray, " n"], happened: Bool[np.ndarray, " n"]
) -> float:
    """Return the mean of −log of the probability given to what happened; ∞ where that was 0.

    Raises:
        TooFew: there are no predictions.
        ValueError: a probability lies outside [0, 1], or lengths differ.
    """
    shares = _shares(probability, happened)
    with np.errstate(divide="ignore"):
        return -float(np.where(happened, np.log(shares), np.log1p(-shares)).mean())


def brier_score_of_classes(
    probabilities: Float[np.ndarray, "n classes"], happened: Int[np.ndarray, " n"]
) -> float:
    """Return the mean over predictions of Σ_k (p_k − [k happened])²; between 0 and 2.

    Raises:
        TooFew: there are no predictions.
        ValueError: probabilities are negative or do not sum to 1, or a class does not exist.
    """
    n = same_length(probabilities=probabilities, happened=happened)
    finite("probabilities", probabilities.ravel())
    if (probabilities < 0).any() or (abs(probabilities.sum(axis=1) - 1) > 1e-9).any():
        raise ValueError("probabilities must be at least 0 each and sum to 1 in each row")
    if happened.min() < 0 or happened.max() >= probabilities.shape[1]:
        raise ValueError(f"class {happened.max()}: 0 … {probabilities.shape[1] - 1} are possible")
    truth = np.zeros_like(probabilities)
    truth[np.arange(n), happened] = 1
    return float(((probabilities - truth) ** 2).sum(axis=1).mean())


def interval_score(outcome: float, low: float, high: float, confidence: float = 0.95) -> float:
    """Return width plus 2/α times the distance by which the outcome lies outside, α = 1 − level.

    In units of the outcome. In expectation it is least for the central interval of that level.

    Source: Gneiting & Raftery (2007), JASA 102:359, equation 43.

    Raises:
        ValueError: something is not finite, high < low, or confidence not strictly in (0, 1).
    """
    if not low <= high or math.isinf(low) or math.isinf(high):
        raise ValueError(f"interval [{low}, {high}]: finite ends in order are needed")
    outside = max(low - number("outcome", outcome), outcome - high, 0.0)
    return high - low + 2 / (1 - inside("confidence", confidence)) * outside


def _shares(
    probability: Float[np.ndarray, " n"], happened: Bool[np.ndarray, " n"]
) -> Float[np.ndarray, " n"]:
    same_length(probability=probability, happened=happened)
    shares = finite("probability", probability)
    if (shares < 0).any() or (shares > 1).any():
        raise ValueError(f"probabilities span {shares.min()} … {shares.max()}: [0, 1] is possible")
    return shares
