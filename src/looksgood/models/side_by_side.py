"""Sampling with several branches of a prompt side by side in one row.

A step of sampling reads every key of a branch for a single query, k times the same prompt for k
branches. In one row the branches' queries read the prompt once, as one product. They see each
other's tokens too, so a mask hides them, and longer rows make that waste grow: hence a limit.
A row holds its prompt, then for each step one token of each branch.
"""

import torch
from jaxtyping import Bool, Int
from torch import Tensor
from transformers.cache_utils import Cache

from looksgood.models.branch import BranchLayer

MOST_IN_A_ROW = 8


def branches_in_a_row(k: int) -> int:
    """Return the largest divisor of k up to the limit."""
    return max(n for n in range(1, MOST_IN_A_ROW + 1) if k % n == 0)


def side_by_side_mask(
    prompt_mask: Bool[Tensor, "rows prompt_tokens"], branches: int, tokens: int
) -> Bool[Tensor, "rows 1 branches all_tokens"]:
    """Return what each branch attends to, of all steps: its prompt, and its own tokens."""
    own = torch.eye(branches, dtype=torch.bool, device=prompt_mask.device).repeat(1, tokens)
    n, width = prompt_mask.shape
    prompt = prompt_mask[:, None].expand(n, branches, width)
    return torch.cat([prompt, own.expand(n, *own.shape)], 2)[:, None]


def part(
    cache: Cache, kept: Int[Tensor, " kept"], branches: int, width: int, tokens: int, step: int
) -> None:
    """Give each branch in `kept` a row of its own, and drop the others (they have ended).

    `width` positions are the prompt's; `step` of `tokens` steps are written.
    """
    device = kept.device
    prompt = torch.arange(width, device=device).expand(len(kept), width)
    own = width + torch.arange(tokens, device=device) * branches + (kept % branches)[:, None]
    for layer in cache.layers:
        assert isinstance(layer, BranchLayer)
        layer.pick(kept // branches, torch.cat([prompt, own], 1), width + step)
