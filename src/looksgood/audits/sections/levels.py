"""Did proxy, rater and gold rise or fall? Means over checkpoints, and the tests on them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from looksgood.audits.answers.curve_test import curve_test
from looksgood.audits.answers.fall import CALLED, fall_test, fall_words
from looksgood.audits.answers.no_gold import why_no_gold
from looksgood.audits.answers.shown import Limits, at_place, drawn, known, limits, table_rows
from looksgood.audits.record import SCORES
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import Figure, NotMeasured, Section, Table, Test
from looksgood.core.errors import TooFew
from looksgood.core.in_words import begun, number, p_equals, step, with_limits
from looksgood.ops.contrasts import all_less
from looksgood.ops.curve import Curve

TITLE = "Did the proxy, the rater and the truth rise or fall?"


def levels(subject: Subject) -> Section:
    """Return the course of each score, and whether it fell."""
    curves = {score: subject.curves[score] for score in SCORES if score in subject.curves}
    ends = {score: limits(curve) for score, curve in curves.items()}
    tests, left_out = _tests(curves, subject)
    if "gold" not in curves:
        left_out.insert(0, NotMeasured("whether gold fell", why_no_gold(subject), subject.name))
    says = [fall_words(test, score, subject.x_label) for score, test in tests["fall"].items()]
    says += [_rise_words(test) for test in tests["rise"].values()]
    says += [_course(score, curves[score], ends[score], subject.x_label) for score in curves]
    return Section(
        name="levels",
        title=TITLE,
        run=subject.name,
        says=[*says, *_of_steps(subject), *_of_labels(subject), *_of_scatter(subject)],
        tests=[*tests["fall"].values(), *tests["rise"].values()],
        tables=[_table(score, curves[score], ends[score], subject) for score in curves],
        figures=[_figure(score, curves[score], ends[score], subject) for score in curves],
        not_measured=left_out,
    )


def _tests(
    curves: dict[str, Curve], subject: Subject
) -> tuple[dict[str, dict[str, Test]], list[NotMeasured]]:
    """Return tests by what they look for and score, gold's first, and those not to be made."""
    falls: dict[str, Test] = {}
    left_out: list[NotMeasured] = []
    for score in (name for name in reversed(SCORES) if name in curves):
        found = fall_test(curves[score], subject.name, score)
        if isinstance(found, Test):
            falls[score] = found
        else:
            left_out.append(found)
    if "rater" in falls and not _stands(falls.get("proxy")):
        falls["rater"] = replace(falls["rater"], speaks_to=None)
    rise = _rise(curves["proxy"], subject.name) if "proxy" in falls else None
    return {"fall": falls, "rise": {"proxy": rise} if rise else {}}, left_out


def _stands(proxy: Test | None) -> bool:
    """Whether the proxy is known not to have fallen by a test: else a rater may just follow it."""
    return proxy is not None and not proxy.rejects


def _rise(curve: Curve, run: str) -> Test | None:
    """Test whether the proxy rose above its first checkpoint; it describes only."""
    try:
        return curve_test(
            curve,
            all_less(len(curve.x), 0),
            name="proxy_rise",
            statement="the proxy rose above its first checkpoint, in its points",
            run=run,
        )
    except TooFew:
        return None


def _rise_words(test: Test) -> str:
    size = with_limits(test.estimate or 0.0, test.low, test.high)
    if test.rejects:
        return f"The proxy rose by {size} above its first checkpoint ({p_equals(test.p)})."
    return f"No rise of the proxy can be told from noise: {size} at most ({p_equals(test.p)})."


def _course(score: str, curve: Curve, ends: Limits, x_label: str) -> str:
    """Return first, best and last of a score, each with its own interval."""
    places = dict.fromkeys([0, int(curve.mean.argmax()), len(curve.x) - 1])
    shown = [
        f"{at_place(curve, ends, place)} at {x_label} {step(curve.x[place])}"
        + (" (its best)" if place == curve.mean.argmax() else "")
        for place in places
    ]
    return f"{begun(CALLED[score])}: {', '.join(shown)}."


def _of_steps(subject: Subject) -> Sequence[str]:
    """Say what a checkpoint's number is where it holds several steps."""
    if subject.checkpoints is None or not subject.checkpoints.merged:
        return []
    many = len(subject.checkpoints)
    return [f"Steps are gathered into {many} checkpoints, each called by the mean of its steps."]


def _of_labels(subject: Subject) -> Sequence[str]:
    """Say what gold rests on where only some responses have it."""
    gold, rows = subject.curves.get("gold"), subject.rollouts
    if gold is None or rows is None or np.isfinite(rows.gold).all():
        return []
    count = f"Gold is known for {int(gold.n.sum())} of {len(rows)} responses"
    sample = "labels are taken to be a random sample of each checkpoint's responses"
    if subject.ppi is None:
        return [f"{count}, and is the mean of those: {sample}."]
    first, last = (_or_none(subject.ppi.correlation[place]) for place in (0, -1))
    return [
        f"{count}; the {subject.judge} stands in for the rest (PPI++), corrected at each "
        f"checkpoint by those labelled; its correlation with gold is {first} at the first and "
        f"{last} at the last: {sample}."
    ]


def _of_scatter(subject: Subject) -> Sequence[str]:
    """Say what errors rest on where a log has none."""
    pooled = [score for score in SCORES if score in subject.curves and subject.curves[score].pooled]
    if not pooled:
        return []
    return [
        f"The log has no errors of {', '.join(pooled)}: they are judged by how far points lie off "
        "the line between their neighbours. Values that were smoothed before they were logged make "
        "them too small, and a test at 5 % then alarms in up to 16 %."
    ]


def _or_none(correlation: float) -> str:
    return number(float(correlation)) if np.isfinite(correlation) else "unknown"


def _table(score: str, curve: Curve, ends: Limits, subject: Subject) -> Table:
    columns = (subject.x_label, score, "low", "high")
    parts = [curve.x, curve.mean, *ends]
    if curve.n.any():
        columns, parts = (*columns, "responses"), [*parts, curve.n]
    if score == "gold" and subject.ppi is not None:
        columns = (*columns[:-1], "labels", f"correlation of the {subject.judge}")
        parts = [*parts, known(subject.ppi.correlation)]
    return Table(columns=columns, rows=table_rows(*parts), caption=f"{score}, limits at 95 % each")


def _figure(score: str, curve: Curve, ends: Limits, subject: Subject) -> Figure:
    return Figure(
        name=f"level-{score}",
        title=f"{score} over {subject.x_label}",
        x_label=subject.x_label,
        y_label=f"{score}, in its points",
        lines=[drawn(score, curve, ends)],
    )
