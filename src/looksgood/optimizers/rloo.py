"""RLOO: REINFORCE on whole responses with a leave-one-out baseline and the KL in the reward.

Left out: clipping and several epochs. Every update is on fresh samples, so the ratio is 1 and the
log-probabilities of sampling serve for the KL.
"""

from looksgood.ops.reinforce import sequence_policy_loss
from looksgood.ops.rloo import rloo_advantages
from looksgood.optimizers.trainer import RLTrainer, Rollout


class RLOO(RLTrainer):
    """Ahmadian et al. (2024), arXiv:2402.14740: R = r̂ − β log π/π₀, one update per rollout."""

    def learn(self, rollout: Rollout) -> dict[str, float]:
        """Move once along the leave-one-out policy gradient."""
        samples = rollout.samples
        rewards = rollout.proxy - self.beta * rollout.kl_nats
        advantages = rloo_advantages(rewards.reshape(-1, samples.k)).flatten()
        logp = self.policy.logp(samples)
        loss = sequence_policy_loss(logp, logp.detach(), advantages, samples.mask)
        return {"loss": self.descend(loss)}
