"""Which shape has gold over √KL, and where does it peak? Gao's two forms, and a straight line."""

import numpy as np

from looksgood.audits.answers.shown import drawn, limits
from looksgood.audits.measured.gold_forms import NAMES, Fitted, fit_forms
from looksgood.audits.measured.kl_meaning import comparable_kl
from looksgood.audits.measured.over_kl import over_kl
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import Drawn, Figure, NotMeasured, Row, Section, Table
from looksgood.core.errors import TooFew
from looksgood.core.in_words import number
from looksgood.ops.curve import Curve
from looksgood.ops.curve_fit import curve_band
from looksgood.ops.curve_forms import STRAIGHT, Form
from looksgood.ops.curve_peak import CurvePeak, curve_peak

NOTABLE = 1.05
"""Times its error that gold scatters, before that is said."""
TITLE = "Which shape has gold over √KL, and where is its peak?"


def forms(subject: Subject) -> Section:
    """Return which form fits gold over √KL, whether the data can tell, and the peak with its set.

    It describes; whether gold fell at all is a test of its own, which needs no form.
    """
    try:
        gold = _gold(subject)
        fitted = fit_forms(gold)
    except (TooFew, ValueError) as error:
        gap = NotMeasured("the form of gold over √KL", str(error), subject.name)
        return Section(name="forms", title=TITLE, run=subject.name, not_measured=[gap])
    bent: dict[Form, CurvePeak] = {
        form: curve_peak(fit) for form, fit in fitted.fits.items() if form not in STRAIGHT
    }
    return Section(
        name="forms",
        title=TITLE,
        run=subject.name,
        says=[_choice(fitted), *_peaks(fitted, bent), *_scatter(fitted)],
        tables=[_table(fitted, bent)],
        figures=[_figure(gold, fitted)],
    )


def _gold(subject: Subject) -> Curve:
    """Return gold over √KL.

    Raises:
        TooFew: there is no gold, or no KL per sequence.
    """
    gold = subject.curves.get("gold")
    if gold is None:
        raise TooFew("the data have no gold")
    return over_kl(comparable_kl(subject), gold)


def _choice(fitted: Fitted) -> str:
    found = fitted.comparison
    best = next(name for form, name in NAMES.items() if form == found.best)
    if found.distinguishable:
        return f"The {best} fits gold best, by {found.lead:.1f} of AIC over the next."
    return (
        f"The forms are not distinguishable (ΔAIC {found.lead:.1f}, {found.needed:g} is needed); "
        f"the {best} fits best."
    )


def _peaks(fitted: Fitted, bent: dict[Form, CurvePeak]) -> list[str]:
    if fitted.comparison.best in STRAIGHT and fitted.comparison.distinguishable:
        return ["A line fits better than what bends: no peak within the data."]
    return [f"{NAMES[form]}: {_peak(peak)}." for form, peak in bent.items()]


def _peak(peak: CurvePeak) -> str:
    if peak.verdict == "no peak within the data" or peak.kl_nats is None:
        return "no peak within the data"
    low, high = peak.positions[0]
    inside = "" if peak.verdict == "peak within the data" else "; it may lie beyond the data"
    return (
        f"gold peaks at a KL of {number(peak.kl_nats)} nats "
        f"[{number(low**2)}, {number(high**2)}]{inside}"
    )


def _scatter(fitted: Fitted) -> list[str]:
    if fitted.spread is None:
        return ["Gold's errors are not known: they are taken from the scatter about each form."]
    if fitted.spread <= NOTABLE:
        return []
    return [
        f"Points scatter {number(fitted.spread)} times as far about the best form as their errors "
        "allow: errors are widened by that. The form, or a run's own wavering, is not in them."
    ]


def _table(fitted: Fitted, bent: dict[Form, CurvePeak]) -> Table:
    least = min(fitted.comparison.aic.values())
    rows: list[Row] = []
    for form, fit in fitted.fits.items():
        peak = bent.get(form)
        ends = peak.positions[0] if peak and peak.bounded else (None, None)
        low, high = (None if end is None else end**2 for end in ends)
        kl = peak.kl_nats if peak and peak.verdict != "no peak within the data" else None
        beta = None if form in STRAIGHT else fit.beta
        rows.append((NAMES[form], fit.alpha, beta, fit.aic - least, kl, low, high))
    return Table(
        columns=("form", "α", "β", "ΔAIC", "peak KL", "low", "high"),
        rows=rows,
        caption="Peak: Fieller's 95 % set, in nats; empty where it is not one bounded interval.",
    )


def _figure(gold: Curve, fitted: Fitted) -> Figure:
    d = np.linspace(float(gold.x.min()), float(gold.x.max()), 60)
    lines = [drawn("gold", gold, limits(gold))]
    for form, fit in fitted.fits.items():
        lines.append(Drawn(label=NAMES[form], x=d.tolist(), y=[*curve_band(fit, d).mean.tolist()]))
    return Figure(
        name="gold-forms",
        title="Gold over √KL and the forms fitted to it",
        x_label="√KL (√nats)",
        y_label="gold",
        lines=lines,
    )
