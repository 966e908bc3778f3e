"""When was gold best, and when should the run have stopped?"""

import numpy as np
from jaxtyping import Bool

from looksgood.audits.answers.no_gold import why_no_gold
from looksgood.audits.answers.shown import at_place, limits, table_rows
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import NotMeasured, Section, Table
from looksgood.core.errors import TooFew
from looksgood.core.in_words import step, with_limits
from looksgood.ops.curve import Curve
from looksgood.ops.peak_set import Lost, lost_since_best, peak_set

TITLE = "When was gold best, and when should the run have stopped?"


def peak(subject: Subject) -> Section:
    """Return the checkpoints that may have been the best, and what was lost since."""
    curve = subject.curves.get("gold")
    if curve is None:
        return _unknown(subject.name, why_no_gold(subject))
    try:
        if len(curve.x) < 2:
            return _unknown(subject.name, "gold is known at one checkpoint")
        best, lost = peak_set(curve), lost_since_best(curve)
    except TooFew as error:
        return _unknown(subject.name, str(error))
    return Section(
        name="peak",
        title=TITLE,
        run=subject.name,
        says=_says(curve, best, lost, subject.x_label),
        tables=[_table(curve, best, subject)],
    )


def _says(
    curve: Curve, best: Bool[np.ndarray, " checkpoints"], lost: Lost, x_label: str
) -> list[str]:
    top = int(curve.mean.argmax())
    first, last = curve.x[best][0], curve.x[best][-1]
    highest = at_place(curve, limits(curve), top)
    found = f"Gold was highest at {x_label} {step(curve.x[top])}: {highest}."
    if best.all():
        return ["Any checkpoint may have been the best: the data do not tell them apart.", found]
    many = f"{int(best.sum())} of {len(best)} checkpoints may have been the best (95 %)"
    span = f"{many}: {x_label} {step(first)}" + (f" to {step(last)}" if last > first else "")
    if best[-1]:
        nothing = "The last checkpoint may be the best: nothing says that the run went on too long."
        return [nothing, found, f"{span}."]
    since = with_limits(lost.value, lost.low, lost.high)
    return [
        f"Stopping by {x_label} {step(last)} would have been better (95 %, for this question "
        f"alone): the last checkpoint has lost {since} of gold since its best.",
        found,
        f"{span}.",
    ]


def _table(curve: Curve, best: Bool[np.ndarray, " checkpoints"], subject: Subject) -> Table:
    shown = table_rows(curve.x, curve.mean, *limits(curve))
    return Table(
        columns=(subject.x_label, "gold", "low", "high", "may be the best"),
        rows=[(*row, "yes" if may else "no") for row, may in zip(shown, best, strict=True)],
        caption="gold, limits at 95 % each; the set of the best holds it with 95 %",
    )


def _unknown(run: str, why: str) -> Section:
    gap = NotMeasured("when gold was best", why, run)
    return Section(name="peak", title=TITLE, run=run, not_measured=[gap])
