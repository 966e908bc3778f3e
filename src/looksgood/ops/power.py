"""How many expert labels a study needs, for a one-sided test of a paired difference.

n = ((z_{1−α} + z_{power}) sd_D/δ)²: sd_D the sd of differences paired by prompt, δ the smallest
difference that matters, in the same units. A judge of correlation ρ with the expert, known on very
many more items, leaves (1 − ρ²) of it (PPI++ at N ≫ n).
"""

import math

from scipy import special

from looksgood.ops.checks import inside, number, positive


def labels_needed(
    sd_difference: float,
    smallest_effect: float,
    alpha: float = 0.05,
    power: float = 0.8,
    judge_correlation: float = 0.0,
) -> int:
    """Return the number of labels, rounded up; by the normal formula, so add 2 where it is small.

    Raises:
        ValueError: sd or effect is not positive, alpha, power not in (0, 1), |ρ| ≥ 1, power ≤ α.
    """
    sd = _unexplained(sd_difference, judge_correlation)
    if not inside("power", power) > inside("alpha", alpha):
        raise ValueError(f"power={power}: without any label it is alpha={alpha}")
    z = _z(1 - alpha) + _z(power)
    return math.ceil((z * sd / positive("smallest_effect", smallest_effect)) ** 2)


def power_of(
    labels: int,
    sd_difference: float,
    effect: float,
    alpha: float = 0.05,
    judge_correlation: float = 0.0,
) -> float:
    """Return the probability that `labels` labels show an effect of that size.

    At an effect of 0 this is alpha, and less where the difference is to the other side.

    Raises:
        ValueError: labels < 1, sd is not positive, the effect not finite, alpha not in (0, 1), or
            |ρ| ≥ 1.
    """
    sd = _unexplained(sd_difference, judge_correlation)
    standard_errors = number("effect", effect) / sd * math.sqrt(positive("labels", labels))
    return float(special.ndtr(standard_errors - _z(1 - inside("alpha", alpha))))


def detectable_effect(
    labels: int,
    sd_difference: float,
    alpha: float = 0.05,
    power: float = 0.8,
    judge_correlation: float = 0.0,
) -> float:
    """Return the smallest effect that `labels` labels show with probability `power`.

    Raises:
        ValueError: labels < 1, sd is not positive, alpha or power not in (0, 1), or |ρ| ≥ 1.
    """
    z = _z(1 - inside("alpha", alpha)) + _z(inside("power", power))
    sd = _unexplained(sd_difference, judge_correlation)
    return z * sd / math.sqrt(positive("labels", labels))


def _unexplained(sd_difference: float, judge_correlation: float) -> float:
    if not -1 < judge_correlation < 1:
        raise ValueError(f"judge_correlation={judge_correlation}: strictly between -1 and 1")
    return positive("sd_difference", sd_difference) * math.sqrt(1 - judge_correlation**2)


def _z(share: float) -> float:
    return float(special.ndtri(share))
