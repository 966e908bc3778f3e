"""Language-model training: pretraining on a corpus, and fine-tuning on demonstrations."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerBase

from looksgood.core.errors import NotFinite
from looksgood.core.records import Document
from looksgood.core.seeds import Seed
from looksgood.models.language_model import LanguageModel
from looksgood.models.text import encode_documents, encode_prompts

Tick = Callable[[int, int, float], None]
"""Told (step, steps, loss in nats per token) after each update."""


def small_llama(
    tokenizer: PreTrainedTokenizerBase,
    *,
    width: int,
    layers: int,
    heads: int,
    positions: int,
    seed: Seed,
) -> LlamaForCausalLM:
    """Return an untrained Llama of the given size, its weights drawn from `seed`."""
    marks: Any = tokenizer  # its token ids are typed as anything that they may ever be
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=3 * width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        max_position_embeddings=positions,
        tie_word_embeddings=True,
        pad_token_id=marks.pad_token_id,
        bos_token_id=marks.bos_token_id,
        eos_token_id=marks.eos_token_id,
    )
    model = LlamaForCausalLM(config)
    generator = seed.torch()
    for name, weight in model.named_parameters():
        if weight.dim() > 1:
            # tied to the head: at the usual 0.02 facts are learned much later
            scale = (2.0 if "embed" in name else 1.0) * weight.shape[1] ** -0.5
            weight.data.normal_(0, scale, generator=generator)
        else:
            weight.data.fill_(1.0)
    return model


def train_on_documents(
    policy: LanguageModel,
    documents: Sequence[Document],
    *,
    epochs: float,
    batch: int,
    learning_rate: float,
    on_prompts: bool,
    seed: Seed,
    tick: Tick | None = None,
) -> list[float]:
    """Minimise next-token loss; return it per step, in nats per token.

    With `on_prompts` the prompt's tokens count too (pretraining on the web); without, only the
    response's (fine-tuning on demonstrations), and the reply's where there is one. AdamW, warm-up
    over 5 % of the steps, then a cosine.

    Raises:
        NotFinite: the loss became NaN or infinite; says at which step.
    """
    prompt_ids, prompt_mask = encode_prompts(policy.tokenizer, [d.prompt for d in documents])
    ids, mask = encode_documents(policy.tokenizer, documents, policy.response_tokens)
    model = policy.model  # in eval mode: dropout would draw from ambient randomness
    steps = max(1, round(epochs * len(documents) / batch))
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=learning_rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    batches = _batches(prompt_mask.sum(1) + mask.sum(1), batch, steps, seed)
    losses = []
    for step, rows in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate * _schedule(step, steps)
        loss = _loss(policy, prompt_ids[rows], prompt_mask[rows], ids[rows], mask[rows], on_prompts)
        if not bool(torch.isfinite(loss)):
            raise NotFinite(f"pretraining: the loss is {loss.item()} at step {step} of {steps}")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        if tick:
            tick(step + 1, steps, losses[-1])
    return losses


def _loss(
    policy: LanguageModel,
    prompt_ids: Tensor,
    prompt_mask: Tensor,
    ids: Tensor,
    mask: Tensor,
    on_prompts: bool,
) -> Tensor:
    """Mean next-token loss over the rows' own tokens; prompts left-, responses right-padded."""
    prompt_ids = prompt_ids[:, -int(prompt_mask.sum(1).max()) :]
    prompt_mask = prompt_mask[:, -prompt_ids.shape[1] :]
    longest = int(mask.sum(1).max())
    tokens = torch.cat([prompt_ids, ids[:, :longest]], 1)
    real = torch.cat([prompt_mask, mask[:, :longest]], 1)
    targets = tokens.masked_fill(~real, -100)
    # a left-padded row's first token is predicted from padding: not a target
    first = prompt_ids.shape[1] if not on_prompts else 0
    targets[:, :first] = -100
    targets.scatter_(1, (prompt_ids.shape[1] - prompt_mask.sum(1))[:, None], -100)
    positions = (real.long().cumsum(1) - 1).clamp(min=0)
    logits = policy.model(
        input_ids=tokens, attention_mask=real.long(), position_ids=positions, use_cache=False
    ).logits
    return F.cross_entropy(
        logits[:, :-1].flatten(0, 1), targets[:, 1:].flatten(), ignore_index=-100
    )


def _schedule(step: int, steps: int) -> float:
    warm = max(1, steps // 20)
    if step < warm:
        return (step + 1) / warm
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def _batches(lengths: Tensor, batch: int, steps: int, seed: Seed) -> list[Tensor]:
    """Return each step's rows: epochs of fresh permutations, rows of like length together.

    Sorting within groups of 4 batches saves padding; the groups and the order of batches stay
    random.
    """
    batches: list[Tensor] = []
    epoch = 0
    while len(batches) < steps:
        generator = seed.child(epoch).torch()
        order = torch.randperm(len(lengths), generator=generator)
        groups = [group[lengths[group].argsort()] for group in order.split(4 * batch)]
        made = [rows for group in groups for rows in group.split(batch)]
        batches += [made[i] for i in torch.randperm(len(made), generator=generator).tolist()]
        epoch += 1
    return batches[:steps]
