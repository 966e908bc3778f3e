"""Which labels would settle it: what the next ones would show, and how many are needed."""

import math
from dataclasses import dataclass

import numpy as np

from looksgood.audits.experts.choose import Chosen, choose
from looksgood.audits.subject import Subject
from looksgood.audits.verdict import ALPHA
from looksgood.core.audit_result import NotMeasured, Section, Table
from looksgood.core.errors import TooFew
from looksgood.ops.power import detectable_effect, labels_needed

LABELS = 100
"""Responses that are proposed, unless asked for otherwise."""
SMALL = 0.2
"""A fall of so many sd of gold is one that nobody would want to miss."""
POWER = 0.8
ENOUGH = 20
"""Labels from which gold's spread, and how well the judge foretells it, are estimated."""
MOST_HELP = 0.9
"""Correlation of judge and gold that is counted on at most: it was estimated itself."""


def next_labels(subject: Subject, labels: int = LABELS) -> Section:
    """Return what labels of the responses that `choose` proposes would show.

    Falls are between two checkpoints of fresh labels, at 80 % power, in sd of gold over a
    checkpoint's responses; all pairs of checkpoints that have gold are counted (Bonferroni).
    """
    section = Section(name="next_labels", title="Which labels would settle it?", run=subject.name)
    try:
        chosen = choose(subject, labels)
    except TooFew as error:
        gap = NotMeasured("which responses to label next", str(error), subject.name)
        section.not_measured.append(gap)
        return section
    plan = _plan(subject, chosen)
    section.says.extend(_says(subject, chosen, plan))
    section.tables.append(_table(subject, chosen, plan))
    return section


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is known, and what would be."""

    step: tuple[float, ...]
    """Of each checkpoint that is chosen."""
    before: tuple[int, ...]
    """Labels there already."""
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
        alike = int(2 / (1 / one + 1 / other))
        return detectable_effect(alike, math.sqrt(2), self.alpha, POWER, self.rho)

    def needed(self) -> int:
        """Return how many labels at each checkpoint show a fall of `SMALL`."""
        return labels_needed(math.sqrt(2), SMALL, self.alpha, POWER, self.rho)


def _plan(subject: Subject, chosen: Chosen) -> _Plan:
    rollouts, checkpoints = subject.rollouts, subject.checkpoints
    if rollouts is None or checkpoints is None:
        raise TooFew("the log has no responses")
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
    return _Plan(
        step=tuple(checkpoints.step[points].tolist()),
        before=tuple(count[points].tolist()),
        new=tuple(new[points].tolist()),
        sd=sd,
        rho=rho,
        alpha=ALPHA / math.comb(len(looked_at), 2),
    )


def _says(subject: Subject, chosen: Chosen, plan: _Plan) -> list[str]:
    where = ", ".join(
        f"{count} at {subject.x_label} {step:g}"
        for count, step in zip(plan.new, plan.step, strict=True)
    )
    between = {"": "the middle", "gold": "the best so far by gold"}.get(
        chosen.best_by, f"the best so far by the {chosen.best_by}"
    )
    three = f" (the first checkpoint, {between}, the last)" if len(plan.step) == 3 else ""
    fall, per_point = plan.detectable(), plan.needed()
    in_points = f" ({fall * plan.sd:.3g} of its points)" if plan.sd > 0 else ""
    short = [max(0, per_point - have) for have in plan.before]
    says = [
        f"{len(chosen.row)} responses are proposed for labels: {where}{three}.",
        f"With them a fall of {fall:.2g} sd of gold{in_points} between two of these checkpoints "
        "would be noticed with 80 %, all pairs of checkpoints counted.",
        f"For a fall of {SMALL:g} sd it takes {per_point} labels at each: {sum(short)} more.",
    ]
    if plan.rho > 0:
        says.append(
            f"This counts on the {subject.judge}, whose correlation with gold is {plan.rho:.2f} "
            "so far; where the policy learns to exploit it, it falls, and more labels are needed."
        )
    says.append(
        "In next_labels.csv fill in gold (a number, yes or no) and give the file as --expert. "
        "Those who label should see prompt and response alone. Its texts are not trusted: one that "
        "a spreadsheet would take for a formula has an apostrophe in front."
    )
    return says


def _table(subject: Subject, chosen: Chosen, plan: _Plan) -> Table:
    rollouts, checkpoints = subject.rollouts, subject.checkpoints
    if rollouts is None or checkpoints is None:
        raise TooFew("the log has no responses")
    place = checkpoints.place[chosen.row]
    rows: list[tuple[str | float | int | None, ...]] = []
    for number, point in enumerate(chosen.points):
        chance = chosen.probability[place == point]
        responses = int((checkpoints.place == point).sum())
        ends = (float(chance.min()), float(chance.max())) if len(chance) else (None, None)
        counts = plan.before[number], plan.new[number]
        rows.append((plan.step[number], responses, *counts, *ends))
    columns = (subject.x_label, "responses", "labelled", "proposed")
    ends = ("least probability", "largest probability")
    return Table(
        columns=(*columns, *ends),
        rows=rows,
        caption="How likely each response was to be chosen is kept, and undone in the estimate.",
    )
