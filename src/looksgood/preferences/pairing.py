"""Which responses are shown side by side: two to the same prompt, in random order."""

from itertools import combinations

import torch
from jaxtyping import Int
from torch import Tensor

from looksgood.core.errors import TooFew
from looksgood.core.records import Pairs, Samples
from looksgood.core.seeds import Seed


def pair_within_prompt(
    samples: Samples, pairs_per_prompt: int, seed: Seed
) -> tuple[Pairs, Int[Tensor, " pairs"], Int[Tensor, " pairs"]]:
    """Draw pairs of different texts; return them and each side's row numbers in `samples`.

    No two pairs of a prompt hold the same two responses. A prompt with fewer such pairs gives
    all that it has: where the policy always says the same, there is nothing to compare.

    Raises:
        TooFew: no prompt has two different responses.
    """
    draw, k = seed.numpy(), samples.k
    first: list[int] = []
    second: list[int] = []
    for start in range(0, len(samples), k):
        texts = samples.texts[start : start + k]
        differ = [(i, j) for i, j in combinations(range(k), 2) if texts[i] != texts[j]]
        for chosen in draw.permutation(len(differ))[:pairs_per_prompt]:
            # which of the two is shown first is random: no rater learns anything from the order
            i, j = draw.permutation(differ[chosen])
            first.append(start + int(i))
            second.append(start + int(j))
    if not first:
        raise TooFew(
            f"none of {len(samples.prompts)} prompts has two different responses among its {k}: "
            "draw more samples per prompt or from a less certain policy"
        )
    pairs = Pairs(
        tuple(samples.prompts[i // k] for i in first),
        tuple(samples.texts[i] for i in first),
        tuple(samples.texts[j] for j in second),
    )
    return pairs, torch.tensor(first), torch.tensor(second)
