"""Which of Gao's two forms a run's gold follows: d(α − β log d), or d(α − βd), bent linearly in d.

Both have two coefficients and no intercept, so they differ in shape alone. Curves are runs, shapes
(..., points), d > 0 throughout: the base itself tells nothing of either.

Source: Gao, Schulman & Hilton (2022), arXiv:2210.10760 §3; `ops.curve_forms`.
"""

from typing import Literal

import numpy as np
from scipy.special import xlogy

from looksgood.measures.extrapolation import fit_bent_line
from looksgood.measures.turning import Curves

Form = Literal["best_of_n", "rl"]


def aic_lead_of_rl(d: Curves, score: Curves) -> Curves:
    """Return AIC of d(α − βd) less that of d(α − β log d); above 0 the RL form fits better.

    n log(RSS/RSS′): each run has its own coefficients and its own unknown error.
    """
    every = np.ones(d.shape[-1], dtype=bool)
    worse, better = (
        (_residuals(form, d, score, every) ** 2).sum(-1) for form in ("best_of_n", "rl")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(d.shape[-1] * np.log(worse / better))


def held_out_lead_of_rl(d: Curves, score: Curves) -> Curves:
    """Return the held-out root mean squared error of d(α − βd) less that of d(α − β log d).

    Every second point, the first among them, is fitted; the points between are held out. In units
    of the score; above 0 the RL form is better.
    """
    fitted = np.arange(d.shape[-1]) % 2 == 0
    worse, better = (
        np.sqrt((_residuals(form, d, score, fitted)[..., ~fitted] ** 2).mean(-1))
        for form in ("best_of_n", "rl")
    )
    return np.asarray(worse - better)


def _residuals(form: Form, d: Curves, score: Curves, fitted: np.ndarray) -> Curves:
    """Return score − form at every point, the form fitted to some of them."""
    bend = xlogy(d, d) if form == "rl" else d**2
    alpha, beta = fit_bent_line(d[..., fitted], bend[..., fitted], score[..., fitted])
    return np.asarray(score - alpha[..., None] * d + beta[..., None] * bend)
