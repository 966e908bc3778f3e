"""Fit a reward model to comparisons by the Bradley-Terry loss."""

from collections.abc import Callable
from pathlib import Path

import torch

from looksgood.core.errors import NotFinite, TooFew
from looksgood.core.records import Comparisons
from looksgood.core.seeds import Seed
from looksgood.ops.bradley_terry import bradley_terry_loss
from looksgood.rewards.reward_model import PairTokens, RewardModel
from looksgood.rewards.spec import BradleyTerrySpec

Tick = Callable[[int, int, float], None]
"""Told (step, steps, loss in nats per pair) after each update."""


def fit_bradley_terry(
    spec: BradleyTerrySpec,
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
    pairs = PairTokens.of(answered, reward.tokenizer, response_tokens)
    model = reward.model.train()
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=spec.learning_rate, weight_decay=spec.weight_decay, fused=True
    )
    steps = max(1, round(spec.epochs * len(answered) / spec.batch))
    order = torch.cat(
        [
            torch.randperm(len(answered), generator=seed.child("order", e).torch())
            for e in range(int(spec.epochs) + 1)
        ]
    )
    for step in range(steps):
        rows = order[step * spec.batch : (step + 1) * spec.batch]
        for group in optimizer.param_groups:
            group["lr"] = spec.learning_rate * (1 - step / steps)
        margins = pairs.margins(model, rows)
        choice = answered.choice[rows]
        loss = bradley_terry_loss(margins, torch.zeros_like(margins), choice, spec.lapse)
        if not bool(torch.isfinite(loss)):
            raise NotFinite(f"reward model: the loss is {loss.item()} at step {step} of {steps}")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if tick:
            tick(step + 1, steps, loss.item())
    model.eval()
    return reward
