"""REINFORCE on whole responses, with the importance ratio of samples that are a little old."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def sequence_policy_loss(
    logp: Float[Tensor, "samples tokens"],
    logp_old: Float[Tensor, "samples tokens"],
    advantages: Float[Tensor, " samples"],
    is_response: Bool[Tensor, "samples tokens"],
    clip: float | None = None,
) -> Float[Tensor, ""]:
    """Mean over responses of −ρA, ρ = π(response)/π_old(response); clipped as in PPO if asked.

    On fresh samples ρ = 1 and the gradient is −A ∇log π(response), the plain policy gradient. A
    response is one action: no token counts for more in a short response than in a long one.

    Source: Williams (1992), Machine Learning 8:229; Ahmadian et al. (2024), arXiv:2402.14740.
    """
    ratio = (logp - logp_old).masked_fill(~is_response, 0.0).sum(dim=-1).exp()
    gain = ratio * advantages
    if clip is not None:
        gain = torch.minimum(gain, ratio.clamp(1 - clip, 1 + clip) * advantages)
    return -gain.mean()
