"""Draw tokens from logits."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from looksgood.core.errors import NotFinite


def draw(
    logits: Float[Tensor, "rows vocabulary"], generator: torch.Generator
) -> tuple[Int[Tensor, " rows"], Float[Tensor, " rows"]]:
    """Draw one token per row from its softmax; return it with its log-probability, in nats.

    By inverting the cumulative distribution: one random number per row. A Gumbel or exponential
    race takes one per token, which took ten times as long as all of this.

    Raises:
        NotFinite: a logit is NaN or +∞.
    """
    probs = logits.float().softmax(-1)
    upto = probs.cumsum(-1, dtype=torch.float64)  # double: rare tokens keep their share
    total = upto[:, -1:]
    # one bad logit makes its whole row NaN; −∞ alone is a token that is never drawn
    if bool(torch.isnan(total).any()):
        raise NotFinite("the policy's logits are NaN or infinite: nothing can be sampled from it")
    uniform = torch.rand(total.shape, dtype=total.dtype, device=total.device, generator=generator)
    # in (0, 1], so never 0: a token of probability 0 is never the first to reach it
    drawn = torch.searchsorted(upto, (1 - uniform) * total)
    return drawn[:, 0], probs.gather(1, drawn)[:, 0].log()
