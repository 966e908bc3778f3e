"""Lind and Mehlum's test of an inverted U: rising at one end *and* falling at the other."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from looksgood.ops.curve_fit import CurveFit
from looksgood.ops.curve_forms import STRAIGHT, form_slope


@dataclass(frozen=True, slots=True)
class InvertedUTest:
    """Slopes at both ends of a range of d = √KL, and the test that they differ in sign."""

    low: float
    high: float
    slope_low: float
    slope_high: float
    p_rises: float
    """One-sided p of "the slope at `low` is not positive"."""
    p_falls: float
    """One-sided p of "the slope at `high` is not negative"."""

    @property
    def p_value(self) -> float:
        """P of "no inverted U within the range": the larger of the two (intersection-union)."""
        return max(self.p_rises, self.p_falls)


def inverted_u_test(
    fit: CurveFit, *, low: float | None = None, high: float | None = None
) -> InvertedUTest:
    """Test "monotone or U-shaped on [low, high]" against "rises at low and falls at high".

    By default over the range of the data; `rl` needs `low` > 0. The form must hold: a quadratic
    fitted to a rise that levels off finds a turn that is not there, so read `monotone_or_unimodal`
    beside it. It rejects at level α just where the 1 − 2α Fieller set of the turning point is
    bounded, a peak, and inside [low, high].

    Source: Lind & Mehlum (2010), Oxford Bull. Econ. Stat. 72:109; Sasabuchi (1980), Biometrika
    67:429.

    Raises:
        ValueError: the form is a line, an end is not finite or negative, low is not below high,
            `rl` at low = 0, or the fit is exact, so that its error is unknown.
    """
    if fit.form in STRAIGHT:
        raise ValueError("a line has one slope: fit best_of_n, rl or quadratic")
    ends = np.array([fit.d_min if low is None else low, fit.d_max if high is None else high])
    rows = form_slope(fit.form, ends)
    if ends[0] >= ends[1]:
        raise ValueError(f"low={ends[0]:.6g}, high={ends[1]:.6g}: low must be below high")
    slopes = rows @ fit.coefficients
    sd = np.sqrt(np.einsum("ei,ij,ej->e", rows, fit.covariance, rows))
    if not sd.all():
        raise ValueError("the fit is exact: with no residual there is no error to test against")
    p_rises = float(stdtr(fit.df, -slopes[0] / sd[0]))
    p_falls = float(stdtr(fit.df, slopes[1] / sd[1]))
    low_end, high_end = map(float, ends)
    return InvertedUTest(low_end, high_end, float(slopes[0]), float(slopes[1]), p_rises, p_falls)
