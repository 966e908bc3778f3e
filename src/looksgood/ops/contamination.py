"""How far a Bayes factor can move if each prediction were a little broader than stated."""

import math
from dataclasses import dataclass

import numpy as np

from looksgood.ops.checks import probability
from looksgood.ops.decibans import log_bayes_factor_nats


@dataclass(frozen=True, slots=True)
class RobustBayesFactor:
    """A log Bayes factor in nats, and its range under η-contamination."""

    log_bf: float
    low: float
    high: float


def contaminated_log_bf_nats(
    log_score_one: float, log_score_other: float, log_broad: float, eta: float
) -> RobustBayesFactor:
    """Return the log Bayes factor and the range it has when up to `eta` of each side is broad.

    Each prediction p becomes (1 − ε) p + ε b, b a declared broad density with log b(outcome) =
    `log_broad` and ε anywhere in [0, eta], independently on the two sides. A prediction's score
    moves in one direction with ε, so the range is reached at its ends. An outcome that a prediction
    excluded (−∞) costs it at most log(eta · b) once it may be contaminated.

    Source: Berger & Berliner (1986), Annals of Statistics 14:461, with one contaminating density.

    Raises:
        ValueError: eta outside [0, 1], log_broad not finite, or both predictions excluded the
            outcome.
    """
    probability("eta", eta)
    if not math.isfinite(log_broad):
        raise ValueError(f"log_broad={log_broad}: the broad density must allow the outcome")
    point = log_bayes_factor_nats(log_score_one, log_score_other)
    one = sorted((log_score_one, _mixed(log_score_one, log_broad, eta)))
    other = sorted((log_score_other, _mixed(log_score_other, log_broad, eta)))
    return RobustBayesFactor(point, one[0] - other[1], one[1] - other[0])


def _mixed(log_score: float, log_broad: float, eta: float) -> float:
    with np.errstate(divide="ignore"):
        kept, added = np.log1p(-eta) + log_score, np.log(eta) + log_broad
    return float(np.logaddexp(kept, added))
