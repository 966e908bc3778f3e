"""Fit a reward model to comparisons: by the Bradley-Terry loss, or with confidence in itself."""

import math
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from looksgood.core.errors import NotFinite, TooFew
from looksgood.core.records import Comparisons
from looksgood.core.seeds import Seed
from looksgood.models.comparison_tokens import ComparisonTokens
from looksgood.ops.bradley_terry import bradley_terry_loss
from looksgood.ops.confidence_loss import confidence_loss, warmed_up
from looksgood.rewards.last_token import comparison_margins
from looksgood.rewards.reward_model import RewardModel
from looksgood.rewards.spec import ConfidentSpec, FittedSpec

Tick = Callable[[int, int, float], None]
"""Told (step, steps, loss in nats per pair) after each update."""


def fit_bradley_terry(
    spec: FittedSpec,
    base: Path,
    comparisons: Comparisons,
    response_tokens: int,
    seed: Seed,
    tick: Tick | None = None,
) -> RewardModel:
    """Return r̂, initialised from the base in folder `base`, fitted to the answered comparisons.

    Ties count as half a choice each way; "can't tell" is left out.

    Raises:
        TooFew: no comparison was answered.
        NotFinite: the loss became NaN or infinite; says at which step.
    """
    answered = comparisons.take(torch.isfinite(comparisons.choice).nonzero()[:, 0].tolist())
    if not len(answered):
        raise TooFew("no comparison was answered: there is nothing to fit a reward model to")
    reward = RewardModel.load(base, response_tokens, new_head=seed.child("head"))
    tokens = ComparisonTokens.of(answered, reward.tokenizer, response_tokens)
    model = reward.model  # in eval mode: dropout would draw from ambient randomness
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=spec.learning_rate, weight_decay=spec.weight_decay, fused=True
    )
    batches = _batches(tokens.prompts, spec, seed.child("order"))
    steps = len(batches)
    for step, prompts in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = spec.learning_rate * (1 - step / steps)
        pairs, margins = comparison_margins(model, tokens, prompts)
        loss = _loss(spec, margins, answered.choice[pairs], step / steps)
        if not bool(torch.isfinite(loss)):
            raise NotFinite(f"reward model: the loss is {loss.item()} at step {step} of {steps}")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if tick:
            tick(step + 1, steps, loss.item())
    return reward


def _loss(spec: FittedSpec, margins: Tensor, choice: Tensor, done: float) -> Tensor:
    """Return the loss of a batch at a share `done` of training."""
    if isinstance(spec, ConfidentSpec) and spec.confidence:
        weight = warmed_up(spec.confidence, done, spec.warm_up)
        return confidence_loss(margins, choice, weight)
    return bradley_terry_loss(margins, torch.zeros_like(margins), choice, spec.lapse)


def _batches(prompts: int, spec: FittedSpec, seed: Seed) -> list[Tensor]:
    """Return each step's prompts: fresh permutations, `spec.epochs` of them (fractions too)."""
    epochs = math.ceil(spec.epochs)
    order = torch.cat(
        [torch.randperm(prompts, generator=seed.child(e).torch()) for e in range(epochs)]
    )
    return list(order[: max(1, round(spec.epochs * prompts))].split(spec.batch))
