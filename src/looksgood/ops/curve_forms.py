"""The forms that a reward takes along d = √KL, each linear in its coefficients.

* `linear`       α d
* `best_of_n`    α d − β d²         Gao et al.'s form for best-of-n
* `rl`           α d − β d log d    their form for reinforcement learning
* `quadratic`    γ + α d − β d²     with an intercept, as Lind & Mehlum test it

Gao's forms have no intercept: the score is 0 at the base by definition. The slope of `rl` is
infinite at d = 0, so it says nothing near the base.

Source: Gao, Schulman & Hilton (2022), arXiv:2210.10760 §3; Lind & Mehlum (2010), Oxford Bulletin
of Economics and Statistics 72:109 eq. 1.
"""

from typing import Literal

import numpy as np
from jaxtyping import Float
from scipy.special import xlogy

from looksgood.ops.checks import refuse_not_finite

Form = Literal["linear", "best_of_n", "rl", "quadratic"]
FORMS: tuple[Form, ...] = ("linear", "best_of_n", "rl", "quadratic")

Points = Float[np.ndarray, " points"]
Design = Float[np.ndarray, "points coefficients"]


def form_basis(form: Form, d: Points) -> Design:
    """Return the columns whose coefficients are α; (α, β); or (γ, α, β). d = √KL, in √nats.

    Raises:
        ValueError: d is empty, negative, NaN or infinite, or there is no such form.
    """
    _refuse(form, d)
    if form == "linear":
        return d[:, None]
    # a far peak's d² may overflow where d log d does not
    bend = xlogy(d, d) if form == "rl" else d**2
    columns = [d, -bend]
    return np.stack([np.ones_like(d), *columns] if form == "quadratic" else columns, axis=1)


def form_slope(form: Form, d: Points) -> Design:
    """Return the derivatives of `form_basis` with respect to d: slope = row · coefficients.

    Raises:
        ValueError: as `form_basis`; also for `rl` at d = 0, where the slope is infinite.
    """
    _refuse(form, d)
    if form == "rl":
        if (d == 0).any():
            raise ValueError("d=0: the RL form's slope is infinite there; ask at a positive d")
        return np.stack([np.ones_like(d), -1 - np.log(d)], axis=1)
    columns = {
        "linear": [np.ones_like(d)],
        "best_of_n": [np.ones_like(d), -2 * d],
        "quadratic": [np.zeros_like(d), np.ones_like(d), -2 * d],
    }
    return np.stack(columns[form], axis=1)


def _refuse(form: Form, d: Points) -> None:
    if form not in FORMS:
        raise ValueError(f"form={form!r}: there are {', '.join(FORMS)}")
    refuse_not_finite(d=d)
    if (d < 0).any():
        raise ValueError(f"d={float(d.min()):.6g}: a square root of a KL is not negative")
