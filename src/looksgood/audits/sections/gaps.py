"""How far have proxy, rater and gold moved apart? The two gaps and their sum; no alarm."""

import numpy as np

from looksgood.audits.measured.gap_curves import Gap, Gaps, gap_curves
from looksgood.audits.phrases import interval
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import Drawn, Figure, NotMeasured, Section, Table, Test
from looksgood.core.errors import TooFew

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
        tests=[_test(pair, gap, subject.name) for pair, gap in found.gaps.items()],
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
        size = interval(value, low, high)
        what = "" if gap.value[-1] < 0 else f": {MEANS[one, other]}"
        lines.append(
            f"At {x_label} {found.x[-1]:g} {more} has gained {size} units more than {less}{what}."
        )
    return lines


def _unit(found: Gaps) -> str:
    return (
        f"One unit is one {found.units.words}, of each score its own: noise in a score makes its "
        "unit larger, and its gain smaller."
    )


def _the(score: str) -> str:
    return "gold" if score == "gold" else f"the {score}"


def _test(pair: tuple[str, str], gap: Gap, run: str) -> Test:
    return Test(
        name=f"gap_{pair[0]}_{pair[1]}",
        statement=f"Since the first checkpoint the {pair[0]} gained more than {_the(pair[1])}, in "
        "units of its sd there",
        run=run,
        estimate=gap.test.estimate,
        low=gap.test.low,
        high=gap.test.high,
        p=gap.test.p,
    )


def _table(found: Gaps, x_label: str) -> Table:
    columns = [x_label]
    parts = [found.x.tolist()]
    for (one, other), gap in found.gaps.items():
        columns += [f"{one} over {other}", "low", "high"]
        parts += [_known(values) for values in (gap.value, gap.low, gap.high)]
    return Table(
        columns=tuple(columns),
        rows=list(zip(*parts, strict=True)),
        caption=f"gains since the first checkpoint, in units of one {found.units.words}; limits at "
        "95 %, simultaneous over checkpoints",
    )


def _figure(found: Gaps, x_label: str) -> Figure:
    lines = [
        Drawn(
            label=f"{one} over {other}",
            x=found.x.tolist(),
            y=_known(gap.value),
            low=_known(gap.low),
            high=_known(gap.high),
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


def _known(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
