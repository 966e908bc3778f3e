"""How far proxy, rater and gold have moved apart since the first checkpoint.

proxy − gold = (proxy − rater) + (rater − gold), each score in its own unit (`units`), as `ops.gap`
has it for one policy. Labels are nested: the first gap is over responses that have the rater's
score, the second over those that also have gold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float

from looksgood.audits.measured.units import Units, units
from looksgood.audits.record import SCORES
from looksgood.audits.rollouts import Rollouts
from looksgood.audits.subjects.checkpoints import Checkpoints, prompts_seen
from looksgood.audits.subjects.label_weights import gold_weights
from looksgood.audits.subjects.subject import Subject
from looksgood.core.errors import TooFew
from looksgood.ops.curve import Curve, Ratio, curve_of_several
from looksgood.ops.kept_rows import kept_rows
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
    curve = _stacked(rows, checkpoints, steps, unit)
    size = len(curve.x) // len(steps)
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
    rows: Rollouts, checkpoints: Checkpoints, pairs: Sequence[tuple[str, str]], unit: Units
) -> Curve:
    """Return the gaps as one curve: checkpoints of the first gap, then of the second.

    Those at which every gap is known for two prompts.
    """
    place, size = checkpoints.place, len(checkpoints)
    known = [np.isfinite(rows.score(one)) & np.isfinite(rows.score(other)) for one, other in pairs]
    seen = [prompts_seen(rows.prompt[there], place[there], size) for there in known]
    kept = np.min(seen, axis=0) >= 2
    if not kept[0] or kept.sum() < 2:
        raise TooFew("the first checkpoint and a later one need both scores for two prompts")
    weights, number = gold_weights(rows, place), np.cumsum(kept) - 1

    def ratio(one: str, other: str, there: Bool[np.ndarray, " rows"]) -> Ratio:
        columns = kept_rows(there, rows.score(one), rows.score(other), place, rows.prompt)
        gained, less, at, prompt = columns
        apart = gained / unit.sd[one] - less / unit.sd[other]
        counts = np.ones_like(apart) if weights is None or other != "gold" else weights[there]
        return counts * apart, counts, number[at], prompt

    parts = zip(pairs, known, strict=True)
    return curve_of_several(
        checkpoints.step[kept],
        (ratio(*pair, there & kept[place]) for pair, there in parts),
    )


def _gap(curve: Curve, contrasts: Float[np.ndarray, "later checkpoints"]) -> Gap:
    low, high = simultaneous_limits(curve, contrasts)
    return Gap(contrasts @ curve.mean, low, high, sup_t(curve, contrasts))
