"""RLOO with a χ² penalty of whole responses in the place of the KL."""

import torch

from looksgood.ops.chi2_penalty import chi2_per_position
from looksgood.ops.reinforce import sequence_policy_loss
from looksgood.ops.rloo import rloo_advantages
from looksgood.optimizers.constrained_spec import Chi2RLOOSpec
from looksgood.optimizers.trainer import RLTrainer, Rollout


class Chi2RLOO(RLTrainer):
    """Laidlaw et al. (2024), arXiv:2403.03185, with a response for one action: E[r̂] − β χ².

    χ² bounds what a rare event may become: p ≤ q + √(χ² q(1−q)); a KL hardly does. At the optimum
    π/π₀ = (r̂ − ν)₊/2β: it grows with r̂ and not, as under a KL penalty, with its exponential.
    """

    spec: Chi2RLOOSpec

    def learn(self, rollout: Rollout) -> dict[str, float]:
        """Move once along the leave-one-out policy gradient, and χ²'s own."""
        samples = rollout.samples
        hidden = self.policy.hidden(samples)
        logp = self.policy.logp(samples, hidden)
        with torch.no_grad():
            base = self.base.logits(rollout.base_hidden)
        chi2 = chi2_per_position(
            self.policy.logits(hidden),
            base,
            samples.logp - rollout.logp_base,
            samples.mask,
            self.spec.log_ratio_cap,
        )
        rewards = rollout.proxy - 2 * self.beta * chi2.estimate
        advantages = rloo_advantages(rewards.reshape(-1, samples.k)).flatten()
        loss = sequence_policy_loss(logp, logp.detach(), advantages, samples.mask)
        return {
            "loss": self.descend(loss + self.beta * chi2.surrogate.mean()),
            "chi2": float(chi2.estimate.mean()),
            "clamped": float(chi2.is_clamped.float().mean()),
        }
