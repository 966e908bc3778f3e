"""Sampling: our own loop over the forward pass, with a preallocated key-value cache.

Left out on purpose: beams, top-p, top-k and temperature. A truncated or tempered distribution is
not the one whose KL is measured.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from looksgood.core.errors import NotFinite
from looksgood.models.branch import BranchLayer, as_attended, branch, check_room, prefill
from looksgood.models.load import output_head
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
    cache = branch(prompts, k, room=tokens)
    logits = head(hidden).repeat_interleave(k, 0)
    lengths = prompt_mask.sum(1).repeat_interleave(k)
    visible = None
    if not bool(prompt_mask.all()):
        response = torch.ones(n, tokens, dtype=torch.bool, device=device)
        rows = torch.cat([prompt_mask.repeat_interleave(k, 0), response], 1)
        visible = as_attended(backbone, rows[:, None, None])

    ids = torch.full((n, tokens), pad, device=device)
    mask = torch.zeros(n, tokens, dtype=torch.bool, device=device)
    logp = torch.zeros(n, tokens, device=device)
    live = torch.arange(n, device=device)  # the rows still being written
    for t in range(tokens):
        log_probs = logits.float().log_softmax(-1)
        drawn = _draw(log_probs, generator)
        ids[live, t] = drawn
        mask[live, t] = True
        logp[live, t] = log_probs.gather(1, drawn[:, None])[:, 0]
        going = drawn != end
        if t + 1 == tokens or not bool(going.any()):
            break
        # ended rows are dropped when they are half of the batch: copying the cache has its price
        if int(going.sum()) * 2 < len(live):
            rows = going.nonzero()[:, 0]
            live, drawn, lengths = live[rows], drawn[rows], lengths[rows]
            visible = None if visible is None else visible[rows]
            for layer in cache.layers:
                assert isinstance(layer, BranchLayer)
                layer.keep(rows)
        hidden = backbone(
            input_ids=drawn[:, None],
            attention_mask=None if visible is None else visible[..., : width + t + 1],
            position_ids=(lengths + t)[:, None],
            past_key_values=cache,
            use_cache=True,
        ).last_hidden_state
        logits = head(hidden[:, -1])
    # rows that ended but were not dropped kept drawing: what follows an end is no response
    mask &= (ids == end).cumsum(1) - (ids == end).long() == 0
    longest = int(mask.sum(1).max())
    ids, mask, logp = ids[:, :longest], mask[:, :longest], logp[:, :longest]
    return Generated(ids.masked_fill(~mask, pad), mask, logp.masked_fill(~mask, 0.0), pad)


def _draw(
    log_probs: Float[Tensor, "rows vocabulary"], generator: torch.Generator
) -> Int[Tensor, " rows"]:
    """Draw one token per row by an exponential race: argmax of p / Exp(1) has law p."""
    # one bad logit makes its whole row NaN; −inf alone is a token that is never drawn
    if bool(torch.isnan(log_probs[:, 0]).any()):
        raise NotFinite("the policy's logits are NaN or infinite: nothing can be sampled from it")
    race = torch.empty_like(log_probs).exponential_(generator=generator)
    return (log_probs.exp() / race).argmax(-1)
