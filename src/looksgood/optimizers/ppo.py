"""PPO with a value head: token-level KL in the reward, GAE, clipped losses, and β fixed or steered.

The value head is linear on the policy's own hidden states, without gradient into them: a shared
trunk that serves both is a known trap (Ziegler et al. 2019, §5).
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from looksgood.core.protocols import Reward
from looksgood.core.records import Prompt, Samples
from looksgood.core.seeds import Seed
from looksgood.models.language_model import LanguageModel
from looksgood.models.load import output_head
from looksgood.ops.adaptive_kl import adapted_kl_penalty
from looksgood.ops.gae import gae
from looksgood.ops.masked_mean import masked_mean
from looksgood.ops.ppo_clip import clipped_policy_loss, clipped_value_loss
from looksgood.optimizers.spec import PPOSpec
from looksgood.optimizers.trainer import RLTrainer, Rollout


class PPO(RLTrainer):
    """Schulman et al. (2017), arXiv:1707.06347, as used by Ziegler et al. (2019)."""

    spec: PPOSpec

    def __init__(
        self,
        spec: PPOSpec,
        base: LanguageModel,
        reward: Reward,
        prompts: Sequence[Prompt],
        seed: Seed,
    ) -> None:
        head: Any = output_head(base.model)
        self.value = nn.Linear(head.weight.shape[1], 1)
        self.value.weight.data.zero_()
        self.value.bias.data.zero_()
        super().__init__(spec, base, reward, prompts, seed)

    def parts(self) -> list[list[Tensor]]:
        """The policy's, and the value head's: clipped together, large returns stop the policy."""
        return [*super().parts(), list(self.value.parameters())]

    def learn(self, rollout: Rollout) -> dict[str, float]:
        """Move `epochs` times on the clipped losses, then steer β where a target is set."""
        samples, spec = rollout.samples, self.spec
        with torch.no_grad():
            _, values_old = self._logp_and_values(samples)
        advantages, returns = gae(
            self._token_rewards(rollout), values_old, samples.mask, spec.gamma, spec.lam
        )
        advantages = _whitened(advantages, samples.mask)
        losses = []
        for _ in range(spec.epochs):
            logp, values = self._logp_and_values(samples)
            policy_loss = clipped_policy_loss(
                logp, samples.logp, advantages, samples.mask, spec.clip
            )
            value_loss = clipped_value_loss(
                values, values_old, returns, samples.mask, spec.value_clip
            )
            losses.append(self.descend(policy_loss + spec.value_weight * value_loss))
        if spec.target_kl:
            kl = float(rollout.kl_nats.mean())
            self.beta = adapted_kl_penalty(
                self.beta, kl, spec.target_kl, len(samples), spec.horizon
            )
        return {"loss": float(torch.tensor(losses).mean())}

    def _token_rewards(self, rollout: Rollout) -> Float[Tensor, "responses tokens"]:
        """−β log π/π₀ at every token, and r̂ at the last one."""
        samples = rollout.samples
        rewards = -self.beta * (samples.logp - rollout.logp_base)
        rewards[torch.arange(len(samples)), samples.mask.sum(1) - 1] += rollout.proxy
        return rewards

    def _logp_and_values(
        self, samples: Samples
    ) -> tuple[Float[Tensor, "responses tokens"], Float[Tensor, "responses tokens"]]:
        """Return each token's log-probability, and the value of the state before it."""
        hidden = self.policy.hidden(samples)
        return self.policy.logp(samples, hidden), self.value(hidden.detach())[..., 0]

    def _named(self) -> Iterator[tuple[str, nn.Parameter]]:
        values = ((f"value.{n}", p) for n, p in self.value.named_parameters())
        return chain(self.policy.model.named_parameters(), values)


def _whitened(advantages: Tensor, mask: Tensor) -> Tensor:
    """Mean 0 and sd 1 over response tokens."""
    mean = masked_mean(advantages, mask)
    sd = masked_mean((advantages - mean).square(), mask).sqrt()
    return ((advantages - mean) / (sd + 1e-8)).masked_fill(~mask, 0.0)
