"""Group-normalised advantages: each response against its group, in the group's sd."""

from jaxtyping import Float
from torch import Tensor


def grpo_advantages(
    rewards: Float[Tensor, "prompts k"], epsilon: float = 1e-4
) -> Float[Tensor, "prompts k"]:
    """Return (r − group mean) / (group sd + ε), without unit; 0 where a group is constant.

    Dividing by the sd weights prompts whose responses differ little as much as those whose
    differ a lot: the gradient is not that of the mean reward. The sd has ddof 1.

    Source: Shao et al. (2024), arXiv:2402.03300 §4.1; ε as in TRL.

    Raises:
        ValueError: k < 2, so that there is no group.
    """
    k = rewards.shape[1]
    if k < 2:
        raise ValueError(f"k={k} response per prompt is no group: draw 2 or more")
    centred = rewards - rewards.mean(dim=1, keepdim=True)
    constant = rewards.amax(dim=1, keepdim=True) == rewards.amin(dim=1, keepdim=True)
    # exactly 0: what rounding leaves of a constant group must not become an advantage
    return (centred / (rewards.std(dim=1, keepdim=True) + epsilon)).masked_fill(constant, 0.0)
