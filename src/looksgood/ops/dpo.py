"""The DPO loss: a policy as its own reward model, fitted to comparisons."""

from jaxtyping import Float
from torch import Tensor

from looksgood.ops.bradley_terry import bradley_terry_loss


def dpo_loss(
    log_ratio_first: Float[Tensor, " pairs"],
    log_ratio_second: Float[Tensor, " pairs"],
    choice: Float[Tensor, " pairs"],
    beta: float,
) -> Float[Tensor, ""]:
    """Mean of −c log σ(m) − (1 − c) log σ(−m), in nats per pair; log 2 where π is the base.

    m = β (log π/π₀ of the first − log π/π₀ of the second), summed over each response's tokens: the
    margin of the reward β log π/π₀, of which π is the KL-optimal policy. β is therefore in logits
    of the rater per nat. `choice` c is 1 where the first was chosen, 0 where the second was, ½ for
    a tie; leave "can't tell" (NaN) out.

    Source: Rafailov et al. (2023), arXiv:2305.18290 eq. 7; ties as in `bradley_terry_loss`.

    Raises:
        ValueError: there are no pairs, or β is not above 0.
    """
    if not beta > 0:
        raise ValueError(f"beta={beta}: at 0 every policy has the same loss; give more than 0")
    return bradley_terry_loss(beta * log_ratio_first, beta * log_ratio_second, choice)
