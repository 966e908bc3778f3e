"""How heavy a tail is: Hill's index and the generalised Pareto fit of the excesses, with errors.

ξ > 0 is a power law P(X > x) ~ x^{−1/ξ}: then no KL bound on reward exists (Kwa et al. 2024);
ξ = 0 an exponential or lighter tail; ξ < 0 a bounded one.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize_scalar
from scipy.special import ndtri

from looksgood.core.errors import TooFew
from looksgood.ops.checks import refuse_level, refuse_not_finite

Values = Float[np.ndarray, " samples"]

_WALL = 1e6  # finite: the search subtracts costs


@dataclass(frozen=True, slots=True)
class TailIndex:
    """An estimated tail shape ξ, its first-order standard error, and what it was read from."""

    xi: float
    se: float
    exceedances: int
    threshold: float
    scale: float | None
    """σ of the generalised Pareto; None for Hill's."""

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the normal interval; it leaves out the bias of a threshold that is too low.

        Measured for the greatest 60 of 3000 values, nominal 95 %: the Pareto fit held ξ in 89 %
        (Student t, 2 degrees of freedom), 82 % (exponential), 66 % (normal); Hill's in 96 % (t).
        """
        refuse_level(level)
        half = float(ndtri(0.5 + level / 2)) * self.se
        return self.xi - half, self.xi + half


def hill_tail_index(values: Values, exceedances: int) -> TailIndex:
    """Return ξ̂ = mean of log X_(i)/X_(k+1) over the k greatest values, with error ξ̂/√k.

    For power laws only: it is positive whatever the tail, and depends on the zero of the scale.
    Use `gpd_tail_index` to ask whether a tail is a power law at all.

    Source: Hill (1975), Ann. Stat. 3:1163; de Haan & Ferreira (2006) Theorem 3.2.5.

    Raises:
        TooFew: fewer than 10 exceedances, or not more values than exceedances.
        ValueError: NaN; the threshold is not above 0; the k greatest values all equal it.
    """
    top, threshold = _top(values, exceedances)
    if threshold <= 0:
        raise ValueError(f"threshold {threshold:.6g}: Hill's index needs it above 0; take fewer")
    xi = float(np.log(top / threshold).mean())
    if xi == 0:
        raise ValueError(f"the {exceedances} greatest values are all {threshold:.6g}: no tail")
    return TailIndex(xi, xi / math.sqrt(exceedances), exceedances, threshold, None)


def gpd_tail_index(values: Values, exceedances: int) -> TailIndex:
    """Return the maximum-likelihood ξ of the excesses over the (k+1)-th greatest value.

    Excesses y are generalised Pareto: density (1 + ξ y/σ)^{−1/ξ−1}/σ. With θ = ξ/σ the likelihood
    is maximised in θ alone, ξ(θ) = mean log(1 + θ y). Error (1 + ξ)/√k, valid for ξ > −1/2.

    Source: Grimshaw (1993), Technometrics 35:185; Smith (1987), Ann. Stat. 15:1174 for the error.

    Raises:
        TooFew: fewer than 10 exceedances, or not more values than exceedances.
        ValueError: NaN; excesses all 0; or ξ̂ ≤ −1/2, where the error formula does not hold.
    """
    top, threshold = _top(values, exceedances)
    excess = top - threshold
    mean, most = float(excess.mean()), float(excess.max())
    if most == 0:
        raise ValueError(f"the {exceedances} greatest values are all {threshold:.6g}: no tail")
    y = excess / mean

    # in log(1 + θ max y), which spans the whole allowed range of θ
    reach = most / mean

    def cost(stretch: float) -> float:
        """−log-likelihood / k of excesses in units of their mean: log σ + ξ + 1."""
        theta = math.expm1(stretch) / reach
        xi = float(np.log1p(theta * y).mean())
        if xi < -0.9:  # where ξ nears −1 the likelihood has no bound
            return _WALL
        log_sigma = (
            math.log(xi / theta) if abs(theta) > 1e-8 else -theta * float(y @ y) / len(y) / 2
        )
        return log_sigma + xi + 1

    grid = np.linspace(-12.0, 20.0, 161)
    best = int(np.argmin([cost(x) for x in grid]))
    bounds = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found: Any = minimize_scalar(cost, bounds=bounds, method="bounded", options={"xatol": 1e-10})
    xi = float(np.log1p(math.expm1(float(found.x)) / reach * y).mean())
    if xi <= -0.5:
        raise ValueError(
            f"ξ={xi:.3f}: a tail that ends so abruptly has no regular error (ξ > −1/2 is needed)"
        )
    sigma = mean * math.exp(float(found.fun) - xi - 1)
    return TailIndex(xi, (1 + xi) / math.sqrt(exceedances), exceedances, threshold, sigma)


def _top(values: Values, exceedances: int) -> tuple[Float[np.ndarray, " top"], float]:
    refuse_not_finite(values=values)
    if exceedances < 10 or exceedances >= len(values):
        raise TooFew(
            f"{exceedances} exceedances of {len(values)} values: it takes 10 or more, and more "
            "values yet"
        )
    ordered = np.sort(values)
    return ordered[-exceedances:], float(ordered[-exceedances - 1])
