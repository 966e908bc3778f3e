"""A slope over responses that share prompts, honest where few prompts carry it."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.special import stdtr, stdtrit

from looksgood.core.errors import TooFew
from looksgood.ops.checks import same_length

FEWEST = 5.0
"""Clusters, effectively: with fewer a t statistic of them means little."""


@dataclass(frozen=True, slots=True)
class Slope:
    """A slope, its standard error and how surprising it is."""

    value: float
    """Of y per unit of x."""
    se: float
    dof: float
    p: float
    """Two-sided."""

    @property
    def half(self) -> float:
        """Half of the 95 % interval's width."""
        return float(stdtrit(self.dof, 0.975)) * self.se


def clustered_slope(
    x: Float[np.ndarray, " rows"], y: Float[np.ndarray, " rows"], cluster: Int[np.ndarray, " rows"]
) -> Slope:
    """Return Σxy/Σx² with its error by leaving out each cluster once.

    x and y come with all that is held fixed taken out (`Within`): each sums to 0. The jackknife
    is CR3: a cluster's residuals are not made small by the cluster's own pull. Degrees of freedom
    are the effective number of clusters less one, (Σh)²/Σh² with h a cluster's share of Σx²: a
    phrase that three prompts use has three clusters, however many prompts there are.

    Source: MacKinnon, Nielsen & Webb (2023), J. Applied Econometrics 38:671 (CR3); Carter, Schnepel
    & Steigerwald (2017), Review of Economics and Statistics 99:698 (effective clusters).

    Raises:
        TooFew: x does not vary, or fewer than 5 clusters carry it.
        ValueError: lengths differ.
    """
    same_length(x=x, y=y, cluster=cluster)
    total = float(x @ x)
    weight = np.bincount(cluster, weights=x * x) if len(x) else np.zeros(1)
    effective = total**2 / float(weight @ weight) if total > 1e-12 * len(x) else 0.0
    if effective < FEWEST:
        raise TooFew(f"{effective:.3g} prompts, effectively, carry it: at least {FEWEST:g} needed")
    value = float(x @ y) / total
    pull = np.bincount(cluster, weights=x * (y - value * x)) / (total - weight)
    count = int((weight > 0).sum())
    se = math.sqrt((count - 1) / count * float(pull @ pull))
    dof = effective - 1
    if se == 0:
        return Slope(value, se, dof, 1.0 if value == 0 else 0.0)
    return Slope(value, se, dof, float(2 * stdtr(dof, -abs(value / se))))
