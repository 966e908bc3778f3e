"""PPO's clipped losses, for the policy and for the value head, as means over response tokens."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from looksgood.ops.masked_mean import masked_mean


def clipped_policy_loss(
    logp: Float[Tensor, "samples tokens"],
    logp_old: Float[Tensor, "samples tokens"],
    advantages: Float[Tensor, "samples tokens"],
    is_response: Bool[Tensor, "samples tokens"],
    clip: float = 0.2,
) -> Float[Tensor, ""]:
    """Mean of −min(ρA, clamp(ρ, 1 − clip, 1 + clip) A) with ρ = π/π_old of each token.

    `logp_old` belongs to the policy that drew the tokens. Where ρ = 1 the gradient is that of
    REINFORCE, −A ∇log π; where ρ has moved past the clip in A's direction it is 0.

    Source: Schulman et al. (2017), arXiv:1707.06347 eq. 7.
    """
    ratio = (logp - logp_old).masked_fill(~is_response, 0.0).exp()
    clipped = ratio.clamp(1 - clip, 1 + clip)
    return -masked_mean(torch.minimum(ratio * advantages, clipped * advantages), is_response)


def clipped_value_loss(
    values: Float[Tensor, "samples tokens"],
    values_old: Float[Tensor, "samples tokens"],
    returns: Float[Tensor, "samples tokens"],
    is_response: Bool[Tensor, "samples tokens"],
    clip: float = 0.2,
) -> Float[Tensor, ""]:
    """Mean of ½ max((V − R)², (V_clipped − R)²), V_clipped within ±clip of the old value.

    In squared units of reward; the clip is in units of reward, so its scale matters.

    Source: OpenAI baselines `ppo2`; Ziegler et al. (2019), lm-human-preferences.
    """
    clipped = values_old + (values - values_old).clamp(-clip, clip)
    worst = torch.maximum((values - returns).square(), (clipped - returns).square())
    return masked_mean(worst, is_response) / 2
