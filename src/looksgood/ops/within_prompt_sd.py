"""The unit of every score: how much responses to one prompt differ."""

from jaxtyping import Float
from torch import Tensor


def within_prompt_sd(scores: Float[Tensor, "prompts k"]) -> Float[Tensor, ""]:
    """Return √(Σ (x − its prompt's mean)² / (prompts (k − 1))), in units of the scores.

    Pooled over prompts, so differences between prompts, which no policy can change, do not count.
    0 means that no response differs from its siblings: nothing can be standardised by it.

    Raises:
        ValueError: k < 2 or there are no prompts.
    """
    prompts, k = scores.shape
    if k < 2 or prompts < 1:
        raise ValueError(f"{prompts} prompts with {k} responses each: need 1 with 2 or more")
    return scores.var(dim=1).mean().sqrt()
