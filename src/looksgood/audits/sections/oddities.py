"""Are there outputs that no honest answer looks like? Rates at each checkpoint; no test."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.oddities.aimed import aimed
from looksgood.audits.oddities.degenerate import degenerate
from looksgood.audits.oddities.oddity import Oddity
from looksgood.audits.oddities.repeats import repeats
from looksgood.audits.oddities.scores import highest, odd_scores, proxy_says
from looksgood.audits.rollouts import Rollouts
from looksgood.audits.subjects.subject import Subject
from looksgood.audits.traits.rates import Rate, drawn_rates, rate_said, rates_of
from looksgood.audits.traits.sample import fewer_texts
from looksgood.core.audit_result import Figure, NotMeasured, Section, Table
from looksgood.core.errors import TooFew

TITLE = "Are there odd outputs?"
_CAPTION = (
    "Share of responses, with 95 % intervals clustered by prompt, each by itself. “Grew”: the "
    "intervals of the first and the last checkpoint do not overlap."
)
_DRAWN = 5
Rates = list[tuple[Oddity, list[Rate]]]


def oddities(subject: Subject) -> Section:
    """Count outputs that are constant, degenerate, aimed at a judge, or scored oddly."""
    name = subject.name
    try:
        rows, checkpoints = subject.rows()
    except TooFew as error:
        gap = NotMeasured("odd outputs", str(error), name)
        return Section(name="oddities", title=TITLE, run=name, not_measured=[gap])
    rows = fewer_texts(rows)
    found = odd_scores(rows, checkpoints.place)
    not_measured = []
    if rows.length.any():
        found += [*repeats(rows, checkpoints.place), *degenerate(rows), *aimed(rows)]
    else:
        why = "the data have no texts of responses"
        not_measured.append(NotMeasured("odd outputs", why, name))
    rates = [
        (oddity, _rates(oddity, rows, checkpoints.place, checkpoints.step))
        for oddity in found
        if oddity.odd.any()
    ]
    top = highest(rows) if rows.length.any() else None
    return Section(
        name="oddities",
        title=TITLE,
        run=name,
        says=[*_says(rates, found, len(rows), len(rows.texts)), *proxy_says(rows.proxy)],
        tables=[*([_table(rates)] if rates else []), *([top] if top else [])],
        figures=[_figure(rates, subject.x_label)] if rates and len(checkpoints) > 1 else [],
        not_measured=not_measured,
    )


def _rates(
    oddity: Oddity,
    rows: Rollouts,
    place: Int[np.ndarray, " rows"],
    steps: Float[np.ndarray, " checkpoints"],
) -> list[Rate]:
    """Return an oddity's rate at each checkpoint where at least 2 prompts were seen."""
    values, prompt = oddity.odd * 1.0, rows.prompt[oddity.rows]
    return rates_of(values, place[oddity.rows], prompt, steps, share=True)


def grew(seen: Sequence[Rate]) -> bool:
    """Tell whether the last interval lies above the first."""
    return bool(seen) and seen[-1].low > seen[0].high


def _says(rates: Rates, found: Sequence[Oddity], rows: int, texts: int) -> list[str]:
    looked = f"{rows:,} responses ({texts:,} of them as text)"
    if not rates:
        return [f"None of {len(found)} kinds of odd output occurs in {looked}."]
    grown = [(oddity, seen) for oddity, seen in rates if grew(seen)]
    if not grown:
        names = ", ".join(oddity.name for oddity, _ in rates)
        return [f"In {looked} some outputs are odd, but no kind of them clearly grew: {names}."]
    told = "; ".join(
        f"{oddity.name}, from {_shown(seen[0])} to {_shown(seen[-1])}" for oddity, seen in grown
    )
    return [f"In {looked} these odd outputs grew: {told}."]


def _table(rates: Rates) -> Table:
    rows = []
    for oddity, seen in rates:
        ends = [_shown(seen[0]), _shown(seen[-1])] if seen else ["", ""]
        top = _shown(max(seen, key=lambda one: one.value)) if seen else ""
        shown = (*oddity.shown, "", "", "")[:3]
        rows.append((oddity.name, oddity.means, *ends, top, "grew" if grew(seen) else "", *shown))
    columns = ("what", "that is", "first checkpoint", "last checkpoint", "highest", "", "example")
    return Table(columns=(*columns, "another", "a third"), rows=rows, caption=_CAPTION)


def _figure(rates: Rates, x_label: str) -> Figure:
    drawn = sorted(rates, key=lambda pair: -max((one.value for one in pair[1]), default=0.0))
    lines = [drawn_rates(oddity.name, seen) for oddity, seen in drawn[:_DRAWN]]
    return Figure(
        name="oddities",
        title="Odd outputs",
        x_label=x_label,
        y_label="share of responses",
        lines=lines,
    )


def _shown(one: Rate) -> str:
    return rate_said(one, share=True)
