"""What divergences other than KL, or a mechanism, prove about an event of base probability q.

Each needs just what it names. A KL is no χ², no Rényi divergence and no bound on a ratio, and what
holds for best-of-n or for the tilted policy does not hold for RL. Every p below is π(A), q is
π₀(A); q may be a float or a `Probability`. All bounds are tight.
"""

import math

from looksgood.ops.binary_kl import check_nats
from looksgood.ops.probability import Probability


def chi2_max_event_probability(q: float | Probability, chi2: float) -> float:
    """Return q + √(χ² q(1−q)), at most 1, where χ²(π‖π₀) = E₀[(π/π₀ − 1)²] ≤ `chi2`.

    Source: binary χ² = (p − q)²/(q(1 − q)), by data processing; see Laidlaw et al. (2024),
    arXiv:2403.03185.

    Raises:
        ValueError: q is not a probability, or χ² is negative or NaN.
    """
    q = Probability.of(q, "base rate q")
    check_nats(chi2, "χ²", "")
    return min(1.0, q.p + _spread(q, chi2))


def chi2_min_event_probability(q: float | Probability, chi2: float) -> float:
    """Return q − √(χ² q(1−q)), at least 0, where χ²(π‖π₀) ≤ `chi2`.

    Raises:
        ValueError: q is not a probability, or χ² is negative or NaN.
    """
    other = Probability.of(q, "base rate q").complement()
    return 1.0 - chi2_max_event_probability(other, chi2)


def max_ratio_max_event_probability(q: float | Probability, log_ratio: float) -> Probability:
    """Return min(1, q e^D), where log π/π₀ ≤ D = `log_ratio` everywhere (Rényi's D_∞), in nats.

    Raises:
        ValueError: q is not a probability, or D is negative or NaN (the ratio's mean is 1).
    """
    q = Probability.of(q, "base rate q")
    check_nats(log_ratio, "the largest log ratio")
    if q.log_p == -math.inf:  # a finite ratio, or none: where the base never goes it is 0/0
        return Probability.of(1.0 if log_ratio == math.inf else 0.0)
    return Probability.from_log(min(0.0, q.log_p + log_ratio))


def max_ratio_min_event_probability(q: float | Probability, log_ratio: float) -> Probability:
    """Return max(0, 1 − (1−q) e^D), where log π/π₀ ≤ D everywhere.

    Raises:
        ValueError: q is not a probability, or D is negative or NaN.
    """
    other = Probability.of(q, "base rate q").complement()
    return max_ratio_max_event_probability(other, log_ratio).complement()


def tilted_max_event_probability(
    q: float | Probability, reward_range: float, beta: float
) -> Probability:
    """Return p with log-odds raised by Δ/β: the most under π ∝ π₀ e^{r/β}, max r − min r ≤ Δ.

    Never above q e^{Δ/β}, and close to it where that is small. It holds for the *optimum* of
    E[r] − β KL; a policy on its way there, or stopped elsewhere, has no such bound.

    Source: Korbak et al. (2022), arXiv:2205.11275: the optimum is the tilted policy.

    Raises:
        ValueError: q is not a probability, the range is negative or infinite, or β is not above 0.
    """
    q = Probability.of(q, "base rate q")
    if not 0 <= reward_range < math.inf:
        raise ValueError(f"reward range = {reward_range:g}: it must be finite and not negative")
    if not 0 < beta < math.inf:
        raise ValueError(f"beta = {beta:g}: without a penalty above 0 no tilted policy exists")
    if q.log_p == -math.inf or q.log_not_p == -math.inf:
        return q
    return q.shifted(reward_range / beta)


def best_of_n_max_event_probability(q: float | Probability, n: int) -> Probability:
    """Return 1 − (1−q)^n: the best of n is in A only if one of n base samples is.

    By mechanism, whatever the score; attained by a score that is highest on A. Far tighter than
    through best-of-n's KL. It holds for best-of-n alone, never for a trained policy.

    Raises:
        ValueError: q is not a probability, or n is below 1.
    """
    q = Probability.of(q, "base rate q")
    if n < 1:
        raise ValueError(f"n={n}: the best of none does not exist")
    if n * q.p < 1e-16:  # all of q is lost in 1 − q
        log_p = q.log_p + math.log(n)
        return Probability(math.exp(log_p), 1.0, log_p, -math.exp(log_p))
    return Probability.from_log(n * q.log_not_p).complement()


def best_of_n_min_event_probability(q: float | Probability, n: int) -> Probability:
    """Return q^n: the best of n must be in A if all n base samples are.

    Raises:
        ValueError: q is not a probability, or n is below 1.
    """
    other = Probability.of(q, "base rate q").complement()
    return best_of_n_max_event_probability(other, n).complement()


def _spread(q: Probability, chi2: float) -> float:
    if q.p in (0.0, 1.0):
        return 0.0 if chi2 < math.inf else math.inf
    return math.sqrt(chi2) * math.sqrt(q.p * q.not_p)
