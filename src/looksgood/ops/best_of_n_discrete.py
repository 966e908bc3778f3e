"""Best-of-n on a finite set of outcomes: exact probabilities, KL, win rate; nothing sampled."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import xlogy

from looksgood.ops.checks import refuse_not_distribution, refuse_not_finite

Outcomes = Float[np.ndarray, " outcomes"]


@dataclass(frozen=True, slots=True)
class BestOfN:
    """What best-of-n does to a distribution."""

    probs: Outcomes
    kl_nats: float
    """KL(best-of-n ‖ base), at most log n − (n − 1)/n and at most −log P(best class)."""
    win_rate: float
    """P(beats one base draw) + half P(ties with it), by proxy; at most n/(n + 1)."""

    def mean(self, score: Outcomes) -> float:
        """Return the mean of any score of the outcomes under best-of-n."""
        return float(self.probs @ score)


def best_of_n_distribution(base_probs: Outcomes, proxy: Outcomes, n: int) -> BestOfN:
    """Return best-of-n by `proxy` over finitely many outcomes, ties broken at random.

    A tie class with base probability p, above F of the base, is chosen with (F + p)^n − F^n, and
    within it outcomes keep their base proportions.

    Source: Beirami et al. (2024), arXiv:2401.01879 Lemma 1 and Theorem 1.

    Raises:
        ValueError: n < 1, shapes differ, NaN, or probabilities negative or not summing to 1.
    """
    refuse_not_distribution("base_probs", base_probs)
    refuse_not_finite(proxy=proxy)
    if n < 1:
        raise ValueError(f"n={n}: the best of none does not exist")
    if proxy.shape != base_probs.shape:
        raise ValueError(f"{len(proxy)} proxy scores for {len(base_probs)} outcomes: one each")
    _, group = np.unique(proxy, return_inverse=True)
    each = np.bincount(group, weights=base_probs)
    # summed from the better side too: 1 − F is exact for the classes that best-of-n favours
    above = np.concatenate([np.cumsum(each[::-1])[::-1][1:], [0.0]])
    held = each > 0
    p, rest = each[held], above[held]
    with np.errstate(divide="ignore"):
        log_here = np.where(rest < 0.5, np.log1p(-rest), np.log(np.cumsum(each)[held]))
        # F^n − (F − p)^n cancels for rare classes
        log_p = np.log(p)
        ratio = np.minimum(p / np.exp(log_here), 1.0)
        log_chosen = n * log_here + np.log(-np.expm1(n * np.log1p(-ratio)))
    chosen = np.zeros_like(each)
    chosen[held] = np.exp(log_chosen)
    terms = chosen[held] * np.where(chosen[held] > 0, log_chosen - log_p, 0.0)
    below = np.concatenate([[0.0], np.cumsum(each)[:-1]])
    win_rate = float(chosen @ (below + each / 2))
    within = np.divide(chosen, each, out=np.zeros_like(each), where=each > 0)
    return BestOfN(base_probs * within[group], max(float(terms.sum()), 0.0), win_rate)


def best_of_n_kl_estimate_nats(winner_prob: float, n: int) -> float:
    """Return Beirami et al.'s estimate of best-of-n's KL from the base probability of its winner.

    With ε = π₀(winner): (1−ε)ⁿ [log n + (n−1) log(1−ε) − (n−1)/n] + (1−(1−ε)ⁿ) log((1−(1−ε)ⁿ)/ε).
    Averaged over winners it approximates the KL of one prompt: an *estimate*, neither a bound nor
    unbiased. Near log n − (n−1)/n where ε n is small, and −log ε where it is large.

    Source: Beirami et al. (2024), arXiv:2401.01879 §5.

    Raises:
        ValueError: n < 1 or a probability outside (0, 1].
    """
    if n < 1 or not 0 < winner_prob <= 1:
        raise ValueError(f"n={n}, winner_prob={winner_prob}: n ≥ 1 and a probability in (0, 1]")
    if winner_prob == 1:
        return 0.0
    log_none = n * math.log1p(-winner_prob)
    some = -math.expm1(log_none)
    new = math.log(n) + (n - 1) * math.log1p(-winner_prob) - (n - 1) / n
    return math.exp(log_none) * new + float(xlogy(some, some / winner_prob))
