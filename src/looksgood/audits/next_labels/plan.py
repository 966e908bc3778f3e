"""What labels would show: the smallest fall that they let an audit notice."""

import math
from dataclasses import dataclass

import numpy as np

from looksgood.audits.next_labels.choose import Chosen
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import ALPHA
from looksgood.ops.power import detectable_effect, labels_needed

SMALL = 0.2
"""A fall of so many sd of gold is one that nobody would want to miss."""
POWER = 0.8
ENOUGH = 20
"""Labels from which gold's spread, and how well the judge foretells it, are estimated."""
SPENT = 2
"""Labels of each checkpoint that Student's t costs, beyond the normal formula of `ops.power`."""
MOST_HELP = 0.9
"""Correlation of judge and gold that is counted on at most: it was estimated itself."""


@dataclass(frozen=True, slots=True)
class LabelPlan:
    """What is known, and what would be."""

    step: tuple[float, ...]
    """Of each checkpoint that is chosen."""
    before: tuple[int, ...]
    """Labels there already."""
    responses: tuple[int, ...]
    """Of each checkpoint, labelled or not."""
    new: tuple[int, ...]
    sd: float
    """Of gold at a checkpoint; NaN where too few labels tell."""
    rho: float
    """Correlation of judge and gold that is counted on; 0 where nothing is known of it."""
    alpha: float
    """Of one pair of checkpoints, so that all pairs together keep the audit's."""

    def detectable(self) -> float:
        """Return the smallest fall, in sd, between the two checkpoints of fewest labels."""
        one, other = sorted(map(sum, zip(self.before, self.new, strict=True)))[:2]
        alike = max(1, int(2 / (1 / one + 1 / other)) - SPENT)
        return detectable_effect(alike, math.sqrt(2), self.alpha, POWER, self.rho)

    def needed(self) -> int:
        """Return how many labels at each checkpoint show a fall of `SMALL`."""
        return labels_needed(math.sqrt(2), SMALL, self.alpha, POWER, self.rho) + SPENT


def label_plan(subject: Subject, chosen: Chosen) -> LabelPlan:
    """Return what is known of gold so far, and what labels of the chosen would add.

    Raises:
        TooFew: the subject has no responses.
    """
    rollouts, checkpoints = subject.rows()
    known, size = np.isfinite(rollouts.gold), len(checkpoints)
    place, gold = checkpoints.place[known], rollouts.gold[known]
    count = np.bincount(place, minlength=size)
    new = np.bincount(checkpoints.place[chosen.row], minlength=size)
    sd, rho = math.nan, 0.0
    spare = len(gold) - int((count > 0).sum())
    if len(gold) >= ENOUGH and spare > 0:
        errors = gold - (np.bincount(place, gold, size) / np.maximum(count, 1))[place]
        sd = math.sqrt(float(errors @ errors) / spare)
        found = np.zeros(1) if subject.ppi is None else subject.ppi.correlation
        if np.isfinite(found).any():
            rho = float(np.clip(np.nanmean(found), 0.0, MOST_HELP))
    points = list(chosen.points)
    looked_at = {*np.flatnonzero(count).tolist(), *points}
    return LabelPlan(
        step=tuple(checkpoints.step[points].tolist()),
        before=tuple(count[points].tolist()),
        responses=tuple(np.bincount(checkpoints.place, minlength=size)[points].tolist()),
        new=tuple(new[points].tolist()),
        sd=sd,
        rho=rho,
        alpha=ALPHA / math.comb(len(looked_at), 2),
    )
