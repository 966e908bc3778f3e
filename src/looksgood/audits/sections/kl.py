"""How far did the policy go? Its KL from the base, what the log's number is, scores over √KL."""

import numpy as np

from looksgood.audits.answers.curve_test import curve_test
from looksgood.audits.answers.shown import Limits, drawn, limits, table_rows, unknown
from looksgood.audits.measured.kl_meaning import kl_meaning_of
from looksgood.audits.measured.kl_needed import kl_needed_nats
from looksgood.audits.measured.kl_signs import KlMeaning
from looksgood.audits.measured.over_kl import over_kl
from looksgood.audits.record import SCORES
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import Figure, NotMeasured, Section, Table, Test
from looksgood.core.errors import TooFew
from looksgood.core.in_words import number, p_equals, step, with_limits
from looksgood.ops.curve import Curve

TITLE = "How far is the policy from its base?"
NO_KL = (
    "the data have none (verl, and TRL's GRPO with beta = 0, log none): log each response's logp "
    "under policy and base"
)


def kl(subject: Subject) -> Section:
    """Return the KL per sequence at the checkpoints, and scores over its root."""
    curve = subject.curves.get("kl")
    if curve is None:
        gap = NotMeasured("KL from the base", NO_KL, subject.name)
        return Section(name="kl", title=TITLE, run=subject.name, not_measured=[gap])
    meaning = kl_meaning_of(subject)
    negative = _negative(curve, subject.name) if meaning.has_error else None
    says = [*_means(meaning), *_under_measured(subject, curve, meaning), *_below(negative)]
    reached = _reached(curve, meaning, subject.x_label)
    return Section(
        name="kl",
        title=TITLE,
        run=subject.name,
        says=[*says, reached] if meaning.comparable is False else [reached, *says],
        tests=[negative] if negative else [],
        tables=[_table(curve, meaning, subject.x_label)],
        figures=_figures(subject, curve, meaning),
    )


def _reached(curve: Curve, meaning: KlMeaning, x_label: str) -> str:
    low, high = _limits(curve, meaning)
    unit = "as logged" if meaning.comparable is False else "nats per sequence"
    value = with_limits(float(curve.mean[-1]), low[-1], high[-1], unit)
    most = int(curve.mean.argmax())
    rest = ""
    if most != len(curve.x) - 1:
        rest = f"; the most was {number(float(curve.mean[most]))} at {step(curve.x[most])}"
    return f"KL at the last checkpoint ({x_label} {step(curve.x[-1])}): {value}{rest}."


def _means(meaning: KlMeaning) -> list[str]:
    if meaning.comparable:
        return [f"The number is {meaning.words} ({meaning.why})."]
    if meaning.comparable is None:
        return [
            f"It is not known whether the number is a KL per sequence. It is {meaning.words}: "
            f"{meaning.why}. Curves over its root may not be comparable with others."
        ]
    return [
        f"The logged number is no KL per sequence: {meaning.words} ({meaning.why}). Curves over "
        "its root are not comparable with any over √KL."
    ]


def _under_measured(subject: Subject, curve: Curve, meaning: KlMeaning) -> list[str]:
    """Say where the proxy's change proves a larger KL than was logged; the first is near 0."""
    needed = kl_needed_nats(subject)
    high = _limits(curve, meaning)[1][-1]
    last = float(curve.mean[-1]) if high is None else high
    if needed is None or needed <= last or abs(curve.mean[0]) > abs(curve.mean[-1]) / 10:
        return []
    return [
        f"It is too small: the proxy's change alone proves {number(needed)} nats or more (at 95 %, "
        "if the first checkpoint is the base). A token mean, a clamp or another base would do this."
    ]


def _negative(curve: Curve, run: str) -> Test | None:
    try:
        return curve_test(
            curve,
            -np.eye(len(curve.x)),
            name="kl_negative",
            statement="the mean KL estimate lies below 0 at a checkpoint, by this many nats",
            run=run,
        )
    except TooFew:
        return None


def _below(test: Test | None) -> list[str]:
    if test is None or not test.rejects or test.at is None:
        return []
    return [
        f"The mean is negative at {step(test.at[1])} ({p_equals(test.p)}), which no KL is: "
        "log-ratios of another distribution than was sampled (temperature, top-p), padding or a "
        "missing EOS token, or a policy that exploits the estimator in r − β KL."
    ]


def _limits(curve: Curve, meaning: KlMeaning) -> Limits:
    return limits(curve) if meaning.has_error else (unknown(curve), unknown(curve))


def _table(curve: Curve, meaning: KlMeaning, x_label: str) -> Table:
    roots = np.sqrt(np.maximum(curve.mean, 0.0))
    columns = (curve.x, curve.mean, *_limits(curve, meaning), roots, curve.n)
    return Table(
        columns=(x_label, "KL", "low", "high", "√KL", "responses"),
        rows=table_rows(*columns),
        caption=f"KL is {meaning.words}. Limits at 95 %, each by itself{_errors(curve)}.",
    )


def _errors(curve: Curve) -> str:
    if curve.pooled:
        return ", from how neighbouring checkpoints scatter"
    return ", clustered by prompt" if curve.n.any() else ""


def _figures(subject: Subject, curve: Curve, meaning: KlMeaning) -> list[Figure]:
    label = "√KL (√nats)" if meaning.comparable else "√KL as logged"
    if meaning.comparable is False:
        label = "√ of the logged number, which is no KL"
    return [
        Figure(
            name=f"{name}-over-kl",
            title=f"{name.capitalize()} over √KL",
            x_label=label,
            y_label=name,
            lines=[drawn(name, over, limits(over))],
        )
        for name in SCORES
        if name in subject.curves
        for over in [over_kl(curve, subject.curves[name])]
    ]
