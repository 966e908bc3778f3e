"""What RL trainers share: rollouts of the policy as it is, scored by r̂."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import NotFinite
from looksgood.core.protocols import Reward
from looksgood.core.records import Prompt, Samples
from looksgood.core.seeds import Seed
from looksgood.models.language_model import LanguageModel
from looksgood.optimizers.descent import Descent
from looksgood.optimizers.spec import RLSpec


@dataclass(frozen=True, slots=True)
class Rollout:
    """Fresh responses with what the optimizer sees of them; the policy has not moved since."""

    samples: Samples
    proxy: Float[Tensor, " responses"]
    base_hidden: Float[Tensor, "responses tokens width"]
    """The base's hidden states along the responses: its logits, where they are needed."""
    logp_base: Float[Tensor, "responses tokens"]

    @property
    def kl_nats(self) -> Float[Tensor, " responses"]:
        """The k1 estimate of each response: log π/π₀, may be negative."""
        return (self.samples.logp - self.logp_base).sum(1)


class RLTrainer(Descent):
    """One RL run."""

    def __init__(
        self,
        spec: RLSpec,
        base: LanguageModel,
        reward: Reward,
        prompts: Sequence[Prompt],
        seed: Seed,
    ) -> None:
        super().__init__(spec, base, seed)
        self.spec, self.reward, self.prompts = spec, reward, prompts

    def step(self) -> dict[str, float]:
        """Draw responses, score them, and move the policy once.

        Raises:
            NotFinite: a score, the loss or its gradient is NaN or infinite; nothing has moved.
        """
        moves_once = getattr(self.spec, "epochs", 1) == 1
        before = None if moves_once else self.state()
        rollout = self.rollout()
        scalars = {
            "proxy": float(rollout.proxy.mean()),
            "kl": float(rollout.kl_nats.mean()),
            "beta": self.beta,
            "tokens": float(rollout.samples.mask.sum(1).float().mean()),
        }
        try:
            scalars |= self.learn(rollout)
        except NotFinite:
            if before:  # an earlier epoch of this step has moved
                self.restore(before)
            raise
        self.position += 1
        return scalars

    def rollout(self) -> Rollout:
        """Draw this step's responses and score them; sampling's log-probabilities are reused."""
        at = self.seed.child("step", self.position)
        chosen = at.child("prompts").numpy().integers(len(self.prompts), size=self.spec.prompts)
        prompts = [self.prompts[i] for i in chosen]
        try:
            samples = self.policy.sample(prompts, self.spec.k, at.child("samples"))
        except NotFinite as error:
            raise NotFinite(f"step {self.position}: {error}") from error
        proxy = self.reward.score(samples)
        if not bool(torch.isfinite(proxy).all()):
            raise NotFinite(f"step {self.position}: the reward of a response is NaN or infinite")
        with torch.no_grad():
            hidden = self.base.hidden(samples)
            return Rollout(samples, proxy, hidden, self.base.logp(samples, hidden))

    @abstractmethod
    def learn(self, rollout: Rollout) -> dict[str, float]:
        """Move the policy by what the rollout says; return further scalars."""
