"""Where a fitted curve turns over, how high, and the set of places where it may: Fieller's.

A peak's position is a ratio of two estimates, and a ratio whose denominator may be 0 has no bounded
confidence set. Fieller's set is exact, and then unbounded, or the outside of an interval, or the
whole line: represented as such, never cut off.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from looksgood.ops.curve_fit import CurveFit
from looksgood.ops.curve_forms import form_basis

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


@dataclass(frozen=True, slots=True)
class CurvePeak:
    """The peak of a fitted curve along d = √KL."""

    d: float | None
    """Position of the fitted curve's highest point, in √nats; None where it has none at d > 0."""
    height: float | None
    height_sd: float | None
    """First-order standard error of the height; None where the set of positions is not bounded."""
    positions: tuple[tuple[float, float], ...]
    """Confidence set of the position as intervals of d ≥ 0, upwards; ends may be 0 or infinite.

    It is the set of d at which the slope does not differ from 0 at this level. Empty where no
    such d is positive.
    """
    bounded: bool
    """Whether the set is one finite interval, which needs β to differ from 0 at this level."""
    verdict: Literal[
        "peak within the data", "peak may lie beyond the data", "no peak within the data"
    ]

    @property
    def kl_nats(self) -> float | None:
        """The position as a KL."""
        return None if self.d is None else self.d**2


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


def curve_peak(fit: CurveFit, *, level: float = 0.95) -> CurvePeak:
    """Return the peak: d* = α/2β (`best_of_n`, `quadratic`), e^{α/β − 1} (`rl`); and its set.

    Heights are α²/4β (plus the intercept) and β d*. `verdict` is "no peak within the data" unless
    the curve bends down (β > 0), its set is bounded, and its set begins within the data; where it
    also ends there, the peak lies within. Beyond d ≈ e^700 an end is given as infinite.

    Source: Gao et al. (2022), arXiv:2210.10760 §3 for the forms; `fieller` for the set.

    Raises:
        ValueError: the form is `linear`, which has no peak; a level outside (0, 1).
    """
    if fit.form == "linear":
        raise ValueError("a line has no peak: fit best_of_n, rl or quadratic")
    v = fit.covariance[-2:, -2:]
    ratio = fieller(fit.alpha, fit.beta, v[0, 0], v[1, 1], v[0, 1], fit.critical(level))
    positions = tuple(_positions(fit, ratio))
    bounded = ratio.shape == "interval" and bool(positions)
    d = _position(fit, fit.alpha / fit.beta) if fit.beta > 0 else None
    if d is None or d <= 0 or not math.isfinite(d):
        return CurvePeak(None, None, None, positions, bounded, "no peak within the data")
    # at the peak the slope is 0, so to first order only the coefficients move its height
    row = form_basis(fit.form, np.array([d]))[0]
    height_sd = math.sqrt(row @ fit.covariance @ row) if bounded else None
    verdict = "no peak within the data"
    if bounded and fit.d_min <= positions[0][1] and positions[0][0] <= fit.d_max:
        low, high = positions[0]
        inside = fit.d_min <= low and high <= fit.d_max
        verdict = "peak within the data" if inside else "peak may lie beyond the data"
    return CurvePeak(d, float(row @ fit.coefficients), height_sd, positions, bounded, verdict)


def _position(fit: CurveFit, ratio: float) -> float:
    if fit.form != "rl":
        return ratio / 2
    return math.exp(ratio - 1) if ratio < 700 else math.inf


def _positions(fit: CurveFit, ratio: FiellerSet) -> list[tuple[float, float]]:
    """Map the set of α/β to d, keeping what is not negative."""
    pieces = {
        "interval": [(ratio.low, ratio.high)],
        "complement": [(-math.inf, ratio.low), (ratio.high, math.inf)],
        "everything": [(-math.inf, math.inf)],
    }[ratio.shape]
    mapped = [(_position(fit, low), _position(fit, high)) for low, high in pieces]
    return [(max(low, 0.0), high) for low, high in mapped if high > 0]


def _half_line(half: float, constant: float) -> FiellerSet:
    """{ρ : constant ≤ 2 half ρ}: the boundary case, as a complement with one end at infinity."""
    if half == 0:
        return FiellerSet("everything", -math.inf, math.inf)
    end = constant / (2 * half)
    if half > 0:
        return FiellerSet("complement", -math.inf, end)
    return FiellerSet("complement", end, math.inf)
