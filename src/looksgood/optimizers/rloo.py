"""RLOO: REINFORCE on whole responses with a leave-one-out baseline and the KL in the reward.

Left out: clipping and several epochs. Every update is on fresh samples, so the ratio is 1 and the
log-probabilities of sampling serve for the KL.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.ops.kl import kl_exact_per_position_nats
from looksgood.ops.reinforce import sequence_policy_loss
from looksgood.ops.rloo import rloo_advantages
from looksgood.optimizers.spec import RLOOSpec
from looksgood.optimizers.trainer import RLTrainer, Rollout


class RLOO(RLTrainer):
    """Ahmadian et al. (2024), arXiv:2402.14740: R = r̂ − β KL, one update per rollout.

    The KL of a response is log π/π₀ of its tokens (k1), or the exact sum over the vocabulary at
    each of its positions. Both have the same mean. Near the base k1 is mostly noise, which under
    a strong penalty drowns r̂; the exact sum vanishes there. It depends on the policy beyond the
    tokens drawn, so its own gradient is added.
    """

    spec: RLOOSpec

    def learn(self, rollout: Rollout) -> dict[str, float]:
        """Move once along the leave-one-out policy gradient."""
        samples = rollout.samples
        hidden = self.policy.hidden(samples)
        logp = self.policy.logp(samples, hidden)
        exact = self.spec.kl == "exact"
        kl = self._exact_kl_nats(rollout, hidden) if exact else rollout.kl_nats
        rewards = rollout.proxy - self.beta * kl.detach()
        advantages = rloo_advantages(rewards.reshape(-1, samples.k)).flatten()
        loss = sequence_policy_loss(logp, logp.detach(), advantages, samples.mask)
        if exact:
            loss = loss + self.beta * kl.mean()
        return {"loss": self.descend(loss)}

    def _exact_kl_nats(
        self, rollout: Rollout, hidden: Float[Tensor, "responses tokens width"]
    ) -> Float[Tensor, " responses"]:
        with torch.no_grad():
            base = self.base.logits(rollout.base_hidden)
        return kl_exact_per_position_nats(self.policy.logits(hidden), base, rollout.samples.mask)
