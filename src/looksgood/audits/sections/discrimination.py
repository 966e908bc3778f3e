"""Does a score still tell right from wrong within a prompt? Its AUROC at each checkpoint.

Responses to one prompt with different gold: how often does the score put the better one first?
Exploits undo it, while mean gold may still rise.
"""

import numpy as np

from looksgood.audits.answers.auroc_fall import TOLERATED, auroc_fall
from looksgood.audits.answers.shown import Limits, drawn, first_and_last, limits, table_rows
from looksgood.audits.measured.auroc import Auroc, auroc
from looksgood.audits.measured.scored import scored
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import Figure, NotMeasured, Section, Table, Test
from looksgood.core.errors import TooFew
from looksgood.core.in_words import number, p_equals, step, with_limits
from looksgood.ops.concordance import concordance
from looksgood.ops.curve import Curve

TITLE = "Does the score still tell right from wrong within a prompt?"


def discrimination(subject: Subject) -> Section:
    """Return the AUROC within prompts of proxy and rater, and whether it fell from the first.

    What its fall is tested by, and what that allows for, says `auroc_fall`.
    """
    section = Section(name="discrimination", title=TITLE, run=subject.name)
    for score in ("proxy", "rater"):
        _add(section, subject, score)
    return section


def _add(section: Section, subject: Subject, score: str) -> None:
    """Say how well one score tells right from wrong."""
    try:
        found = auroc(subject, score)
    except TooFew as error:
        what = f"how well {score} tells right from wrong within a prompt"
        section.not_measured.append(NotMeasured(what, str(error), subject.name))
        section.says.extend(_between_prompts(subject, score))
        return
    ends = first_and_last(found.curve, _limits(found.curve), subject.x_label)
    section.says.append(
        f"Of two responses to a prompt with different gold, the better one has more {score} with "
        f"probability {ends} (AUROC; one half is chance)."
    )
    section.tables.append(_table(found, subject.x_label))
    if len(found.curve.x) < 2:
        return
    section.figures.append(_figure(found, subject.x_label))
    try:
        test = auroc_fall(found, subject.name)
    except TooFew as error:
        what = f"whether the AUROC of {score} fell"
        section.not_measured.append(NotMeasured(what, str(error), subject.name))
        return
    section.tests.append(test)
    section.says.append(_verdict(test, score, subject.x_label))


def _between_prompts(subject: Subject, score: str) -> list[str]:
    """Say what the AUROC over all responses of the first and the last checkpoint is."""
    try:
        rows = scored(subject, score, "gold")
    except TooFew:
        return []
    found = concordance(rows[score], rows["gold"], rows.checkpoint, len(rows.x), rows["weight"])
    told = dict.fromkeys(
        f"{number(float(found.right[i] / found.pairs[i]))} at {subject.x_label} {step(rows.x[i])}"
        for i in (0, len(rows.x) - 1)
        if found.pairs[i] > 0
    )
    if not told:
        return []
    return [
        "Between prompts, where a score that only knows which prompts are easy does well too, the "
        f"AUROC of {score} is {' and '.join(told)}. This describes, and is not tested."
    ]


def _limits(curve: Curve) -> Limits:
    return limits(curve, within=(0, 1))


def _verdict(test: Test, score: str, x_label: str) -> str:
    fell = with_limits(test.estimate or 0.0, test.low, test.high)
    end = f"{x_label} {step(test.at[1])}" if test.at else ""
    sure = f"{p_equals(test.p)} for more than {TOLERATED}, every checkpoint counted"
    if test.speaks_to is None:
        kind = "Prompts are not the same from checkpoint to checkpoint, so this raises no alarm"
    elif test.rejects:
        kind = f"On the same prompts {score} tells right from wrong less well than at first"
    else:
        kind = (
            f"On the same prompts {score} lost no more than honest progress can cost, by this test"
        )
    return f"{kind}: the largest fall of the AUROC is {fell}, at {end} ({sure})."


def _table(found: Auroc, x_label: str) -> Table:
    curve = found.curve
    pairs = np.bincount(found.cells.checkpoint, weights=found.cells["pairs"]).astype(int)
    return Table(
        columns=(x_label, "prompts", "pairs", "AUROC", "low", "high"),
        rows=table_rows(curve.x, curve.n, pairs, curve.mean, *_limits(curve)),
        caption=f"How often {found.score} puts the better of two responses to a prompt first; ties "
        "count one half. Limits at 95 %, each by itself. Only prompts whose responses differ in "
        "gold count, and which they are may change.",
    )


def _figure(found: Auroc, x_label: str) -> Figure:
    return Figure(
        name=f"discrimination_of_{found.score}",
        title=f"Does {found.score} tell right from wrong within a prompt?",
        x_label=x_label,
        y_label="AUROC within prompts",
        lines=[drawn(found.score, found.curve, _limits(found.curve))],
    )
