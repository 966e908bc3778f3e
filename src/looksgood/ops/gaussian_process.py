"""A smooth curve of no particular form, with its slope: Gaussian-process regression.

Mean: an unknown constant with a flat prior (its uncertainty is in every variance). Kernels: `rbf`
s² exp(−τ²/2l²), smooth to all orders; `matern52` s²(1 + a + a²/3) e^{−a}, a = √5 |τ|/l, whose
slope is continuous but rougher. Amplitude s, length l and (where errors are not given) the noise
maximise the marginal likelihood; their own uncertainty is *not* in the variances, which are then
too small with few points: of ±1.96 sd, 10 points of Gao's curve with known errors held 95 % of the
curve and 97 % of the slope, with fitted errors 82 % and 89 % (tests/science).

Source: Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, eqs 2.41–2.45 (mean),
4.9 and 4.17 (kernels), §9.4 (derivatives).
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float
from scipy import linalg
from scipy.optimize import minimize
from scipy.special import ndtr

from looksgood.core.errors import TooFew
from looksgood.ops.checks import refuse_not_finite
from looksgood.ops.curve_fit import Matrix, error_root
from looksgood.ops.curve_forms import Points

Kernel = Literal["rbf", "matern52"]
Lags = Float[np.ndarray, "rows columns"]
Hyper = Float[np.ndarray, " hyperparameters"]


@dataclass(frozen=True, slots=True)
class GaussianProcess:
    """A fitted process: its data and the hyperparameters found."""

    kernel: Kernel
    x: Points
    score: Points
    noise: Matrix
    """Covariance of the scores' errors."""
    amplitude: float
    """Prior sd of the curve about its mean, in units of the score."""
    length: float
    """Length scale, in units of x."""
    log_marginal_likelihood: float
    """Of the contrasts that a constant leaves (eq. 2.45), in nats."""


@dataclass(frozen=True, slots=True)
class ProcessCurve:
    """Posterior of the curve and of its slope, at each place by itself."""

    mean: Points
    sd: Points
    slope: Points
    slope_sd: Points
    prob_falling: Points
    """Posterior probability that the slope is negative."""


def fit_gaussian_process(
    x: Points,
    score: Points,
    *,
    kernel: Kernel = "matern52",
    sd: Points | None = None,
    covariance: Matrix | None = None,
) -> GaussianProcess:
    """Return the process whose hyperparameters make the scores likeliest.

    Lengths are sought between a tenth of the range of x and ten times it, from several starts.
    Errors: `sd`, or `covariance`, or neither: then one independent noise is fitted.

    Raises:
        TooFew: fewer than 4 points.
        ValueError: shapes differ, NaN, errors that are not positive, x or scores all alike, or
            there is no such kernel.
    """
    refuse_not_finite(x=x, score=score)
    if kernel not in ("rbf", "matern52"):
        raise ValueError(f"kernel={kernel!r}: there are rbf and matern52")
    if x.shape != score.shape:
        raise ValueError(f"{len(score)} scores at {len(x)} places: one each is needed")
    if len(x) < 4:
        raise TooFew(f"{len(x)} points: amplitude, length and noise need 4 or more")
    spread, width = float(score.std()), float(np.ptp(x))
    if spread == 0 or width == 0:
        raise ValueError("all places or all scores are equal: no length can be told from them")
    root = error_root(len(x), sd, covariance)
    known = None if root is None else root @ root.T

    def cost(logs: Hyper) -> tuple[float, Hyper]:
        likelihood, gradient = _log_marginal(kernel, x, score, known, units * np.exp(logs))
        return -likelihood, -gradient

    units = np.array([spread, width] if known is not None else [spread, width, spread])
    bounds = [(math.log(1e-2), math.log(1e2)), (math.log(0.1), math.log(10))]
    bounds += [(math.log(1e-4), math.log(10))] if known is None else []
    starts = [[0.0, math.log(length), -1.5][: len(bounds)] for length in (0.15, 0.5, 2.0)]
    found = [minimize(cost, s, jac=True, bounds=bounds, method="L-BFGS-B") for s in starts]
    best = min(found, key=lambda one: one.fun)
    amplitude, length, *rest = (units * np.exp(best.x)).tolist()
    noise = rest[0] ** 2 * np.eye(len(x)) if known is None else known
    return GaussianProcess(kernel, x, score, noise, amplitude, length, -float(best.fun))


def process_curve(process: GaussianProcess, at: Points) -> ProcessCurve:
    """Return the posterior of the curve and of its slope at each place.

    Beyond the data it returns, over a length scale, to its mean: an extrapolation says little.

    Raises:
        ValueError: a place is NaN or infinite, or there is none.
    """
    refuse_not_finite(at=at)
    x, amplitude, length = process.x, process.amplitude, process.length
    k, _ = _kernel(process.kernel, x[:, None] - x[None], amplitude, length)
    root = linalg.cholesky(k + process.noise, lower=True)
    ones = linalg.solve_triangular(root, np.ones_like(x), lower=True)
    white = linalg.solve_triangular(root, process.score, lower=True)
    constant = float(ones @ white) / float(ones @ ones)
    white = white - constant * ones

    def posterior(cross: Lags, prior: float, level: float) -> tuple[Points, Points]:
        """Eqs 2.41 and 2.42; `level` is how the constant enters: 1 for values, 0 for slopes."""
        half = linalg.solve_triangular(root, cross, lower=True)
        left = level - ones @ half
        variance = prior - (half**2).sum(axis=0) + left**2 / float(ones @ ones)
        return level * constant + white @ half, np.sqrt(np.maximum(variance, 0.0))

    value, slope = _kernel(process.kernel, at[None] - x[:, None], amplitude, length)
    mean, sd = posterior(value, amplitude**2, 1.0)
    curvature = 1 if process.kernel == "rbf" else 5 / 3
    rise, rise_sd = posterior(slope, curvature * (amplitude / length) ** 2, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        falling = np.where(rise_sd > 0, ndtr(-rise / rise_sd), np.where(rise < 0, 1.0, 0.0))
    return ProcessCurve(mean, sd, rise, rise_sd, falling)


def process_draws(
    process: GaussianProcess, at: Points, normals: Float[np.ndarray, "draws places"]
) -> Float[np.ndarray, "draws places"]:
    """Return curves drawn from the posterior at all places jointly; `normals` are standard normal.

    Raises:
        ValueError: as `process_curve`.
    """
    refuse_not_finite(at=at)
    x, amplitude, length = process.x, process.amplitude, process.length
    kernels = [
        _kernel(process.kernel, one[:, None] - other[None], amplitude, length)[0]
        for one, other in ((x, x), (x, at), (at, at))
    ]
    root = linalg.cholesky(kernels[0] + process.noise, lower=True)
    ones, white, half = (
        linalg.solve_triangular(root, right, lower=True)
        for right in (np.ones_like(x), process.score, kernels[1])
    )
    precision = float(ones @ ones)
    constant = float(ones @ white) / precision
    left = 1 - ones @ half
    mean = constant + (white - constant * ones) @ half
    covariance = kernels[2] - half.T @ half + np.outer(left, left) / precision
    # rounding leaves eigenvalues a little below 0, where Cholesky would stop
    values, vectors = np.linalg.eigh(covariance)
    return mean + normals @ (vectors * np.sqrt(np.maximum(values, 0.0))).T


def _kernel(kernel: Kernel, lag: Lags, amplitude: float, length: float) -> tuple[Lags, Lags]:
    """Return k(τ) and dk/dτ."""
    if kernel == "rbf":
        k = amplitude**2 * np.exp(-((lag / length) ** 2) / 2)
        return k, -lag / length**2 * k
    a = math.sqrt(5) * np.abs(lag) / length
    decay = amplitude**2 * np.exp(-a)
    return (1 + a + a**2 / 3) * decay, -5 * lag / (3 * length**2) * (1 + a) * decay


def _log_marginal(
    kernel: Kernel, x: Points, score: Points, known: Matrix | None, parameters: Hyper
) -> tuple[float, Hyper]:
    """Return the log likelihood (eq. 2.45) and its gradient in log amplitude, length and noise."""
    lag = x[:, None] - x[None]
    k, slope = _kernel(kernel, lag, parameters[0], parameters[1])
    noise = parameters[2] ** 2 * np.eye(len(x)) if known is None else known
    try:
        root = linalg.cholesky(k + noise, lower=True)
    except linalg.LinAlgError:
        return -1e10, np.zeros(len(parameters))  # numerically singular: as unlikely as may be
    inverse = linalg.cho_solve((root, True), np.eye(len(x)))
    column = inverse.sum(axis=1)
    precision = float(column.sum())
    # what the data say once the constant is projected out
    contrasts = inverse - np.outer(column, column) / precision
    pull = contrasts @ score
    log_det = 2 * float(np.log(np.diag(root)).sum()) + math.log(precision)
    likelihood = -0.5 * (float(score @ pull) + log_det + (len(x) - 1) * math.log(2 * math.pi))
    # k is a function of τ/l, so dk/d log l = −τ dk/dτ
    changes = [2 * k, -lag * slope] + ([2 * noise] if known is None else [])
    gradient = [0.5 * (pull @ one @ pull - (contrasts * one).sum()) for one in changes]
    return likelihood, np.array(gradient)
