"""Generalised advantage estimation over the tokens of a response."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def gae(
    rewards: Float[Tensor, "samples tokens"],
    values: Float[Tensor, "samples tokens"],
    is_response: Bool[Tensor, "samples tokens"],
    gamma: float = 1.0,
    lam: float = 0.95,
) -> tuple[Float[Tensor, "samples tokens"], Float[Tensor, "samples tokens"]]:
    """Return advantages A and returns A + V of each token, in units of reward; 0 at padding.

    δ_t = r_t + γ V_{t+1} − V_t and A_t = δ_t + γλ A_{t+1}; after the last response token V and A
    are 0, since the response is over. Padding lies on the right. `values[:, t]` judges the state
    *before* token t is written. λ = 1 gives reward-to-go minus V; λ = 0 gives δ.

    Source: Schulman et al. (2016), arXiv:1506.02438 eq. 16.
    """
    rewards = rewards.masked_fill(~is_response, 0.0)
    values = values.masked_fill(~is_response, 0.0)
    advantages = torch.zeros_like(rewards)
    next_value = next_advantage = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * next_value - values[:, t]
        here = (delta + gamma * lam * next_advantage).masked_fill(~is_response[:, t], 0.0)
        advantages[:, t] = here
        next_value, next_advantage = values[:, t], here
    return advantages, advantages + values
