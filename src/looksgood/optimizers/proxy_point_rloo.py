"""RLOO whose weight on r̂ falls as its mean reaches a stated point."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from looksgood.core.protocols import Reward
from looksgood.core.records import Prompt
from looksgood.core.seeds import Seed
from looksgood.models.language_model import LanguageModel
from looksgood.ops.proxy_point import ascended_multiplier
from looksgood.optimizers.constrained_spec import ProxyPointRLOOSpec
from looksgood.optimizers.rloo import RLOO
from looksgood.optimizers.trainer import Rollout

MULTIPLIER = "multiplier"


class ProxyPointRLOO(RLOO):
    """Moskovitz et al. (2023), arXiv:2310.04373, for one reward: μ E[r̂] − (β + 1 − μ) KL.

    μ begins at 1, where this is RLOO, and moves after each step, by the mean of r̂ over that step's
    responses. What r̂ loses in weight the KL gains: were its weight β alone, a policy beyond the
    point would hardly be pulled back, since Adam's steps remember how large gradients were.
    """

    def __init__(
        self,
        spec: ProxyPointRLOOSpec,
        base: LanguageModel,
        reward: Reward,
        prompts: Sequence[Prompt],
        seed: Seed,
    ) -> None:
        super().__init__(spec, base, reward, prompts, seed)
        self.point, self.rate, self.least_beta = spec.proxy_point, spec.multiplier_rate, spec.beta
        self.multiplier = 1.0

    def learn(self, rollout: Rollout) -> dict[str, float]:
        """Move once as RLOO does with these weights; then move μ."""
        used = self.multiplier
        self.beta = self.least_beta + 1 - used
        scalars = super().learn(replace(rollout, proxy=used * rollout.proxy))
        self.multiplier = ascended_multiplier(
            used, float(rollout.proxy.mean()), self.point, self.rate
        )
        return {**scalars, MULTIPLIER: used}

    def state(self) -> dict[str, Tensor]:
        """Return weights, moments, position, β and μ by name."""
        return {**super().state(), MULTIPLIER: torch.tensor(self.multiplier, dtype=torch.float64)}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Continue from `state`."""
        super().restore(state)
        self.multiplier = float(state[MULTIPLIER])
