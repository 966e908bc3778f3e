"""Predictive densities as curves, for a figure in which the measured value stands among them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from looksgood.evidence.distributions import span
from looksgood.evidence.scores import Outcome, Predictive

_PLACES = 161
_TAIL = 0.01


@dataclass(frozen=True, slots=True)
class Drawn:
    """Densities over common places, each as a share of its own highest value there."""

    places: tuple[float, ...]
    heights: Mapping[str, tuple[float, ...]]


def drawn(predictions: Mapping[str, Predictive], outcome: Outcome | None) -> Drawn:
    """Return every prediction's density where 98 % of each lie and where the outcome does."""
    ends = [span(prediction, _TAIL) for prediction in predictions.values()]
    if outcome is not None:
        ends.append((outcome.low, outcome.high))
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    places = np.linspace(low - 0.04 * (high - low), high + 0.04 * (high - low), _PLACES)
    heights = {}
    for name, prediction in predictions.items():
        density = [math.exp(prediction.log_score_nats(float(x))) for x in places]
        top = max(density)
        heights[name] = tuple(value / top if top else 0.0 for value in density)
    return Drawn(tuple(float(x) for x in places), heights)
