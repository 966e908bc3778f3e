"""Where a curve will peak, foretold from points before the peak: distributions over d = √KL.

Every forecast is equally weighted draws in (now, far]: the peak is taken to lie ahead, and where
the points say nothing the draws are spread evenly. None is refused and none is a single value.
"""

import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from scipy.special import log_ndtr, xlogy

from looksgood.ops.checks import finite, same_length
from looksgood.ops.gaussian_process import GaussianProcess, process_draws

Draws = Float[np.ndarray, " draws"]
Points = Float[np.ndarray, " points"]
Curves = Float[np.ndarray, "..."]
Shape = Callable[[Points, Float[np.ndarray, "places 1"]], Float[np.ndarray, "places points"]]
"""Of d and places of the peak, to curves known up to their height."""
COUNT = 400


def evenly_ahead(now: float, far: float, count: int = COUNT) -> Draws:
    """Return "no idea": draws spread evenly over (now, far].

    Raises:
        ValueError: not 0 ≤ now < far, or they are not finite.
    """
    if not 0 <= now < far < math.inf:
        raise ValueError(f"now={now}, far={far}: 0 ≤ now < far is needed")
    return now + (far - now) * (np.arange(count) + 0.5) / count


def rl_form_shape(d: Curves, peak: float | Curves) -> Curves:
    """Return Gao's d(α − β log d) with its peak, of height 1, at `peak`: x(1 − log x), x = d/peak.

    `d` and `peak` broadcast.

    Source: Gao, Schulman & Hilton (2022), arXiv:2210.10760 §3; α/β = 1 + log(peak).
    """
    x = d / peak
    return x - xlogy(x, x)


def covariance_shape(d: Curves, peak: float | Curves) -> Curves:
    """Return a covariance of proxy and gold that falls linearly from 1 at the base to 0 at `peak`.

    Gold's slope along the tilt is Cov(gold, proxy) under the current policy: it changes its sign
    at the peak. The line is the plainest way there. `d` and `peak` broadcast.
    """
    return 1 - d / peak


def peak_by_shape(
    shape: Shape, d: Points, score: Points, sd: Points, now: float, far: float
) -> Draws:
    """Return the posterior of the peak's place given scores ~ N(height · shape(d, peak), sd²).

    Flat priors: on the place over (now, far], on the height above 0 (integrated out in closed
    form: ∫ exp(−(y − h s)²/2) dh ∝ exp(m² s·s/2) Φ(m √(s·s))/√(s·s), m = y·s/s·s, in units of sd).

    Raises:
        ValueError: lengths differ, something is not finite, an sd is not positive, or as
            `evenly_ahead`.
    """
    same_length(d=d, score=score, sd=sd)
    places = evenly_ahead(now, far)
    if len(d) == 0:
        return places
    d, score, sd = finite("d", d), finite("score", score), finite("sd", sd)
    if (sd <= 0).any():
        raise ValueError(f"sd={sd.min():.3g}: a measurement's error is above 0")
    logs = _log_likelihoods(shape(d, places[:, None]) / sd, score / sd)
    if not logs.max() > -math.inf:  # points at the base alone tell nothing of a peak
        return places
    weights = np.exp(logs - logs.max())
    return _even_draws(places, weights / weights.sum())


def peak_by_process(
    process: GaussianProcess, now: float, far: float, normals: Float[np.ndarray, "draws grid"]
) -> Draws:
    """Return where curves drawn from a process are highest on an even grid of (now, far].

    `normals` are standard normal: one row for each curve, one column for each place.

    Raises:
        ValueError: as `evenly_ahead`.
    """
    places = evenly_ahead(now, far, normals.shape[1])
    return places[process_draws(process, places, normals).argmax(axis=1)]


def _log_likelihoods(
    shapes: Float[np.ndarray, "places points"], score: Points
) -> Float[np.ndarray, " places"]:
    """Return each shape's log likelihood with its height integrated out; errors have sd 1."""
    square = (shapes**2).sum(1)
    root = np.sqrt(square)
    with np.errstate(divide="ignore", invalid="ignore"):
        height = shapes @ score / square
        logs = 0.5 * height**2 * square + log_ndtr(height * root) - np.log(root)
    return np.where(square > 0, logs, -np.inf)


def _even_draws(places: Draws, weights: Draws) -> Draws:
    """Return equally weighted draws that stand for weights on an even grid of cells."""
    width = places[1] - places[0]
    edges = np.append(places - width / 2, places[-1] + width / 2)
    total = np.append(0.0, weights.cumsum())
    wanted = (np.arange(len(places)) + 0.5) / len(places)
    return np.interp(wanted, total / total[-1], edges)
