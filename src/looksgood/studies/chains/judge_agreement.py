"""How far a judge and somebody else prefer the same responses."""

from jaxtyping import Float
from torch import Tensor


def agreement(
    one: Float[Tensor, " responses"], other: Float[Tensor, " responses"], k: int
) -> Float[Tensor, " prompts"]:
    """Return, by prompt, the share of pairs that two opinions order alike; where one ties, half.

    Each of a prompt's k responses is held beside the next, the last beside the first.
    """
    sides = [opinion.double().reshape(-1, k) for opinion in (one, other)]
    order = [(side - side.roll(1, dims=1)).sign() for side in sides]
    return (1 + order[0] * order[1]).mean(1) / 2
