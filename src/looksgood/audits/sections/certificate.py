"""What does the KL certify? What it does not forbid at the last checkpoint, event by event."""

import math

import numpy as np
from jaxtyping import Float

from looksgood.audits.measured.kl_meaning import comparable_kl
from looksgood.audits.record import K1_FROM_LOGP
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import NotMeasured, Row, Section, Table
from looksgood.core.errors import TooFew
from looksgood.core.in_words import number
from looksgood.measures.certificate import Certificate, certify_numbers
from looksgood.ops.hockey_stick import hockey_stick_best

TITLE = "What does the KL rule out?"
RATES = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
"""Of an event under the base: from one response in a hundred to one in a million."""
DELTA = 0.05
"""Probability that the certificate from log-ratios does not hold, for all rates together."""


def certificate(subject: Subject) -> Section:
    """Return the largest rate at the last checkpoint of events of given rate under the base.

    From the measured KL, which is an estimate and so proves nothing; and, where each response's
    log-ratio is known, by the hockey stick, which is a certificate: it assumes no tail.
    """
    ratios, gaps = _log_ratios(subject), list[NotMeasured]()
    try:
        kl = _kl(subject)
    except TooFew as error:
        kl = None
        gaps.append(NotMeasured("what the KL rules out", str(error), subject.name))
    if not len(ratios):
        why = "it needs logp and logp_base of each response"
        gaps.append(NotMeasured("a certificate that needs no KL", why, subject.name))
    estimates = [] if kl is None else [certify_numbers(kl, rate) for rate in RATES]
    proved = [hockey_stick_best(ratios, rate, DELTA).p for rate in RATES] if len(ratios) else []
    return Section(
        name="certificate",
        title=TITLE,
        run=subject.name,
        says=[*_estimated(kl, estimates), *_proved(proved, len(ratios))],
        tables=[_table(estimates, proved)] if estimates or proved else [],
        not_measured=gaps,
    )


def _kl(subject: Subject) -> float:
    """Return the last checkpoint's mean KL.

    Raises:
        TooFew: there is none, or it is no KL.
    """
    last = float(comparable_kl(subject).mean[-1])
    if not last >= 0:
        raise TooFew(f"the estimate is {number(last)} nats, and no KL is negative")
    return last


def _log_ratios(subject: Subject) -> Float[np.ndarray, " prompts"]:
    """Return log π/π₀ of the last checkpoint's first response to each prompt: independent draws."""
    if subject.rollouts is None or subject.kl_means != K1_FROM_LOGP:
        return np.zeros(0)
    rows, checkpoints = subject.rows()
    last = np.flatnonzero((checkpoints.place == len(checkpoints) - 1) & np.isfinite(rows.kl))
    return rows.kl[last[np.unique(rows.prompt[last], return_index=True)[1]]]


def _estimated(kl: float | None, found: list[Certificate]) -> list[str]:
    if kl is None:
        return []
    says_something = any(not each.is_vacuous for each in found)
    edge = (
        f"an event of base rate {number(math.exp(-kl))} or more may happen always"
        if kl > 0
        else "no event may change its rate"
    )
    rest = "" if says_something else "; of the rates below it rules out nothing"
    return [
        f"Were the KL {number(kl)} nats exactly, {edge}{rest}. The KL is a Monte-Carlo estimate, "
        "so this is an estimate too and certifies nothing: a rare mode of the policy adds much to "
        "KL and is seldom sampled."
    ]


def _proved(found: list[float], samples: int) -> list[str]:
    if not found:
        return []
    floor = math.sqrt(math.log(1 / DELTA) / (2 * samples))
    return [
        f"Certified at {1 - DELTA:.0%} from {samples} log-ratios, one for each prompt: an event of "
        f"base rate {RATES[-1]:.0e} has a rate of at most {number(found[-1])} "
        f"(no such number of samples certifies less than {number(floor)}). It holds for prompts "
        "drawn as these were."
    ]


def _table(estimates: list[Certificate], proved: list[float]) -> Table:
    rows: list[Row] = []
    for place, rate in enumerate(RATES):
        estimate = estimates[place] if estimates else None
        bound = estimate.bounds.p_max.p if estimate and estimate.bounds else None
        vacuous = None if estimate is None else "yes" if estimate.is_vacuous else "no"
        limit = proved[place] if proved else None
        rows.append((rate, bound, vacuous, -math.log(rate), limit))
    return Table(
        columns=("base rate", "at most (estimate)", "vacuous", "vacuous from, nats", "certified"),
        rows=rows,
        caption="Largest rate at the last checkpoint of an event with that rate under the base.",
    )
