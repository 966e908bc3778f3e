"""How well a form fitted to small n foretells the score of larger n."""

from collections.abc import Mapping

import numpy as np

from looksgood.measures.turning import Curves


def fit_best_of_n_form(d: Curves, score: Curves) -> tuple[Curves, Curves]:
    """Return α and β of score = d (α − β d) by least squares over the last axis; d = √KL.

    The same as `ops.curve_fit.fit_curve("best_of_n", …)` with equal errors, for many curves at
    once. Shapes (..., points) to (...).

    Source: Gao et al. (2022), arXiv:2210.10760 §3.
    """
    return fit_bent_line(d, d**2, score)


def fit_bent_line(d: Curves, bend: Curves, score: Curves) -> tuple[Curves, Curves]:
    """Return α and β of score = α d − β bend by least squares over the last axis.

    Shapes (..., points) to (...).
    """
    # minimise Σ (s − α d + β bend)²: the normal equations of the columns d and −bend
    a, b, c = (d**2).sum(-1), (d * bend).sum(-1), (bend**2).sum(-1)
    u, v = (score * d).sum(-1), (score * bend).sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        determinant = a * c - b * b
        alpha, beta = (u * c - v * b) / determinant, (u * b - v * a) / determinant
    return np.asarray(alpha), np.asarray(beta)


def foretold(d: Curves, score: Curves, known: int) -> Mapping[str, Curves]:
    """Return the later points' scores as three ways foretell them from the first `known` ones.

    `best_of_n`: d (α − β d). `line`: α d, without the bend. `isotonic`: what never falls goes on
    at the highest level of the non-decreasing fit, whose last level is the largest mean of any
    run of points up to the last known one.
    """
    near, far, seen = d[..., :known], d[..., known:], score[..., :known]
    alpha, beta = (each[..., None] for each in fit_best_of_n_form(near, seen))
    slope = ((near * seen).sum(-1) / (near**2).sum(-1))[..., None]
    backwards = seen[..., ::-1].cumsum(-1) / np.arange(1, known + 1)
    level = backwards.max(-1, keepdims=True)
    return {
        "best_of_n": far * (alpha - beta * far),
        "line": slope * far,
        "isotonic": np.broadcast_to(level, (*level.shape[:-1], far.shape[-1])),
    }


def foretelling_error(d: Curves, score: Curves, known: int, form: str) -> Curves:
    """Return the root mean squared error at the later points, as a share of the score's peak.

    NaN where the score never exceeds 0.
    """
    missed = foretold(d, score, known)[form] - score[..., known:]
    peak = score.max(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(peak > 0, np.sqrt((missed**2).mean(-1)) / peak, np.nan)
