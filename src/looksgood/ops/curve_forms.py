"""The forms that a reward takes along d = √KL, each linear in its coefficients.

* `linear`       α d
* `best_of_n`    α d − β d²         Gao et al.'s form for best-of-n
* `rl`           α d − β d log d    their form for reinforcement learning
* `quadratic`    γ + α d − β d²     with an intercept, as Lind & Mehlum test it
* `affine`       γ + α d            a line with an intercept
* `rl_affine`    γ + α d − β d log d

Gao's forms have no intercept: the score is 0 at the base by definition. Where the base was not
measured, or only with error, the last three fit its score γ too. The slope of `rl` is infinite at
d = 0, so it says nothing near the base.

Source: Gao, Schulman & Hilton (2022), arXiv:2210.10760 §3; Lind & Mehlum (2010), Oxford Bulletin
of Economics and Statistics 72:109 eq. 1.
"""

from typing import Literal

import numpy as np
from jaxtyping import Float
from scipy.special import xlogy

from looksgood.ops.checks import refuse_not_finite

Form = Literal["linear", "best_of_n", "rl", "quadratic", "affine", "rl_affine"]
FORMS: tuple[Form, ...] = ("linear", "best_of_n", "rl", "quadratic", "affine", "rl_affine")
WITH_INTERCEPT: frozenset[Form] = frozenset(("quadratic", "affine", "rl_affine"))
STRAIGHT: frozenset[Form] = frozenset(("linear", "affine"))
LOGARITHMIC: frozenset[Form] = frozenset(("rl", "rl_affine"))

Points = Float[np.ndarray, " points"]
Design = Float[np.ndarray, "points coefficients"]


def form_basis(form: Form, d: Points) -> Design:
    """Return columns whose coefficients are (γ,) α (, β), as the form has them; d in √nats.

    Raises:
        ValueError: d is empty, negative, NaN or infinite, or there is no such form.
    """
    _refuse(form, d)
    columns = [np.ones_like(d)] if form in WITH_INTERCEPT else []
    columns.append(d)
    if form not in STRAIGHT:
        # a far peak's d² may overflow where d log d does not
        columns.append(-xlogy(d, d) if form in LOGARITHMIC else -(d**2))
    return np.stack(columns, axis=1)


def form_slope(form: Form, d: Points) -> Design:
    """Return the derivatives of `form_basis` with respect to d: slope = row · coefficients.

    Raises:
        ValueError: as `form_basis`; also for the RL forms at d = 0, where the slope is infinite.
    """
    _refuse(form, d)
    columns = [np.zeros_like(d)] if form in WITH_INTERCEPT else []
    columns.append(np.ones_like(d))
    if form in LOGARITHMIC:
        if (d == 0).any():
            raise ValueError("d=0: the RL form's slope is infinite there; ask at a positive d")
        columns.append(-1 - np.log(d))
    elif form not in STRAIGHT:
        columns.append(-2 * d)
    return np.stack(columns, axis=1)


def _refuse(form: Form, d: Points) -> None:
    if form not in FORMS:
        raise ValueError(f"form={form!r}: there are {', '.join(FORMS)}")
    refuse_not_finite(d=d)
    if (d < 0).any():
        raise ValueError(f"d={float(d.min()):.6g}: a square root of a KL is not negative")
