"""How far proxy, rater and gold have moved apart since the first checkpoint.

proxy − gold = (proxy − rater) + (rater − gold), each score in its own unit (`units`), as `ops.gap`
has it for one policy. Labels are nested: the first gap is over responses that have the rater's
score, the second over those that also have gold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.measured.units import Units, units
from looksgood.audits.record import SCORES
from looksgood.audits.subjects.checkpoints import Checkpoints, prompts_seen
from looksgood.audits.subjects.label_weights import gold_weights
from looksgood.audits.subjects.subject import Subject
from looksgood.core.errors import TooFew
from looksgood.ops.curve import Curve, curve_of_ratios
from looksgood.ops.sup_t import SupT, simultaneous_limits, sup_t


@dataclass(frozen=True, slots=True)
class Gap:
    """By how much one score has gained more than another, over checkpoints after the first."""

    value: Float[np.ndarray, " later"]
    low: Float[np.ndarray, " later"]
    """Simultaneous over checkpoints."""
    high: Float[np.ndarray, " later"]
    test: SupT
    """Whether it is above 0 at any."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps of one run, in its units."""

    since: float
    """The first checkpoint."""
    x: Float[np.ndarray, " later"]
    units: Units
    gaps: Mapping[tuple[str, str], Gap]
    """By the two scores: the first has gained that much more than the second. Total last."""


def gap_curves(subject: Subject) -> Gaps:
    """Return the two gaps and their sum, with the joint error of all checkpoints.

    Both gaps are one curve of twice as many checkpoints, so that what they share in prompts is
    counted in their sum.

    Raises:
        TooFew: there are no rows, fewer than two scores, a score without a unit, or fewer than two
            checkpoints (the first among them) with both scores for two prompts.
    """
    rows, checkpoints = subject.rows()
    scores = tuple(score for score in SCORES if score in subject.curves)
    if len(scores) < 2:
        raise TooFew(f"there is only {scores[0]}" if scores else "there are no scores")
    unit = units(subject, scores)
    steps = list(pairwise(scores))
    scaled = {score: rows.score(score) / unit.sd[score] for score in scores}
    apart = [scaled[one] - scaled[other] for one, other in steps]
    weights = gold_weights(rows, checkpoints.place)
    even = np.ones(len(rows))
    counts = [even if weights is None or pair[1] != "gold" else weights for pair in steps]
    curve = _stacked(apart, counts, rows.prompt, checkpoints)
    size = len(curve.x) // len(apart)
    change = np.eye(size)[1:] - np.eye(size)[0]
    zero = np.zeros_like(change)
    gaps = {
        pair: _gap(curve, np.hstack([change if i == k else zero for i in range(len(steps))]))
        for k, pair in enumerate(steps)
    }
    if len(steps) > 1:
        gaps[scores[0], scores[-1]] = _gap(curve, np.hstack([change] * len(steps)))
    return Gaps(float(curve.x[0]), curve.x[1:size], unit, gaps)


def _stacked(
    apart: list[Float[np.ndarray, " rows"]],
    counts: list[Float[np.ndarray, " rows"]],
    prompt: Int[np.ndarray, " rows"],
    checkpoints: Checkpoints,
) -> Curve:
    """Return the gaps as one curve: checkpoints of the first gap, then of the second.

    Those at which every gap is known for two prompts. `counts` are the weights of each gap's rows.
    """
    place, size = checkpoints.place, len(checkpoints)
    known = [np.isfinite(values) for values in apart]
    seen = [prompts_seen(prompt[there], place[there], size) for there in known]
    kept = np.min(seen, axis=0) >= 2
    if not kept[0] or kept.sum() < 2:
        raise TooFew("the first checkpoint and a later one need both scores for two prompts")
    known = [there & kept[place] for there in known]
    renumbered = (np.cumsum(kept) - 1)[place]
    values, weights = (
        np.concatenate([column[there] for column, there in zip(columns, known, strict=True)])
        for columns in (apart, counts)
    )
    return curve_of_ratios(
        np.tile(checkpoints.step[kept], len(apart)),
        weights * values,
        weights,
        np.concatenate([renumbered[there] + kept.sum() * k for k, there in enumerate(known)]),
        np.concatenate([prompt[there] for there in known]),
    )


def _gap(curve: Curve, contrasts: Float[np.ndarray, "later checkpoints"]) -> Gap:
    low, high = simultaneous_limits(curve, contrasts)
    return Gap(contrasts @ curve.mean, low, high, sup_t(curve, contrasts))
