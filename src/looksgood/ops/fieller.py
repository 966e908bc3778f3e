"""Fieller's confidence set of a ratio of two estimates: exact, and not always an interval.

A ratio whose denominator may be 0 has no bounded confidence set. The set is then the outside of an
interval, or the whole line: represented as such, never cut off.
"""

import math
from dataclasses import dataclass
from typing import Literal

Shape = Literal["interval", "complement", "everything"]


@dataclass(frozen=True, slots=True)
class FiellerSet:
    """Confidence set of a ratio: [low, high], or (−∞, low] ∪ [high, ∞), or all numbers."""

    shape: Shape
    low: float
    high: float

    def contains(self, ratio: float) -> bool:
        """Return whether the ratio is in the set."""
        if self.shape == "interval":
            return self.low <= ratio <= self.high
        return self.shape == "everything" or ratio <= self.low or ratio >= self.high


def fieller(
    numerator: float,
    denominator: float,
    var_numerator: float,
    var_denominator: float,
    covariance: float,
    critical: float,
) -> FiellerSet:
    """Return {ρ : (a − ρ b)² ≤ c² Var(a − ρ b)} for a ratio a/b of jointly normal estimates.

    An interval where |b| exceeds c standard errors; otherwise its complement, or everything.

    Source: Fieller (1954), J. R. Stat. Soc. B 16:175; Scheffé (1970).

    Raises:
        ValueError: a variance is negative, the covariance exceeds what they allow, c ≤ 0, or NaN.
    """
    given = (numerator, denominator, var_numerator, var_denominator, covariance, critical)
    if not all(map(math.isfinite, given)) or critical <= 0:
        raise ValueError(f"{given}: finite estimates and a positive critical value are needed")
    if min(var_numerator, var_denominator) < 0 or covariance**2 > (
        var_numerator * var_denominator * (1 + 1e-9)
    ):
        raise ValueError(f"variances {var_numerator}, {var_denominator} with {covariance}: not one")
    c2 = critical**2
    square = denominator**2 - c2 * var_denominator
    half = numerator * denominator - c2 * covariance
    constant = numerator**2 - c2 * var_numerator
    if square == 0:
        return _half_line(half, constant)
    # half² − square·constant, written without their cancelling product a² b²
    spread = c2 * (
        numerator**2 * var_denominator
        + denominator**2 * var_numerator
        - 2 * numerator * denominator * covariance
        - c2 * (var_numerator * var_denominator - covariance**2)
    )
    if spread < 0:
        return FiellerSet("everything", -math.inf, math.inf)
    far = half + math.copysign(math.sqrt(spread), half)
    roots = (far / square, constant / far if far else 0.0)
    return FiellerSet("interval" if square > 0 else "complement", min(roots), max(roots))


def _half_line(half: float, constant: float) -> FiellerSet:
    """{ρ : constant ≤ 2 half ρ}: the boundary case, as a complement with one end at infinity."""
    if half == 0:
        return FiellerSet("everything", -math.inf, math.inf)
    end = constant / (2 * half)
    if half > 0:
        return FiellerSet("complement", -math.inf, end)
    return FiellerSet("complement", end, math.inf)
