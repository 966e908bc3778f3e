"""One prediction against one finding, and two against each other: log score, surprise, evidence."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from looksgood.evidence.distributions import Beta, LogNormal, Mixture, Normal, modes, support
from looksgood.ops.decibans import decibans

Predictive = Normal | LogNormal | Beta | Mixture

INTERVAL_SDS = 2 * 1.959963984540054
"""Width of a 95 % interval of a normal error, in its sds."""
LEAST_ERROR_SD = 0.01
"""Of any finding, in its own unit. Resampling equal outcomes gives an interval of width 0, which
says what was seen and not what is known: 0 of 128 episodes leaves room for 2 %."""
EXCLUDED_BEYOND_SDS = 10.0
"""An outcome so many error sds outside a prediction's support was excluded by it: −∞. Nearer, the
normal error explains it; so far out no tail of an error is believed."""
WIDTHS = (0.5, 2**-0.5, 1.0, 2**0.5, 2.0)
"""Factors on the width of a prediction over which evidence is looked at."""
ERRORS = (0.5, 1.0, 2.0)
"""Factors on the measurement error, likewise."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a study measured: an estimate, its 95 % interval, and the sd of its error."""

    estimate: float
    low: float
    high: float
    error_sd: float


def outcome_of(finding: Mapping[str, Any]) -> Outcome | None:
    """Return a finding's outcome; None where it, or its error, is unknown.

    The error is normal with the sd that the interval's width implies, `LEAST_ERROR_SD` at least.
    """
    estimate, low, high = (finding[name] for name in ("estimate", "low", "high"))
    if estimate is None or low is None or high is None:
        return None
    return Outcome(estimate, low, high, max((high - low) / INTERVAL_SDS, LEAST_ERROR_SD))


@dataclass(frozen=True, slots=True)
class Score:
    """What a prediction gave to an outcome, for every width and error looked at.

    Log densities in nats per unit of the outcome, by (width, error).
    """

    nats_by: Mapping[tuple[float, float], float]
    surprise_nats: float
    """How far below the most it could have been: z²/2 for a normal prediction missed by z sds."""

    @property
    def nats(self) -> float:
        """The log score as stated."""
        return self.nats_by[1.0, 1.0]


def score(prediction: Predictive, outcome: Outcome) -> Score:
    """Score a prediction, convolved with the outcome's error; −∞ where it excluded the outcome."""
    by = {}
    for width in WIDTHS:
        wide = prediction.widened(width)
        for error in ERRORS:
            by[width, error] = _nats(wide, outcome.estimate, outcome.error_sd * error)
    most = max(prediction.log_score_nats(mode, outcome.error_sd) for mode in modes(prediction))
    return Score(by, max(most - by[1.0, 1.0], 0.0))


def _nats(prediction: Predictive, outcome: float, error_sd: float) -> float:
    low, high = support(prediction)
    outside = max(low - outcome, outcome - high)
    if outside > EXCLUDED_BEYOND_SDS * error_sd:
        return -math.inf
    return prediction.log_score_nats(outcome, error_sd)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A Bayes factor in decibans, for the first of two predictions, and the range it may have.

    The range is over both predictions' widths × ½ … 2, each by itself, and over the measurement
    error × ½ … 2. ±∞: one prediction excluded what happened. NaN: both did.
    """

    decibans: float
    low: float
    high: float


NOTHING = Evidence(0.0, 0.0, 0.0)


def evidence(one: Score, other: Score) -> Evidence:
    """Return how much an outcome favours the prediction that scored `one`."""
    lows, highs = [], []
    for error in ERRORS:
        ours = [one.nats_by[width, error] for width in WIDTHS]
        theirs = [other.nats_by[width, error] for width in WIDTHS]
        lows.append(_decibans(min(ours), max(theirs)))
        highs.append(_decibans(max(ours), min(theirs)))
    low = min((x for x in lows if not math.isnan(x)), default=math.nan)
    high = max((x for x in highs if not math.isnan(x)), default=math.nan)
    return Evidence(_decibans(one.nats, other.nats), low, high)


def add(one: Evidence, other: Evidence) -> Evidence:
    """Return the evidence of two studies together; the range is where all errs the same way.

    What both predictions excluded (NaN) favours neither and adds nothing.
    """
    if math.isnan(other.decibans):
        return one
    return Evidence(
        one.decibans + other.decibans,
        _sum(one.low, other.low, -math.inf),
        _sum(one.high, other.high, math.inf),
    )


def _sum(one: float, other: float, unknown: float) -> float:
    total = one + other
    return unknown if math.isnan(total) else total


def _decibans(one: float, other: float) -> float:
    if one == other == -math.inf:
        return math.nan
    return decibans(one - other)
