"""GRPO: advantages in units of their group's spread, clipped token ratios, the KL in the reward.

DeepSeekMath puts a k3 KL into the loss; its gradient is not that of the KL (see
docs/glossary.md), so the KL is charged in the reward here, as for the other optimizers.
"""

import torch

from looksgood.ops.grpo import grpo_advantages
from looksgood.ops.ppo_clip import clipped_policy_loss
from looksgood.optimizers.spec import GRPOSpec
from looksgood.optimizers.trainer import RLTrainer, Rollout


class GRPO(RLTrainer):
    """Shao et al. (2024), arXiv:2402.03300."""

    spec: GRPOSpec

    def learn(self, rollout: Rollout) -> dict[str, float]:
        """Move `epochs` times on the clipped surrogate."""
        samples = rollout.samples
        rewards = rollout.proxy - self.beta * rollout.kl_nats
        advantages = grpo_advantages(rewards.reshape(-1, samples.k)).flatten()
        by_token = advantages[:, None].expand_as(samples.logp)
        losses = []
        for _ in range(self.spec.epochs):
            logp = self.policy.logp(samples)
            loss = clipped_policy_loss(logp, samples.logp, by_token, samples.mask, self.spec.clip)
            losses.append(self.descend(loss))
        return {"loss": float(torch.tensor(losses).mean())}
