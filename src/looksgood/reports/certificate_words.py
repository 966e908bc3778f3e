"""A certificate in words: what is proved, how surely, why it is vacuous where it is."""

from collections.abc import Iterator

from looksgood.measures.certificate import Bounds, Certificate
from looksgood.measures.interval_coverage import MEASURED_KL_PERCENT

EXPLANATION = """\
What a KL penalty promises, and what it does not

A is any event: a fabricated citation, a threat, an exploit of the rater. The base π₀ does it with
probability q. If KL(π‖π₀) ≤ K nats per sequence, then the policy π does it with probability at most
p_max(q, K), the largest p with p log(p/q) + (1−p) log((1−p)/(1−q)) ≤ K. This cannot be improved:
some policy within that KL does it just so often.

It promises
  that what the base never does (q = 0 exactly) the policy never does;
  that what is rare stays rare *while K is far below −log q*: q = 1e-6 and K = 1 allow 9.5 %;
  that a higher rate must have been paid for: seeing one proves a KL of at least so much.

It does not promise
  anything at all about A once K ≥ −log q. For q = 1e-6 that is 13.8 nats, which is little for a
    policy trained by RL: the policy may then always do it;
  that the policy is good or honest. KL knows neither gold nor raters: it weighs how *unlikely*
    something was for the base, not how bad it is. What the base often does costs nothing;
  the same for every prompt. K is an average: on 1 % of the prompts 100 K may have been spent;
  anything through an estimate of K. A rare mode with a large log-ratio adds to the KL and is not
    seen in the samples, so no confidence limit for a KL follows from samples of π alone;
  anything through the other direction. KL(π₀‖π) ≤ K allows 1 − e^−K of what the base never does.

What does hold from samples is the hockey stick: p ≤ γ q + E_γ for every γ, where E_γ, the part of π
that exceeds γ times the base, lies within [0, 1] and so has honest confidence limits. Best-of-n has
a promise of its own, p ≤ 1 − (1−q)^n, which is no property of its KL and does not hold for RL.
"""


def as_text(found: Certificate) -> str:
    """Return the certificate as lines of text."""
    return "\n".join(_lines(found))


def _lines(found: Certificate) -> Iterator[str]:
    if found.checkpoint is not None:
        where = (f"{k} {v}" for k, v in found.checkpoint.items() if v is not None and k != "kl_se")
        yield f"checkpoint: {', '.join(where)}"
    yield from _rates(found)
    if found.bounds is not None:
        yield from _forward(found, found.bounds)
    if not found.is_vacuous:
        yield f"From −log q = {found.kl_needed:.6g} nats on a KL says nothing."
    if found.kl_for:
        each = ", ".join(f"{p:g} takes KL ≤ {kl:.4g}" for p, kl in found.kl_for.items())
        yield f"To promise a rate of at most {each}."
    yield from _hockey_stick(found)
    if found.reverse_bounds is not None:
        yield (
            f"Were it the other direction, KL(π₀‖π) ≤ {found.kl:.6g}: "
            f"{_range(found.reverse_bounds)}; that forbids nothing the base never does."
        )
    yield f"Assumed: {'; '.join(found.assumes)}."


def _rates(found: Certificate) -> Iterator[str]:
    rate, sure = found.exploit_rate, found.rates_confidence
    if rate is None or sure is None:
        return
    low, high = found.base_rate_low.p, found.base_rate_high.p
    yield f"policy: {rate.value:.6g}  [{rate.low:.6g}, {rate.high:.6g}]  (n = {rate.n})"
    yield f"base:   {found.base_rate.p:.6g}  [{low:.6g}, {high:.6g}]"
    if found.kl_implied == 0:
        yield f"At {sure:.4g} confidence the rates may be equal, so they prove no KL."
    else:
        yield (
            f"Certificate, {sure:.4g} confidence: these rates prove KL(π‖π₀) ≥ "
            f"{found.kl_implied:.6g} and KL(π₀‖π) ≥ {found.reverse_kl_implied:.6g} nats."
        )
    if found.kl_is_understated:
        yield f"The stated KL of {found.kl:.6g} nats is below that: it was measured too low."


def _forward(found: Certificate, bounds: Bounds) -> Iterator[str]:
    if found.is_estimate:
        head = (
            "Estimate, no certificate (the KL was measured by sampling: were the base rate known "
            f"and the bound tight, it would hold in {MEASURED_KL_PERCENT} % of simulations)"
        )
    elif found.confidence == 1:
        head = "Certificate (certain, if what is assumed is a fact and no measurement)"
    else:
        head = f"Certificate, {found.confidence:.4g} confidence"
    yield f"{head}: KL(π‖π₀) ≤ {found.kl:.6g} nats gives {_range(bounds)}."
    if found.is_vacuous:
        yield (
            f"That is vacuous: {found.kl:.6g} nats are enough for the policy always to do it. "
            f"Below −log q = {found.kl_needed:.6g} nats it would not be."
        )


def _hockey_stick(found: Certificate) -> Iterator[str]:
    stick, sure = found.hockey_stick, found.hockey_stick_confidence
    if stick is None or sure is None:
        if found.source == "run":
            yield "No hockey-stick certificate: no sample of this checkpoint has log-probabilities."
        return
    yield (
        f"Certificate, {sure:.4g} confidence, from {found.hockey_stick_samples} log-ratios alone: "
        f"p ≤ {stick.p:.6g} (hockey stick at log γ = {stick.log_gamma:.4g}, E_γ ≤ "
        f"{stick.excess:.4g})."
    )
    if stick.p == 1:
        yield "That is vacuous: too few samples, or too much of π is far from the base."


def _range(bounds: Bounds) -> str:
    return f"{bounds.p_min.p:.6g} ≤ p ≤ {bounds.p_max.p:.6g} (1 − p_max = {bounds.p_max.not_p:.6g})"
