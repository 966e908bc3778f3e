"""Rényi divergences of one event, and the largest rate that a Rényi divergence allows."""

import math

from scipy.special import hyp1f1

from looksgood.ops.binary_kl import check_nats, root
from looksgood.ops.probability import Probability, log_ratios


def binary_renyi_nats(p: float | Probability, q: float | Probability, alpha: float) -> float:
    """Return D_α(p‖q) = log(p^α q^{1−α} + (1−p)^α (1−q)^{1−α})/(α − 1), in nats.

    Close to α = 1 digits are lost in proportion to |α − 1|: the limit is `binary_kl_nats`.

    Source: van Erven & Harremoës (2014), arXiv:1206.2459 (1).

    Raises:
        ValueError: p or q is not a probability, or α is not above 0, finite and other than 1.
    """
    p, q = Probability.of(p, "p"), Probability.of(q, "q")
    _check_order(alpha)
    if q.log_p == -math.inf or q.log_not_p == -math.inf:
        if p == q:
            return 0.0
        overlap = p.log_not_p if q.log_p == -math.inf else p.log_p  # where q is 1
        return math.inf if alpha > 1 else alpha * overlap / (alpha - 1)
    return _divergence(q, *log_ratios(p, q), alpha)


def renyi_max_event_probability(
    q: float | Probability, renyi_nats: float, alpha: float
) -> Probability:
    """Return max{p ≥ q : D_α(p‖q) ≤ `renyi_nats`}: tight where D_α(π‖π₀) is bounded.

    At one and the same number of nats a larger α proves more (D_α rises with α). For every α it
    is 1 from −log q on.

    Raises:
        ValueError: q is not a probability, the divergence is negative or NaN, or α is not above 0,
            finite and other than 1.
    """
    q = Probability.of(q, "base rate q")
    check_nats(renyi_nats, f"Rényi divergence of order {alpha:g}")
    _check_order(alpha)
    if renyi_nats >= -q.log_p:
        return Probability.of(1.0)
    if renyi_nats == 0 or q.log_p == -math.inf:
        return q

    low = high = 0.0
    while _excess_at(high, q, renyi_nats, alpha) < 0:
        high += 1
    while _excess_at(low, q, renyi_nats, alpha) > 0:
        low = 2 * low - 1
    if low < high:
        low = root(_excess_at, low, high, q, renyi_nats, alpha)
    return q.shifted(math.exp(low))


def renyi_min_event_probability(
    q: float | Probability, renyi_nats: float, alpha: float
) -> Probability:
    """Return min{p ≤ q : D_α(p‖q) ≤ `renyi_nats`}.

    Raises:
        ValueError: as `renyi_max_event_probability`.
    """
    other = Probability.of(q, "base rate q").complement()
    return renyi_max_event_probability(other, renyi_nats, alpha).complement()


def _check_order(alpha: float) -> None:
    if not 0 < alpha < math.inf or alpha == 1:
        raise ValueError(
            f"order alpha = {alpha:g}: it must be above 0, finite and not 1 (1 is the KL; "
            "infinity is the largest log ratio)"
        )


def _excess_at(log_shift: float, q: Probability, renyi_nats: float, alpha: float) -> float:
    return _divergence(q, *q.log_ratios_after(math.exp(log_shift)), alpha) - renyi_nats


def _divergence(q: Probability, up: float, down: float, alpha: float) -> float:
    """Return D_α from log p/q and log (1−p)/(1−q)."""
    highest = max(q.log_p + alpha * up, q.log_not_p + alpha * down)
    if highest < 700:
        # Σ q (e^x − 1) is 0, so α times it may be taken off: what remains has one sign
        total = _excess(q.p, q.log_p, up, alpha) + _excess(q.not_p, q.log_not_p, down, alpha)
        if total > -0.5:
            return math.log1p(total) / (alpha - 1)
    if math.isinf(highest):
        return math.inf
    terms = (q.log_p + alpha * up, q.log_not_p + alpha * down)
    return (highest + math.log(math.fsum(math.exp(x - highest) for x in terms))) / (alpha - 1)


def _excess(q: float, log_q: float, log_ratio: float, alpha: float) -> float:
    """Return q (e^{αx} − 1 − α (e^x − 1)), x the log ratio."""
    if max(abs(log_ratio), abs(alpha * log_ratio)) < 1:
        return q * (_beyond_linear(alpha * log_ratio) - alpha * _beyond_linear(log_ratio))
    tilted, moved = math.exp(log_q + alpha * log_ratio), math.exp(log_q + log_ratio)
    return (tilted - q) - alpha * (moved - q)


def _beyond_linear(x: float) -> float:
    """Return e^x − 1 − x for |x| < 1."""
    return x**2 * float(hyp1f1(1, 3, x)) / 2
