"""Where a fitted curve turns over, how high, and the sets in which both may lie."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from looksgood.ops.curve_fit import CurveFit
from looksgood.ops.curve_forms import LOGARITHMIC, STRAIGHT, Points, form_basis, form_slope
from looksgood.ops.fieller import FiellerSet, fieller


@dataclass(frozen=True, slots=True)
class CurvePeak:
    """The peak of a fitted curve along d = √KL."""

    d: float | None
    """Position of the fitted curve's highest point, in √nats; None where it has none at d > 0."""
    height: float | None
    heights: tuple[float, float] | None
    """Confidence interval of the height; None (it may be any) where positions are not bounded.

    Also None where they reach 0 or lie beyond 10^100.

    Where sets are seldom bounded, those that are come from lucky draws: over all draws the
    interval covers as often as it says, over the bounded ones less often.
    """
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


def curve_peak(fit: CurveFit, *, level: float = 0.95) -> CurvePeak:
    """Return the peak: d* = α/2β (`best_of_n`, `quadratic`) or e^{α/β − 1} (RL); and its set.

    Heights are α²/4β (plus the intercept) and β d*. `verdict` is "no peak within the data" unless
    the curve bends down (β > 0), its set is bounded, and its set begins within the data; where it
    also ends there, the peak lies within. Beyond d ≈ e^700 an end is given as infinite.

    Source: Gao et al. (2022), arXiv:2210.10760 §3 for the forms; `fieller` for the set.

    Raises:
        ValueError: the form is a line, which has no peak; a level outside (0, 1).
    """
    if fit.form in STRAIGHT:
        raise ValueError("a line has no peak: fit best_of_n, rl or quadratic")
    v = fit.covariance[-2:, -2:]
    ratio = fieller(fit.alpha, fit.beta, v[0, 0], v[1, 1], v[0, 1], fit.critical(level))
    positions = tuple(_positions(fit, ratio))
    bounded = ratio.shape == "interval" and bool(positions)
    d = _position(fit, fit.alpha / fit.beta) if fit.beta > 0 else None
    if d is None or d <= 0 or not math.isfinite(d):
        return CurvePeak(None, None, None, positions, bounded, "no peak within the data")
    height = float(form_basis(fit.form, np.array([d]))[0] @ fit.coefficients)
    if not bounded:
        return CurvePeak(d, height, None, positions, bounded, "no peak within the data")
    low, high = positions[0]
    verdict = "no peak within the data"
    if fit.d_min <= high and low <= fit.d_max:
        inside = fit.d_min <= low and high <= fit.d_max
        verdict = "peak within the data" if inside else "peak may lie beyond the data"
    heights = _heights(fit, low, high, fit.critical(level))
    return CurvePeak(d, height, heights, positions, bounded, verdict)


def _heights(fit: CurveFit, low: float, high: float, critical: float) -> tuple[float, float] | None:
    """Return the least and greatest height of any curve within `critical` of the fit.

    A curve with its peak at d of height h has slope 0 and value h there: with s, f the fitted slope
    and value, s²/Var s + (h − f + s Cov/Var s)²/Var(f | s) ≤ c² bounds h for each d.
    """
    if not 0 < low <= high < 1e100:
        return None

    def ends(log_d: Points, sign: float) -> Points:
        d = np.exp(log_d)
        rise, level = form_slope(fit.form, d), form_basis(fit.form, d)
        slope, value = rise @ fit.coefficients, level @ fit.coefficients
        v = fit.covariance
        var_slope, var_value = ((a @ v * a).sum(axis=1) for a in (rise, level))
        if not var_slope.all():  # an exact fit
            return value
        cov = (rise @ v * level).sum(axis=1)
        left = np.maximum(critical**2 - slope**2 / var_slope, 0.0)
        spread = np.maximum(var_value - cov**2 / var_slope, 0.0)
        return value - slope * cov / var_slope + sign * np.sqrt(left * spread)

    span = math.log(low), math.log(high)
    return -_most(lambda x: -ends(x, -1.0), *span), _most(lambda x: ends(x, 1.0), *span)


def _most(function: Callable[[Points], Points], low: float, high: float) -> float:
    """Return the greatest value of a smooth function: a grid, four times narrowed to its best."""
    most = -math.inf
    for _ in range(4):
        grid = np.linspace(low, high, 65)
        values = function(grid)
        best = int(values.argmax())
        most = max(most, float(values[best]))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 64)]
    return most


def _position(fit: CurveFit, ratio: float) -> float:
    if fit.form not in LOGARITHMIC:
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
