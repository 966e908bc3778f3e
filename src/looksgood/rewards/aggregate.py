"""Several reward models' scores as one: their mean, their worst case, or the mean less spread."""

from typing import Literal

from jaxtyping import Float
from torch import Tensor

Aggregate = Literal["mean", "worst", "uncertainty"]


def aggregated(
    scores: Float[Tensor, "members responses"], how: Aggregate, weight: float = 0.5
) -> Float[Tensor, " responses"]:
    """Return the members' mean, their least, or mean − weight × variance over members.

    Scores are standardised, so `weight` is per unit of base sd.

    Source: Coste et al. (2023), arXiv:2310.02743 §3 (WCO, UWO; weight ½ for best-of-n).
    """
    if how == "worst":
        return scores.amin(0)
    if how == "uncertainty":
        return scores.mean(0) - weight * scores.var(0, unbiased=False)
    return scores.mean(0)
