"""Fit a form of score against d = √KL by generalised least squares, and say how sure it is."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import linalg
from scipy.special import stdtrit

from looksgood.core.errors import TooFew
from looksgood.ops.checks import refuse_level, refuse_not_finite
from looksgood.ops.curve_forms import (
    STRAIGHT,
    WITH_INTERCEPT,
    Form,
    Points,
    form_basis,
    form_slope,
)

Matrix = Float[np.ndarray, "points points"]


@dataclass(frozen=True, slots=True)
class CurveFit:
    """Coefficients of a form, and their covariance."""

    form: Form
    coefficients: Float[np.ndarray, " coefficients"]
    """As `form_basis` orders them; α and β are also properties."""
    covariance: Float[np.ndarray, "coefficients coefficients"]
    df: float
    """Residual degrees of freedom; infinite where the errors' size was given."""
    residual_variance: float | None
    """Estimated variance of one score about the curve; None where the errors were given."""
    log_likelihood: float
    """Greatest Gaussian log-likelihood, in nats."""
    d_min: float
    d_max: float
    """Range of the data: beyond it the curve is an extrapolation."""

    @property
    def alpha(self) -> float:
        """The coefficient of d."""
        return float(self.coefficients[1 if self.form in WITH_INTERCEPT else 0])

    @property
    def beta(self) -> float:
        """The coefficient that bends the curve down where positive; 0 for a line."""
        return 0.0 if self.form in STRAIGHT else float(self.coefficients[-1])

    @property
    def aic(self) -> float:
        """2 × parameters − 2 log-likelihood; an estimated variance counts as a parameter."""
        parameters = len(self.coefficients) + (self.residual_variance is not None)
        return 2 * parameters - 2 * self.log_likelihood

    def critical(self, level: float) -> float:
        """Return the two-sided Student quantile (normal where errors were given)."""
        refuse_level(level)
        return float(stdtrit(self.df, 0.5 + level / 2))


@dataclass(frozen=True, slots=True)
class CurveBand:
    """A curve's value at each d and an interval for each d by itself."""

    mean: Points
    low: Points
    high: Points


def fit_curve(
    form: Form,
    d: Points,
    score: Points,
    *,
    sd: Points | None = None,
    covariance: Matrix | None = None,
) -> CurveFit:
    """Return the least-squares fit of `form` to scores at d = √KL (√nats).

    Errors are Gaussian: independent with standard deviations `sd`; or with `covariance`, which
    points read from one pool need (`best_of_n_covariance`); or, where neither is given,
    independent with one unknown variance, estimated from the residuals.

    Coefficients (XᵀV⁻¹X)⁻¹ XᵀV⁻¹y with covariance (XᵀV⁻¹X)⁻¹, times RSS/(n − k) if estimated.

    Source: Gao et al. (2022), arXiv:2210.10760 §3 for the forms; Aitken (1935) for the fit.

    Raises:
        TooFew: fewer points than coefficients, or no more than that where errors are estimated.
        ValueError: shapes differ, NaN, d < 0, sd ≤ 0, a covariance that is not symmetric and
            positive definite, both kinds of error, or points that do not determine the form.
    """
    refuse_not_finite(score=score)
    design = form_basis(form, d)
    points, k = design.shape
    root = error_root(points, sd, covariance)
    known = root is not None
    if score.shape != (points,):
        raise ValueError(f"{len(score)} scores at {points} values of d: one each is needed")
    needed = k if known else k + 1
    if points < needed:
        raise TooFew(f"{points} points for {k} coefficients of {form}: {needed} or more are needed")
    if root is not None:
        design = linalg.solve_triangular(root, design, lower=True)
        score = linalg.solve_triangular(root, score, lower=True)
    coefficients, inverse = _solve(form, design, score)
    residuals = score - design @ coefficients
    rss = float(residuals @ residuals)
    if root is not None:
        variance, df = None, math.inf
        log_root = float(np.log(np.diag(root)).sum())
        likelihood = -rss / 2 - log_root - points / 2 * math.log(2 * math.pi)
    else:
        variance, df = rss / (points - k), float(points - k)
        inverse = inverse * variance
        log_variance = math.log(2 * math.pi * rss / points) if rss > 0 else -math.inf
        likelihood = -points / 2 * (log_variance + 1)
    return CurveFit(
        form, coefficients, inverse, df, variance, likelihood, float(d.min()), float(d.max())
    )


def curve_band(
    fit: CurveFit, d: Points, *, level: float = 0.95, new_sd: float | None = None
) -> CurveBand:
    """Return the fitted curve at d with an interval for the curve, or for a new score there.

    `new_sd` is the standard deviation of the new score's own error (independent of the data), and
    makes it a prediction interval: pass `math.sqrt(fit.residual_variance)` for one more point
    like those fitted. Beyond `fit.d_max` both intervals suppose that the form still holds.

    Raises:
        ValueError: as `form_basis`; a level outside (0, 1); a negative `new_sd`.
    """
    return _band(fit, form_basis(fit.form, d), level, new_sd)


def slope_band(fit: CurveFit, d: Points, *, level: float = 0.95) -> CurveBand:
    """Return the fitted slope with respect to d, and its interval at each d.

    Raises:
        ValueError: as `form_slope`; a level outside (0, 1).
    """
    return _band(fit, form_slope(fit.form, d), level, None)


def error_root(points: int, sd: Points | None, covariance: Matrix | None) -> Matrix | None:
    """Return the lower Cholesky factor of the errors' covariance; None where none was given.

    Raises:
        ValueError: as `fit_curve`.
    """
    if sd is not None and covariance is not None:
        raise ValueError("both sd and covariance were given: one of them says how scores err")
    if sd is not None:
        refuse_not_finite(sd=sd)
        if sd.shape != (points,) or (sd <= 0).any():
            raise ValueError(f"sd of shape {sd.shape}, smallest {sd.min():.3g}: {points} above 0")
        return np.diag(sd)
    if covariance is None:
        return None
    refuse_not_finite(covariance=covariance)
    if covariance.shape != (points, points) or not np.allclose(covariance, covariance.T):
        raise ValueError(f"covariance of shape {covariance.shape}: symmetric {(points, points)}")
    try:
        return linalg.cholesky(covariance, lower=True)
    except linalg.LinAlgError as error:
        raise ValueError(f"covariance is not positive definite ({error})") from error


def _band(
    fit: CurveFit, rows: Float[np.ndarray, "points k"], level: float, new_sd: float | None
) -> CurveBand:
    extra = 0.0 if new_sd is None else new_sd
    if not 0 <= extra < math.inf:
        raise ValueError(f"new_sd={new_sd}: a standard deviation is finite and not negative")
    mean = rows @ fit.coefficients
    variance = np.einsum("pi,ij,pj->p", rows, fit.covariance, rows) + extra**2
    half = fit.critical(level) * np.sqrt(variance)
    return CurveBand(mean, mean - half, mean + half)


def _solve(
    form: Form, design: Float[np.ndarray, "points k"], score: Points
) -> tuple[Float[np.ndarray, " k"], Float[np.ndarray, "k k"]]:
    """Return coefficients and (XᵀX)⁻¹ by QR; columns are scaled first, so d's unit is no matter."""
    scale = np.sqrt((design**2).sum(axis=0))
    scale[scale == 0] = 1.0
    q, r = np.linalg.qr(design / scale)
    if np.linalg.cond(r) > 1e10:
        raise ValueError(f"the points do not determine {form}: its columns are collinear there")
    inverse_r = linalg.solve_triangular(r, np.eye(len(r))) / scale[:, None]
    return inverse_r @ (q.T @ score), inverse_r @ inverse_r.T
