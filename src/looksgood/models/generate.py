"""Sampling: our own loop over the forward pass, with a preallocated key-value cache.

Left out on purpose: beams, top-p, top-k and temperature. A truncated or tempered distribution is
not the one whose KL is measured.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from looksgood.models.branch import as_attended, branch, check_room, prefill
from looksgood.models.draw import draw
from looksgood.models.load import output_head
from looksgood.models.side_by_side import branches_in_a_row, part, side_by_side_mask
from looksgood.models.text import end_of, pad_of


@dataclass(frozen=True, slots=True)
class Generated:
    """Drawn tokens, trimmed to the longest response; padding has log-probability 0."""

    ids: Int[Tensor, "responses tokens"]
    mask: Bool[Tensor, "responses tokens"]
    logp: Float[Tensor, "responses tokens"]
    pad: int


def generate(
    model: PreTrainedModel,
    prompt_ids: Int[Tensor, "prompts prompt_tokens"],
    prompt_mask: Bool[Tensor, "prompts prompt_tokens"],
    *,
    k: int,
    tokens: int,
    tokenizer: PreTrainedTokenizerBase,
    generator: torch.Generator,
) -> Generated:
    """Draw k responses of at most `tokens` tokens to each prompt.

    Raises:
        NotFinite: the model's logits are NaN or infinite, so nothing can be drawn.
        ModelError: a prompt and its response are longer than the model can read.
    """
    backbone, head = model.base_model, output_head(model)
    end, pad = end_of(tokenizer), pad_of(tokenizer)
    n, width = len(prompt_ids) * k, prompt_ids.shape[1]
    device = prompt_ids.device
    check_room(backbone, width + tokens)

    hidden, prompts = prefill(backbone, prompt_ids, prompt_mask)
    branches = branches_in_a_row(k)
    cache = branch(prompts, k // branches, room=branches * tokens)
    logits = head(hidden).repeat_interleave(k, 0)
    lengths = prompt_mask.sum(1).repeat_interleave(k)
    rows = prompt_mask.repeat_interleave(k // branches, 0)
    visible = as_attended(backbone, side_by_side_mask(rows, branches, tokens))

    ids = torch.full((n, tokens), pad, device=device)
    mask = torch.zeros(n, tokens, dtype=torch.bool, device=device)
    logp = torch.zeros(n, tokens, device=device)
    live = torch.arange(n, device=device)  # the branches still being written
    for t in range(tokens):
        drawn, logp[live, t] = draw(logits, generator)
        ids[live, t] = drawn
        mask[live, t] = True
        going = drawn != end
        if t + 1 == tokens or not bool(going.any()):
            break
        # ended branches are dropped when they are half: copying the cache has its price
        if int(going.sum()) * 2 < len(live):
            kept = going.nonzero()[:, 0]
            part(cache, kept, branches, width, tokens, step=t)
            live, drawn, branches = live[kept], drawn[kept], 1
            rows = prompt_mask[live // k]
            visible = as_attended(backbone, side_by_side_mask(rows, branches, tokens))
        hidden = backbone(
            input_ids=drawn.reshape(-1, branches),
            attention_mask=visible[..., : width + branches * (t + 1)],
            position_ids=(lengths[live] + t).reshape(-1, branches),
            past_key_values=cache,
            use_cache=True,
        ).last_hidden_state
        logits = head(hidden.flatten(0, 1))
    # branches that ended but were not dropped kept drawing: what follows an end is no response
    mask &= (ids == end).cumsum(1) - (ids == end).long() == 0
    longest = int(mask.sum(1).max())
    ids, mask, logp = ids[:, :longest], mask[:, :longest], logp[:, :longest]
    return Generated(ids.masked_fill(~mask, pad), mask, logp.masked_fill(~mask, 0.0), pad)
