"""Does choosing by the proxy stop being good? Best-of-n from one checkpoint's samples."""

from dataclasses import replace

import numpy as np

from looksgood.audits.answers.fall import fall_test
from looksgood.audits.measured.best_of_n_curves import BestOfNCurves, best_of_n_curves
from looksgood.audits.measured.over_kl import OverKl, known_limits
from looksgood.audits.phrases import interval, number, p_value
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import Figure, NotMeasured, Section, Table, Test
from looksgood.core.errors import TooFew
from looksgood.ops.curve import Curve

TITLE = "Does choosing by the proxy stop being good?"
WHAT = "best-of-n by the proxy"


def selection(subject: Subject) -> Section:
    """Return gold and proxy of the best of n by proxy, at the first checkpoint and the last.

    Where there is one checkpoint only, nothing was trained that could be audited, and whether gold
    falls with n is the question: its test then speaks to the verdict. Else it describes.
    """
    section = Section(name="selection", title=TITLE, run=subject.name)
    rows, checkpoints = subject.rollouts, subject.checkpoints
    if rows is None or checkpoints is None or not len(rows):
        section.not_measured.append(NotMeasured(WHAT, "it needs responses", subject.name))
        return section
    last = len(checkpoints) - 1
    for place in dict.fromkeys((0, last)):
        where = f" at {checkpoints.step[place]:g}" if last else ""
        try:
            found = best_of_n_curves(rows, checkpoints.place == place)
        except TooFew as error:
            section.not_measured.append(NotMeasured(WHAT + where, str(error), subject.name))
            continue
        _add(section, found, where, alone=last == 0)
    return section


def _add(section: Section, found: BestOfNCurves, where: str, alone: bool) -> None:
    test = fall_test(found.gold, section.run)
    section.says.append(_gain(found, where))
    if isinstance(test, NotMeasured):
        what = f"whether gold falls with n{where}"
        section.not_measured.append(replace(test, what=what))
    else:
        test = _renamed(test, where, alone)
        section.says.append(_fall(test))
        section.tests.append(test)
    section.says.append(_axis(found))
    section.tables.append(_table(found, where))
    section.figures.extend(_figures(found, where))


def _renamed(test: Test, where: str, alone: bool) -> Test:
    return replace(
        test,
        name="selection_gold_fall",
        statement=(
            f"gold of the best of n by the proxy{where} falls from one n to a larger one, by this "
            "many of its points"
        ),
        speaks_to="gold_fell" if alone else None,
    )


def _gain(found: BestOfNCurves, where: str) -> str:
    """Say what choosing the best of the most gains over taking any, with its error from all n."""
    gold, n = found.gold, int(found.gold.x[-1])
    ends = np.zeros(len(gold.x))
    ends[0], ends[-1] = -1, 1
    change = np.array([[float(ends @ gold.covariance @ ends)]])
    gain = Curve(
        gold.x[-1:], np.array([float(ends @ gold.mean)]), change, gold.dof[-1:], gold.n[-1:]
    )
    (low,), (high,) = known_limits(gain)
    lows, highs = known_limits(gold)
    last = interval(float(gold.mean[-1]), lows[-1], highs[-1])
    return (
        f"Of {n} responses{where}, the best by the proxy has gold {last}, against "
        f"{number(float(gold.mean[0]))} of any: a gain of "
        f"{interval(float(gain.mean[0]), low, high)} over {found.prompts} prompts."
    )


def _fall(test: Test) -> str:
    size = interval(test.estimate or 0.0, test.low, test.high)
    before, after = test.at or (0.0, 0.0)
    return (
        f"The fall of gold that stands out most is {size}, from n = {before:g} to {after:g} "
        f"(p {p_value(test.p)}, all pairs of n counted)."
    )


def _axis(found: BestOfNCurves) -> str:
    if found.tied == 0:
        return "No responses tie, so that the KL of best-of-n is log n − (n−1)/n."
    return (
        f"{found.tied:.0%} of the responses tie with another to their prompt: log n − (n−1)/n is "
        "an upper bound of the KL of best-of-n."
    )


def _table(found: BestOfNCurves, where: str) -> Table:
    columns: list[list[float | None]] = [[*found.gold.x.tolist()], [*(found.root_kl**2).tolist()]]
    for curve in (found.gold, found.proxy):
        columns += [[*curve.mean.tolist()], *known_limits(curve)]
    names = [f"{name}{end}" for name in ("gold", "proxy") for end in ("", " low", " high")]
    return Table(
        columns=("n", "KL at most", *names),
        rows=list(zip(*columns, strict=True)),
        caption=f"Best of n by the proxy{where}. Limits at 95 %, each by itself.",
    )


def _figures(found: BestOfNCurves, where: str) -> list[Figure]:
    return [
        Figure(
            name=f"best-of-n-{name}{where.replace(' ', '-')}",
            title=f"{name.capitalize()} of the best of n by the proxy{where}",
            x_label="√(log n − (n−1)/n) (√nats)",
            y_label=name,
            lines=[OverKl(found.root_kl, curve).drawn(name)],
        )
        for name, curve in (("gold", found.gold), ("proxy", found.proxy))
    ]
