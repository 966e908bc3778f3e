"""Gao's forms and a line fitted to gold over √KL, with errors no smaller than the scatter."""

import math
from dataclasses import dataclass, replace

import numpy as np

from looksgood.core.errors import TooFew
from looksgood.ops.curve import Curve
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


def fit_forms(gold: Curve) -> Fitted:
    """Fit each form to gold over √KL by generalised least squares.

    Where points scatter too far, errors are widened:

    Where the best form leaves a χ² above its degrees of freedom, the covariance is multiplied by
    their ratio, and Student's quantiles are taken. Where no errors are known, the scatter about
    each form is all there is.

    Source: Birge (1932), Phys. Rev. 40:207, for the ratio; Gao et al. (2022), arXiv:2210.10760.

    Raises:
        TooFew: fewer than 5 checkpoints, or more than half as many as prompts.
        ValueError: the checkpoints are too few different values of KL for a bent form.
    """
    if len(gold.x) < LEAST:
        raise TooFew(f"{len(gold.x)} checkpoints have gold and KL: {LEAST} or more are needed")
    covariance = gold.covariance
    fits: dict[Form, CurveFit]
    if gold.pooled or not gold.errors_known:
        fits = {form: fit_curve(form, gold.x, gold.mean) for form in NAMES}
        return Fitted(fits, compare_forms(*fits.values()), None)
    fewest = float(gold.dof.min())
    if fewest < 2 * len(gold.x):
        raise TooFew(
            f"{fewest + 1:.0f} prompts do not tell the joint error of {len(gold.x)} "
            "checkpoints: more than twice as many are needed"
        )
    left = {form: len(gold.x) - _size(form) for form in NAMES}
    ratio = min(_chi2(gold, form) / left[form] for form in NAMES)
    widened = covariance * max(1.0, ratio)
    fits = {form: fit_curve(form, gold.x, gold.mean, covariance=widened) for form in NAMES}
    if ratio > 1:  # the errors' size is then an estimate
        fits = {form: replace(fit, df=float(left[form])) for form, fit in fits.items()}
    return Fitted(fits, compare_forms(*fits.values()), math.sqrt(ratio))


def _chi2(gold: Curve, form: Form) -> float:
    fit = fit_curve(form, gold.x, gold.mean, covariance=gold.covariance)
    left = gold.mean - curve_band(fit, gold.x).mean
    return float(left @ np.linalg.solve(gold.covariance, left))


def _size(form: Form) -> int:
    return 2 if form in STRAIGHT else 3
