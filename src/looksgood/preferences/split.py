"""Training and validation comparisons that share no prompt."""

from collections.abc import Sequence

from looksgood.core.errors import TooFew
from looksgood.core.records import Prompt
from looksgood.core.seeds import Seed


def split_by_prompt(
    prompts: Sequence[Prompt], validation: float, seed: Seed
) -> tuple[list[int], list[int]]:
    """Return the row numbers to train on and to validate on, in order.

    A share `validation` of the distinct prompts (by id), at least one, goes to validation with
    every row they have: else held-out accuracy would count what was learned about the prompt.
    At 0 nothing is held out.

    Raises:
        TooFew: there are fewer than two distinct prompts to split.
        ValueError: `validation` lies outside [0, 1).
    """
    if not 0 <= validation < 1:
        raise ValueError(f"validation={validation}: give a share in [0, 1)")
    if validation == 0:
        return list(range(len(prompts))), []
    ids = sorted({prompt.id for prompt in prompts})
    if len(ids) < 2:
        raise TooFew(f"{len(ids)} distinct prompt cannot be split: give 2 or more")
    count = min(max(1, round(validation * len(ids))), len(ids) - 1)
    held_out = {ids[i] for i in seed.numpy().permutation(len(ids))[:count]}
    rows = range(len(prompts))
    return (
        [i for i in rows if prompts[i].id not in held_out],
        [i for i in rows if prompts[i].id in held_out],
    )
