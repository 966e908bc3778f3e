"""Where a fitted curve turns over, how high, and the sets in which both may lie."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize_scalar

from looksgood.ops.curve_fit import CurveFit
from looksgood.ops.curve_forms import form_basis, form_slope
from looksgood.ops.fieller import FiellerSet, fieller


@dataclass(frozen=True, slots=True)
class CurvePeak:
    """The peak of a fitted curve along d = √KL."""

    d: float | None
    """Position of the fitted curve's highest point, in √nats; None where it has none at d > 0."""
    height: float | None
    heights: tuple[float, float] | None
    """Confidence interval of the height; None (it may be any) where `bounded` is False.

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
    if not 0 < low <= high < math.inf:
        return None

    def end(log_d: float, sign: float) -> float:
        d = np.array([math.exp(log_d)])
        rows = np.concatenate([form_slope(fit.form, d), form_basis(fit.form, d)])
        slope, value = rows @ fit.coefficients
        (var_slope, cov), (_, var_value) = rows @ fit.covariance @ rows.T
        if var_slope <= 0:  # an exact fit
            return float(value)
        left = max(critical**2 - slope**2 / var_slope, 0.0)
        spread = max(var_value - cov**2 / var_slope, 0.0)
        return float(value - slope * cov / var_slope + sign * math.sqrt(left * spread))

    grid = np.linspace(math.log(low), math.log(high), 65)
    return _extreme(lambda x: end(x, -1.0), grid), -_extreme(lambda x: -end(x, 1.0), grid)


def _extreme(function: Callable[[float], float], grid: Float[np.ndarray, " places"]) -> float:
    """Return the least value of a smooth function, sought between the neighbours of the best."""
    values = [function(x) for x in grid]
    best = int(np.argmin(values))
    ends = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    if ends[0] == ends[1]:
        return values[best]
    found = minimize_scalar(function, bounds=ends, method="bounded", options={"xatol": 1e-9})
    return min(values[best], float(found.fun))


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
