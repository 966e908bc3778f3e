"""An estimate with its interval: value ± t quantile × standard error."""

import math
from dataclasses import dataclass

from scipy import special

from looksgood.core.errors import TooFew
from looksgood.ops.checks import inside, not_negative, number


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, the ends of its interval, its standard error and the degrees of freedom."""

    value: float
    low: float
    high: float
    se: float
    dof: float


def t_interval(value: float, se: float, dof: float, confidence: float = 0.95) -> Interval:
    """Return value ± t_{dof} se; with dof = ∞ the normal interval.

    Raises:
        TooFew: there are less than 1 degrees of freedom.
        ValueError: something is not finite, or confidence not strictly between 0 and 1.
    """
    if not dof >= 1:
        raise TooFew(
            "too few labels or prompts for an interval: they are worth fewer than two "
            "independent ones; add some"
        )
    tail = (1 + inside("confidence", confidence)) / 2
    quantile = special.ndtri(tail) if math.isinf(dof) else special.stdtrit(dof, tail)
    half = float(quantile) * not_negative("se", se)
    return Interval(number("value", value), value - half, value + half, se, dof)


def welch_dof(variances: tuple[float, float], dofs: tuple[float, float]) -> float:
    """Return the degrees of freedom of a sum of two independent variances of means.

    (v₁ + v₂)²/(v₁²/ν₁ + v₂²/ν₂); where both are 0, the smaller of ν₁ and ν₂.

    Source: Satterthwaite (1946), Biometrics Bulletin 2:110.
    """
    bottom = sum(v * v / dof for v, dof in zip(variances, dofs, strict=True))
    return sum(variances) ** 2 / bottom if bottom > 0 else min(dofs)
