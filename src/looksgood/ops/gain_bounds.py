"""How far a mean may rise within a KL: E_π f − E₀ f where KL(π‖π₀) ≤ ε (Donsker–Varadhan).

Each is inf over λ > 0 of (ε + log E₀ e^{λ(f − E₀f)})/λ for what is known of f under the base π₀.
The gain has f's unit, ε is in nats. For −f they limit the loss. Heavy tails (Student t, Pareto,
lognormal) have no such bound: the supremum is infinite for every ε > 0 (Kwa et al. 2024,
arXiv:2407.14503), and it does not show in samples, whose own log-mgf is always finite.
"""

import math
from collections.abc import Callable

from scipy.optimize import minimize_scalar

from looksgood.ops.binary_kl import check_nats, max_event_probability

LogMgf = Callable[[float], float]


def sub_gaussian_gain_bound(kl_nats: float, sigma: float) -> float:
    """Return σ√(2ε), where log E₀ e^{λ(f − E₀f)} ≤ λ²σ²/2 for all λ; attained by a Gaussian.

    σ is a known constant (half the range does, by Hoeffding), not the sd of a sample.

    Source: Mroueh (2024), arXiv:2406.05883.

    Raises:
        ValueError: the KL is negative or NaN, or σ is negative or not finite.
    """
    check_nats(kl_nats)
    _check_scale("sigma", sigma)
    return sigma * math.sqrt(2 * kl_nats) if sigma else 0.0


def sub_gamma_gain_bound(kl_nats: float, variance: float, scale: float) -> float:
    """Return √(2vε) + cε, where log E₀ e^{λ(f − E₀f)} ≤ λ²v/(2(1 − cλ)) for 0 < λ < 1/c.

    An upper tail like that of a gamma variable; c = `scale` has f's unit, v its square.

    Source: Boucheron, Lugosi & Massart (2013), Concentration Inequalities §2.4, Theorem 2.3.

    Raises:
        ValueError: the KL is negative or NaN, or v or c is negative or not finite.
    """
    check_nats(kl_nats)
    _check_scale("variance", variance)
    _check_scale("scale", scale)
    root_term = math.sqrt(2 * variance * kl_nats) if variance else 0.0
    return root_term + (scale * kl_nats if scale else 0.0)


def bounded_gain_bound(kl_nats: float, base_mean: float, low: float, high: float) -> float:
    """Return (b − a) (p_max(q, ε) − q), q = (E₀f − a)/(b − a), where a ≤ f ≤ b.

    Attained by an f that is a or b only: nothing better follows from range and mean. Never above
    (b − a) √(ε/2), and at most b − E₀f.

    Raises:
        ValueError: the KL is negative or NaN, the range is empty or not finite, or the mean lies
            outside of it.
    """
    check_nats(kl_nats)
    if not -math.inf < low < high < math.inf:
        raise ValueError(f"range {low:g} … {high:g}: it must be finite, and its ends apart")
    if not low <= base_mean <= high:
        raise ValueError(f"base mean {base_mean:g} lies outside the range {low:g} … {high:g}")
    q = (base_mean - low) / (high - low)
    return (high - low) * (max_event_probability(q, kl_nats).p - q)


def log_mgf_gain_bound(kl_nats: float, log_mgf: LogMgf, max_lambda: float = math.inf) -> float:
    """Return inf over 0 < λ < `max_lambda` of (ε + ψ(λ))/λ, the tight bound for one base.

    `log_mgf` is ψ(λ) = log E₀ e^{λ(f − E₀f)} of the *base distribution*, infinite where that is;
    `max_lambda` has the unit 1/f. One fitted or summed over samples proves nothing about tails.

    Raises:
        ValueError: the KL is negative or NaN, ψ is NaN or negative, or it is infinite at every λ
            that was tried (heavy tails: no bound exists).
    """
    check_nats(kl_nats)
    if not max_lambda > 0:
        raise ValueError(f"max_lambda = {max_lambda:g}: it must be above 0")
    best, value = _valley(min(max_lambda, 2.0**100), kl_nats, log_mgf)
    if kl_nats == 0:
        return 0.0
    found = minimize_scalar(
        _bound_at,
        bounds=(math.log(best / 4), math.log(min(best * 4, max_lambda))),
        args=(kl_nats, log_mgf),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return min(float(found.fun), value)  # pyright: ignore[reportAttributeAccessIssue]


def _valley(top: float, kl_nats: float, log_mgf: LogMgf) -> tuple[float, float]:
    """Return the lowest point of a coarse grid of λ, from `top` down; there is one valley."""
    best, value = math.nan, math.inf
    rate = top / 2  # at the top itself ψ is often infinite
    for _ in range(150):
        here = _bound_at(math.log(rate), kl_nats, log_mgf)
        if here > 2 * value:  # far on the other side; on a plateau rounding alone may rise
            break
        if here < value:
            best, value = rate, here
        rate /= 4
    if math.isinf(value):
        raise ValueError(
            f"the log-mgf is infinite at every λ from {rate:.0e} to {top:.0e}: with such heavy "
            "tails the mean may rise without limit within any KL above 0; bound the score, or "
            "certify an event instead"
        )
    return best, value


def _bound_at(log_lambda: float, kl_nats: float, log_mgf: LogMgf) -> float:
    rate = math.exp(log_lambda)
    try:
        psi = log_mgf(rate)
    except OverflowError:
        return math.inf
    if not psi >= -1e-12:  # also NaN; E₀ of the centred f is 0, so ψ ≥ 0 (Jensen)
        raise ValueError(f"log-mgf({rate:g}) = {psi:g}: of a centred f it is never negative")
    return (kl_nats + psi) / rate


def _check_scale(name: str, value: float) -> None:
    if not 0 <= value < math.inf:
        raise ValueError(f"{name} = {value:g}: it must be finite and not negative")
