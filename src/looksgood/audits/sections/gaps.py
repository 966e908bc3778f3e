"""How far have proxy, rater and gold moved apart? The two gaps and their sum; no alarm."""

from looksgood.audits.answers.curve_test import as_test
from looksgood.audits.answers.shown import known, table_rows
from looksgood.audits.measured.gap_curves import Gaps, gap_curves
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import Drawn, Figure, NotMeasured, Section, Table, Test
from looksgood.core.errors import TooFew
from looksgood.core.in_words import step, with_limits

TITLE = "How far have the proxy, the rater and the truth moved apart?"
MEANS = {
    ("proxy", "rater"): "what the reward got wrong about its raters",
    ("rater", "gold"): "what the raters got wrong",
    ("proxy", "gold"): "what the reward got wrong in all",
}


def gaps(subject: Subject) -> Section:
    """Return by how much more the proxy gained than the rater, and the rater than gold."""
    try:
        found = gap_curves(subject)
    except TooFew as error:
        gap = NotMeasured("the gaps between proxy, rater and gold", str(error), subject.name)
        return Section(name="gaps", title=TITLE, run=subject.name, not_measured=[gap])
    return Section(
        name="gaps",
        title=TITLE,
        run=subject.name,
        says=[*_says(found, subject.x_label), _unit(found)],
        tests=[_test(pair, found, subject.name) for pair in found.gaps],
        tables=[_table(found, subject.x_label)],
        figures=[_figure(found, subject.x_label)],
    )


def _says(found: Gaps, x_label: str) -> list[str]:
    lines = []
    for (one, other), gap in found.gaps.items():
        value, low, high = (float(ends[-1]) for ends in (gap.value, gap.low, gap.high))
        more, less = _the(one), _the(other)
        if value < 0:
            more, less, value, low, high = less, more, -value, -high, -low
        size = with_limits(value, low, high)
        what = "" if gap.value[-1] < 0 else f": {MEANS[one, other]}"
        lines.append(
            f"At {x_label} {step(found.x[-1])} {more} has gained {size} units more than "
            f"{less}{what}."
        )
    return lines


def _unit(found: Gaps) -> str:
    return (
        f"One unit is one {found.units.words}, of each score its own: noise in a score makes its "
        "unit larger, and its gain smaller."
    )


def _the(score: str) -> str:
    return "gold" if score == "gold" else f"the {score}"


def _test(pair: tuple[str, str], found: Gaps, run: str) -> Test:
    test = found.gaps[pair].test
    return as_test(
        test,
        name=f"gap_{pair[0]}_{pair[1]}",
        statement=f"since the first checkpoint the {pair[0]} gained more than {_the(pair[1])}, in "
        "units of its sd there",
        run=run,
        at=(found.since, float(found.x[test.place])),
    )


def _table(found: Gaps, x_label: str) -> Table:
    columns = [x_label]
    parts = [known(found.x)]
    for (one, other), gap in found.gaps.items():
        columns += [f"{one} over {other}", "low", "high"]
        parts += [known(values) for values in (gap.value, gap.low, gap.high)]
    return Table(
        columns=tuple(columns),
        rows=table_rows(*parts),
        caption=f"gains since the first checkpoint, in units of one {found.units.words}; limits at "
        "95 %, simultaneous over checkpoints",
    )


def _figure(found: Gaps, x_label: str) -> Figure:
    lines = [
        Drawn(
            label=f"{one} over {other}",
            x=found.x.tolist(),
            y=known(gap.value),
            low=known(gap.low),
            high=known(gap.high),
        )
        for (one, other), gap in found.gaps.items()
    ]
    return Figure(
        name="gaps",
        title="What one score gained more than another",
        x_label=x_label,
        y_label="units (see the text)",
        lines=lines,
    )
