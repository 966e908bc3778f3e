"""How far raters agree. Answers are numbers that mean categories; NaN is no answer.

1 is perfect agreement throughout. Kappa and alpha are 0 where raters agree as often as chance
would have it, and NaN where all answers are the same, so that chance already agrees always.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import TooFew
from looksgood.ops import krippendorff


def share_agreeing(one: Float[Tensor, " items"], other: Float[Tensor, " items"]) -> float:
    """Return the share of items on which two raters agree, of those that both answered.

    Raises:
        TooFew: they answered no item in common.
    """
    one, other = _answered_by_both(one, other)
    return float((one == other).double().mean())


def cohen_kappa(one: Float[Tensor, " items"], other: Float[Tensor, " items"]) -> float:
    """Return (agreement − chance) / (1 − chance), chance from each rater's own answer shares.

    Source: Cohen (1960), Educational and Psychological Measurement 20:37.

    Raises:
        TooFew: they answered no item in common.
    """
    one, other = _answered_by_both(one, other)
    agreed = float((one == other).double().mean())
    chance = sum(
        float((one == answer).double().mean() * (other == answer).double().mean())
        for answer in torch.cat([one, other]).unique()
    )
    return (agreed - chance) / (1 - chance) if chance < 1 else float("nan")


def krippendorff_alpha(answers: Float[Tensor, "raters items"]) -> float:
    """Return the nominal alpha, for any number of raters and missing answers.

    Source and other metrics: `looksgood.ops.krippendorff`.

    Raises:
        TooFew: no item has two answers.
    """
    return krippendorff.krippendorff_alpha(answers.double().numpy(), "nominal")


def _answered_by_both(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    both = ~(one.isnan() | other.isnan())
    if not both.any():
        raise TooFew("the raters answered no item in common: agreement needs shared items")
    return one[both], other[both]
