"""What comes next? The sign of proxy and gold's covariance, and forecasts of gold's peak."""

import numpy as np

from looksgood.audits.answers.curve_test import curve_test
from looksgood.audits.answers.fall import fall_test
from looksgood.audits.answers.shown import at_place, drawn, limits
from looksgood.audits.measured.kl_meaning import comparable_kl
from looksgood.audits.measured.over_kl import over_kl
from looksgood.audits.measured.peak_forecasts import AHEAD, Draws, peak_forecasts
from looksgood.audits.measured.within_prompt_slope import within_prompt_slope
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import Figure, NotMeasured, Section, Table, Test
from looksgood.core.errors import TooFew
from looksgood.core.in_words import number, p_equals, step
from looksgood.ops.curve import Curve

TITLE = "What does pressing on promise?"
LABEL = (
    "In our own study (docs/studies.md, forecast) none of these was better than saying 'now': read "
    "them as a picture of how little the points tell."
)


def forecast(subject: Subject) -> Section:
    """Return what the next point of proxy brings of gold, and where gold may peak. It describes."""
    section = Section(name="forecast", title=TITLE, run=subject.name)
    slope = _slope(section, subject)
    try:
        found = _forecasts(subject, slope)
    except (TooFew, ValueError) as error:
        section.not_measured.append(
            NotMeasured("a forecast of gold's peak", str(error), subject.name)
        )
        return section
    section.says.extend([_words(found), LABEL])
    section.tables.append(_table(found))
    return section


def _slope(section: Section, subject: Subject) -> Curve | None:
    """Add the within-prompt slope of gold on the proxy, and a test that it is below 0."""
    what = "gold per point of proxy within prompts"
    try:
        slope = within_prompt_slope(*subject.rows())
        test = _negative(slope, section.run)
    except TooFew as error:
        section.not_measured.append(NotMeasured(what, str(error), section.run))
        return None
    ends = limits(slope)
    section.says.append(
        f"Among responses to one prompt at {subject.x_label} {step(slope.x[-1])}, one more point "
        f"of proxy goes with {at_place(slope, ends, -1)} of gold ({number(float(slope.mean[0]))} "
        f"at {subject.x_label} {step(slope.x[0])}). Below 0, weighting responses by the proxy "
        f"lowers gold: {_verdict(test, subject.x_label)}."
    )
    section.tests.append(test)
    section.figures.append(
        Figure(
            name="gold-per-proxy",
            title="Gold per point of proxy, within prompts",
            x_label=subject.x_label,
            y_label="gold per point of proxy",
            lines=[drawn("slope", slope, ends)],
        )
    )
    return slope


def _negative(slope: Curve, run: str) -> Test:
    return curve_test(
        slope,
        -np.eye(len(slope.x)),
        name="proxy_gold_slope_negative",
        statement="among responses to one prompt gold falls with the proxy at a checkpoint, by "
        "this much for each point of proxy",
        run=run,
    )


def _verdict(test: Test, x_label: str) -> str:
    where = "" if test.at is None else f" at {x_label} {step(test.at[1])}"
    if test.rejects:
        return f"so it is{where} ({p_equals(test.p)})"
    return f"no checkpoint shows it ({p_equals(test.p)})"


def _forecasts(subject: Subject, slope: Curve | None) -> dict[str, Draws]:
    """Return draws of √KL at gold's peak, by forecaster.

    Raises:
        TooFew: there is no gold, or no KL per sequence; gold fell already; or too few checkpoints.
    """
    gold, kl = subject.curves.get("gold"), comparable_kl(subject)
    if gold is None:
        raise TooFew("the data have no gold")
    fell = fall_test(gold, subject.name)
    if isinstance(fell, Test) and fell.rejects:
        raise TooFew(f"gold has fallen already ({p_equals(fell.p)})")
    return dict(peak_forecasts(over_kl(kl, gold), None if slope is None else over_kl(kl, slope)))


def _quantiles(draws: Draws) -> list[float]:
    return (np.quantile(draws, [0.1, 0.5, 0.9]) ** 2).tolist()


def _words(found: dict[str, Draws]) -> str:
    now = float(found["no idea"].min()) ** 2
    told = []
    for name, draws in found.items():
        if name != "no idea":
            low, middle, high = (number(end) for end in _quantiles(draws))
            told.append(f"{name} {middle} [{low}, {high}]")
    listed = "; ".join(told) or "no forecaster has enough to go by"
    return (
        f"If gold's peak lies ahead of {number(now)} nats and not beyond {AHEAD**2:g} times that, "
        f"it is foretold at (median, 80 %, nats): {listed}. A median near the end of that range "
        "means that no peak is in sight."
    )


def _table(found: dict[str, Draws]) -> Table:
    return Table(
        columns=("forecaster", "10 %", "median", "90 %"),
        rows=[(name, *_quantiles(draws)) for name, draws in found.items()],
        caption="KL at gold's peak, in nats, were it ahead.",
    )
