"""Does choosing by the proxy stop being good? Best-of-n from one checkpoint's samples."""

from dataclasses import replace

from looksgood.audits.answers.fall import fall_test
from looksgood.audits.answers.shown import at_place, drawn, limits, table_rows
from looksgood.audits.measured.best_of_n_curves import BestOfNCurves, best_of_n_curves
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import Figure, NotMeasured, Section, Table, Test
from looksgood.core.errors import TooFew
from looksgood.core.in_words import number, p_equals, step, with_limits
from looksgood.ops.paired_change import change_since_first

TITLE = "Does choosing by the proxy stop being good?"
WHAT = "best-of-n by the proxy"


def selection(subject: Subject) -> Section:
    """Return gold and proxy of the best of n by proxy, at the first checkpoint and the last.

    Where there is one checkpoint only, nothing was trained that could be audited, and whether gold
    falls with n is the question: its test then speaks to the verdict. Else it describes.
    """
    section = Section(name="selection", title=TITLE, run=subject.name)
    try:
        rows, checkpoints = subject.rows()
    except TooFew as error:
        section.not_measured.append(NotMeasured(WHAT, str(error), subject.name))
        return section
    last = len(checkpoints) - 1
    for place in dict.fromkeys((0, last)):
        where = f" at {subject.x_label} {step(checkpoints.step[place])}" if last else ""
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
            f"gold of the best of n by the proxy{where} falls from one n to a larger one, in its "
            "points"
        ),
        speaks_to="gold_fell" if alone else None,
    )


def _gain(found: BestOfNCurves, where: str) -> str:
    """Say what choosing the best of the most gains over taking any, with its error from all n."""
    gold = found.gold
    last = at_place(gold, limits(gold), -1)
    gain = change_since_first(gold)
    return (
        f"Of {gold.x[-1]:g} responses{where}, the best by the proxy has gold {last}, against "
        f"{number(float(gold.mean[0]))} of any: a gain of {at_place(gain, limits(gain), -1)} over "
        f"{found.prompts} prompts."
    )


def _fall(test: Test) -> str:
    size = with_limits(test.estimate or 0.0, test.low, test.high)
    before, after = test.at or (0.0, 0.0)
    return (
        f"The fall of gold that stands out most is {size}, from n = {before:g} to {after:g} "
        f"({p_equals(test.p)}, all pairs of n counted)."
    )


def _axis(found: BestOfNCurves) -> str:
    if found.tied == 0:
        return "No responses tie, so that the KL of best-of-n is log n − (n−1)/n."
    return (
        f"{found.tied:.0%} of the responses tie with another to their prompt: log n − (n−1)/n is "
        "an upper bound of the KL of best-of-n."
    )


def _table(found: BestOfNCurves, where: str) -> Table:
    gold, proxy = found.gold, found.proxy
    columns = (gold.mean, *limits(gold), proxy.mean, *limits(proxy))
    names = [f"{name}{end}" for name in ("gold", "proxy") for end in ("", " low", " high")]
    return Table(
        columns=("n", "KL at most", *names),
        rows=table_rows(gold.x, found.root_kl**2, *columns),
        caption=f"Best of n by the proxy{where}. Limits at 95 %, each by itself.",
    )


def _figures(found: BestOfNCurves, where: str) -> list[Figure]:
    return [
        Figure(
            name=f"best-of-n-{name}{where.replace(' ', '-')}",
            title=f"{name.capitalize()} of the best of n by the proxy{where}",
            x_label="√(log n − (n−1)/n) (√nats)",
            y_label=name,
            lines=[drawn(name, replace(curve, x=found.root_kl), limits(curve))],
        )
        for name, curve in (("gold", found.gold), ("proxy", found.proxy))
    ]
