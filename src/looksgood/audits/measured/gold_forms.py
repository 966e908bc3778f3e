"""Gao's forms and a line fitted to gold over √KL, with errors no smaller than the scatter."""

import math
from dataclasses import dataclass, replace

import numpy as np

from looksgood.audits.measured.over_kl import OverKl
from looksgood.core.errors import TooFew
from looksgood.ops.curve_comparison import FormComparison, compare_forms
from looksgood.ops.curve_fit import CurveFit, curve_band, fit_curve
from looksgood.ops.curve_forms import STRAIGHT, Form

LEAST = 5
"""Checkpoints: three coefficients, and something left to judge them by."""
NAMES: dict[Form, str] = {
    "affine": "line γ + αd",
    "quadratic": "best-of-n form γ + d(α − βd)",
    "rl_affine": "RL form γ + d(α − β log d)",
}
"""Gao et al.'s forms with gold at the base, γ, fitted too: its own measurement has an error."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The forms fitted to the same points."""

    fits: dict[Form, CurveFit]
    comparison: FormComparison
    spread: float | None
    """How far points lie about the best form, in units of their errors; None: no errors given."""


def fit_forms(points: OverKl) -> Fitted:
    """Fit each form by generalised least squares; where points scatter too far, errors are widened.

    Where the best form leaves a χ² above its degrees of freedom, the covariance is multiplied by
    their ratio, and Student's quantiles are taken. Where no errors are known, the scatter about
    each form is all there is.

    Source: Birge (1932), Phys. Rev. 40:207, for the ratio; Gao et al. (2022), arXiv:2210.10760.

    Raises:
        TooFew: fewer than 5 checkpoints, or more than half as many as prompts.
        ValueError: the checkpoints are too few different values of KL for a bent form.
    """
    if len(points.d) < LEAST:
        raise TooFew(f"{len(points.d)} checkpoints have gold and KL: {LEAST} or more are needed")
    covariance = points.score.covariance
    fits: dict[Form, CurveFit]
    if points.score.pooled or not points.score.errors_known:
        fits = {form: fit_curve(form, points.d, points.score.mean) for form in NAMES}
        return Fitted(fits, compare_forms(*fits.values()), None)
    fewest = float(points.score.dof.min())
    if fewest < 2 * len(points.d):
        raise TooFew(
            f"{fewest + 1:.0f} prompts do not tell the joint error of {len(points.d)} "
            "checkpoints: more than twice as many are needed"
        )
    left = {form: len(points.d) - _size(form) for form in NAMES}
    ratio = min(_chi2(points, form) / left[form] for form in NAMES)
    widened = covariance * max(1.0, ratio)
    score = points.score.mean
    fits = {form: fit_curve(form, points.d, score, covariance=widened) for form in NAMES}
    if ratio > 1:  # the errors' size is then an estimate
        fits = {form: replace(fit, df=float(left[form])) for form, fit in fits.items()}
    return Fitted(fits, compare_forms(*fits.values()), math.sqrt(ratio))


def _chi2(points: OverKl, form: Form) -> float:
    score = points.score
    fit = fit_curve(form, points.d, score.mean, covariance=score.covariance)
    left = score.mean - curve_band(fit, points.d).mean
    return float(left @ np.linalg.solve(score.covariance, left))


def _size(form: Form) -> int:
    return 2 if form in STRAIGHT else 3
