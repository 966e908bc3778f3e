"""Leave-one-out advantages: each response against the mean of its siblings."""

from jaxtyping import Float
from torch import Tensor


def rloo_advantages(rewards: Float[Tensor, "prompts k"]) -> Float[Tensor, "prompts k"]:
    """Return r_i − mean of the other k − 1 rewards of the same prompt, in units of reward.

    The baseline does not depend on response i, so the policy gradient stays unbiased. Equals
    k/(k−1) (r_i − mean of all k).

    Source: Kool et al. (2019), "Buy 4 REINFORCE samples"; Ahmadian et al. (2024), arXiv:2402.14740.

    Raises:
        ValueError: k < 2, so that there are no siblings.
    """
    k = rewards.shape[1]
    if k < 2:
        raise ValueError(f"k={k} response per prompt leaves none to compare with: draw 2 or more")
    return (rewards - rewards.mean(dim=1, keepdim=True)) * (k / (k - 1))
