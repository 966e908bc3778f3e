"""What comes next? The sign of proxy and gold's covariance, and forecasts of gold's peak."""

import numpy as np

from looksgood.audits.answers.fall import fall_test
from looksgood.audits.measured.kl_meaning import kl_meaning_of
from looksgood.audits.measured.over_kl import OverKl, known_limits, over_kl
from looksgood.audits.measured.peak_forecasts import AHEAD, Draws, peak_forecasts
from looksgood.audits.measured.within_prompt_slope import within_prompt_slope
from looksgood.audits.phrases import interval, number, p_value
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import Drawn, Figure, NotMeasured, Section, Table, Test
from looksgood.core.errors import TooFew
from looksgood.ops.curve import Curve
from looksgood.ops.sup_t import sup_t

TITLE = "What does pressing on promise?"
FELL = 0.05
"""At this p gold has fallen already, and no peak is foretold."""
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
    rows, checkpoints = subject.rollouts, subject.checkpoints
    what = "gold per point of proxy within prompts"
    if rows is None or checkpoints is None:
        section.not_measured.append(NotMeasured(what, "it needs responses", section.run))
        return None
    try:
        slope = within_prompt_slope(rows, checkpoints)
        test = _negative(slope, section.run)
    except TooFew as error:
        section.not_measured.append(NotMeasured(what, str(error), section.run))
        return None
    low, high = known_limits(slope)
    last = interval(float(slope.mean[-1]), low[-1], high[-1])
    section.says.append(
        f"Among responses to one prompt at {slope.x[-1]:g}, one more point of proxy goes with "
        f"{last} of gold ({number(float(slope.mean[0]))} at {slope.x[0]:g}). Below 0, weighting "
        f"responses by the proxy lowers gold: {_verdict(test)}."
    )
    section.tests.append(test)
    line = Drawn(label="slope", x=slope.x.tolist(), y=[*slope.mean.tolist()], low=low, high=high)
    section.figures.append(
        Figure(
            name="gold-per-proxy",
            title="Gold per point of proxy, within prompts",
            x_label=subject.x_label,
            y_label="gold per point of proxy",
            lines=[line],
        )
    )
    return slope


def _negative(slope: Curve, run: str) -> Test:
    found = sup_t(slope.mean, slope.covariance, slope.dof, -np.eye(len(slope.x)))
    return Test(
        name="proxy_gold_slope_negative",
        statement=(
            "among responses to one prompt gold falls with the proxy at a checkpoint, by this much "
            "for each point of proxy"
        ),
        run=run,
        estimate=found.estimate,
        low=found.low,
        high=found.high,
        p=found.p,
        at=(float(slope.x[0]), float(slope.x[found.place])),
    )


def _verdict(test: Test) -> str:
    where = "" if test.at is None else f" at {test.at[1]:g}"
    if test.p is not None and test.p <= FELL:
        return f"so it is{where} (p {p_value(test.p)})"
    return f"no checkpoint shows it (p {p_value(test.p)})"


def _forecasts(subject: Subject, slope: Curve | None) -> dict[str, Draws]:
    kl, gold = subject.curves.get("kl"), subject.curves.get("gold")
    if kl is None or gold is None:
        raise TooFew("gold and KL at the checkpoints are needed")
    if kl_meaning_of(subject).comparable is False:
        raise ValueError("the logged number is no KL per sequence")
    fell = fall_test(gold, subject.name)
    if isinstance(fell, Test) and fell.p is not None and fell.p <= FELL:
        raise ValueError(f"gold has fallen already (p {p_value(fell.p)})")
    over: OverKl | None = None if slope is None else over_kl(kl, slope)
    return dict(peak_forecasts(over_kl(kl, gold), over))


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
