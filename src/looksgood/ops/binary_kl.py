"""What KL(π‖π₀) ≤ ε proves about one event, and what KL an event's rates prove: the binary KL.

By data processing KL(π‖π₀) ≥ kl(p‖q) for every event A with q = π₀(A), p = π(A), and some π
attains it: the bounds are tight. Nats throughout; every q may be a float or a `Probability`.
"""

import math
from collections.abc import Callable
from typing import Any

from scipy.optimize import brentq
from scipy.special import hyp1f1

from looksgood.ops.probability import Probability, log_ratios


def binary_kl_nats(p: float | Probability, q: float | Probability) -> float:
    """Return kl(p‖q) = p log p/q + (1−p) log (1−p)/(1−q): what an event's rate costs in KL.

    The converse of `max_event_probability`: an event of base probability q that happens with
    probability p proves KL(π‖π₀) ≥ kl(p‖q). Infinite where q is 0 or 1 and p is not.

    As q φ(p/q − 1) + (1−q) φ((1−p)/(1−q) − 1), φ(u) = (1+u) log(1+u) − u: both terms are
    non-negative, so that nothing cancels where p is close to q.

    Raises:
        ValueError: p or q is NaN or outside [0, 1].
    """
    p, q = Probability.of(p, "p"), Probability.of(q, "q")
    up, down = log_ratios(p, q)
    return phi_term(p.p, q.p, up) + phi_term(p.not_p, q.not_p, down)


def max_event_probability(q: float | Probability, kl_nats: float) -> Probability:
    """Return p_max = max{p ≥ q : kl(p‖q) ≤ ε}: no policy with KL(π‖π₀) ≤ ε exceeds it.

    It is 1, and the bound is vacuous, as soon as ε ≥ −log q (`vacuous_from_nats`). Just below
    that 1 − p_max depends on the difference −log q − ε, and is as uncertain as that is.

    Raises:
        ValueError: q is NaN or outside [0, 1], or the KL is negative or NaN.
    """
    q = Probability.of(q, "base rate q")
    check_nats(kl_nats)
    if kl_nats >= vacuous_from_nats(q):
        return Probability.of(1.0)
    if kl_nats == 0 or q.log_p == -math.inf:  # finite KL: what the base never does, π never does
        return q
    if kl_nats < -q.log_p / 2:
        return q.shifted(_shift_at(q, kl_nats, _kl_of_shift))
    return _close_to_one(q, -q.log_p - kl_nats)


def min_event_probability(q: float | Probability, kl_nats: float) -> Probability:
    """Return p_min = min{p ≤ q : kl(p‖q) ≤ ε}: an event may not become rarer than this.

    It is 0 as soon as ε ≥ −log(1 − q).

    Raises:
        ValueError: q is NaN or outside [0, 1], or the KL is negative or NaN.
    """
    other = Probability.of(q, "base rate q").complement()
    return max_event_probability(other, kl_nats).complement()


def vacuous_from_nats(q: float | Probability) -> float:
    """Return −log q: a KL of this or more does not forbid that the event always happens.

    Raises:
        ValueError: q is NaN or outside [0, 1].
    """
    return -Probability.of(q, "base rate q").log_p + 0.0


def max_event_probability_reverse(q: float | Probability, kl_nats: float) -> Probability:
    """Return max{p : kl(q‖p) ≤ ε}: what a bound on the *other* direction, KL(π₀‖π), gives.

    Never vacuous, and never protective either: at q = 0 it is 1 − e^−ε, so that it does not
    forbid what the base never does.

    Raises:
        ValueError: q is NaN or outside [0, 1], or the KL is negative or NaN.
    """
    q = Probability.of(q, "base rate q")
    check_nats(kl_nats)
    if kl_nats == 0:
        return q
    if q.log_p == -math.inf:
        return Probability.from_log(-kl_nats).complement()
    if kl_nats / 1e300 >= q.not_p:  # 1 − p_max is about e^(−ε/(1 − q)): beyond any logarithm
        return Probability.of(1.0)
    return q.shifted(_shift_at(q, kl_nats, _reverse_kl_of_shift))


def min_event_probability_reverse(q: float | Probability, kl_nats: float) -> Probability:
    """Return min{p : kl(q‖p) ≤ ε}, under a bound on KL(π₀‖π): above 0 wherever q is.

    Raises:
        ValueError: q is NaN or outside [0, 1], or the KL is negative or NaN.
    """
    other = Probability.of(q, "base rate q").complement()
    return max_event_probability_reverse(other, kl_nats).complement()


def check_nats(divergence: float, name: str = "KL", unit: str = " nats") -> None:
    """Refuse what no divergence can be.

    Raises:
        ValueError: it is negative or NaN.
    """
    if not divergence >= 0:  # also NaN
        raise ValueError(
            f"{name} = {divergence:g}{unit}: a divergence is never negative (an estimate may be; "
            "it is then no bound)"
        )


def phi_term(p: float, q: float, log_ratio: float) -> float:
    """Return q φ(p/q − 1) = p log p/q − p + q without cancellation, given log p/q.

    Non-negative; 0 at p = 0 = q; infinite where only q is 0.
    """
    if p == 0:
        return q
    if math.isinf(log_ratio):
        return math.inf
    if abs(log_ratio) < 1:  # p (x + e^−x − 1) = p x² ₁F₁(1; 3; −x) / 2
        return p * log_ratio**2 * float(hyp1f1(1, 3, -log_ratio)) / 2
    return p * log_ratio + (q - p)


def _kl_of_shift(q: Probability, shift: float) -> float:
    """Return kl(p‖q), p being q with its log-odds raised by `shift`."""
    p, (up, down) = q.shifted(shift), q.log_ratios_after(shift)
    return phi_term(p.p, q.p, up) + phi_term(p.not_p, q.not_p, down)


def _reverse_kl_of_shift(q: Probability, shift: float) -> float:
    """Return kl(q‖p), p being q with its log-odds raised by `shift`."""
    p, (up, down) = q.shifted(shift), q.log_ratios_after(shift)
    return phi_term(q.p, p.p, -up) + phi_term(q.not_p, p.not_p, -down)


def _shift_at(
    q: Probability, kl_nats: float, kl_of_shift: Callable[[Probability, float], float]
) -> float:
    """Return the shift of log-odds, above 0, that costs `kl_nats`; costs rise with the shift."""
    spread = q.p * q.not_p  # the KL is spread × shift² / 2 where the shift is small
    guess = math.sqrt(2 * kl_nats) / math.sqrt(spread) if spread > 0 else math.inf
    low = high = min(max(guess, 1e-300), 1.0 - q.log_p - q.log_not_p)
    while kl_of_shift(q, high) < kl_nats:
        high *= 2
    while kl_of_shift(q, low) > kl_nats:
        low /= 2
    if low == high:
        return low
    low, high = math.log(low) - 1e-9, math.log(high) + 1e-9  # exp(log x) may miss x
    return math.exp(root(_shift_excess, low, high, q, kl_nats, kl_of_shift))


def _shift_excess(
    log_shift: float,
    q: Probability,
    kl_nats: float,
    kl_of_shift: Callable[[Probability, float], float],
) -> float:
    return kl_of_shift(q, math.exp(log_shift)) - kl_nats


def _close_to_one(q: Probability, gap: float) -> Probability:
    """Return p ≥ q with −log q − kl(p‖q) = `gap`, by its complement r = 1 − p."""
    high = q.log_not_p  # r = 1 − q is p = q
    low = high - 1
    while _gap_excess(low, q, gap) > 0:
        low = high - 2 * (high - low)
    return Probability.from_log(root(_gap_excess, low, high, q, gap)).complement()


def _gap_excess(log_r: float, q: Probability, gap: float) -> float:
    """Return −(1−r) log(1−r) + r log 1/q + r log (1−q)/r, of which no term is negative, − gap."""
    r = Probability.from_log(log_r)
    own = -r.not_p * r.log_not_p if r.not_p > 0 else 0.0
    return own + r.p * (q.log_not_p - q.log_p - log_r) - gap


def root(excess: Callable[..., float], low: float, high: float, *args: Any) -> float:
    """Return where `excess`(x, *args) crosses 0 between `low` and `high`, to all digits of x."""
    return float(brentq(excess, low, high, args=args, xtol=1e-300, maxiter=500))  # pyright: ignore[reportArgumentType]
