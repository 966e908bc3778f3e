"""What RL trainers share: rollouts with the KL in the reward, one optimizer step, and state."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import NotFinite
from looksgood.core.protocols import Reward
from looksgood.core.records import Prompt, Samples
from looksgood.core.seeds import Seed
from looksgood.models.language_model import LanguageModel
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


class RLTrainer(ABC):
    """One RL run. Every draw is addressed by its step, so the position is the random state."""

    def __init__(
        self,
        spec: RLSpec,
        base: LanguageModel,
        reward: Reward,
        prompts: Sequence[Prompt],
        seed: Seed,
    ) -> None:
        self.spec, self.base, self.reward, self.prompts, self.seed = (
            spec,
            base,
            reward,
            prompts,
            seed,
        )
        self.policy = base.copy()
        self.position = 0
        self.beta = spec.beta
        self.optimizer = torch.optim.AdamW(
            chain.from_iterable(self.parts()),
            lr=spec.learning_rate,
            betas=(0.9, 0.99),
            weight_decay=0.0,
            fused=True,
        )

    def parts(self) -> list[list[Tensor]]:
        """Everything that is trained, in parts whose gradients are clipped each by itself."""
        return [list(self.policy.model.parameters())]

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

    def descend(self, loss: Float[Tensor, ""]) -> float:
        """Take one step down `loss`; return the loss.

        The rate rises over the first fifth of the steps and falls linearly to 0: at a constant
        rate Adam's noise alone holds a policy half a nat from its base, however strong the penalty.

        Raises:
            NotFinite: the loss or its gradient is NaN or infinite; nothing has moved.
        """
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norms = [
            torch.nn.utils.clip_grad_norm_(part, self.spec.max_grad_norm) for part in self.parts()
        ]
        norm = torch.stack(norms).max()
        if not bool(torch.isfinite(loss) & torch.isfinite(norm)):
            raise NotFinite(
                f"step {self.position}: the loss is {loss.item()}, its gradient {norm.item()}"
            )
        for group in self.optimizer.param_groups:
            group["lr"] = self.spec.learning_rate * _schedule(self.position, self.spec.steps)
        self.optimizer.step()
        return loss.item()

    def state(self) -> dict[str, Tensor]:
        """Return weights, moments, position and β by name."""
        state = {f"weights.{n}": p.detach() for n, p in self._named()}
        for name, parameter in self._named():
            for part, value in self.optimizer.state.get(parameter, {}).items():
                state[f"moments.{name}.{part}"] = torch.as_tensor(value)
        state["position"] = torch.tensor(self.position)
        state["beta"] = torch.tensor(self.beta, dtype=torch.float64)
        return copy.deepcopy(state)

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Continue from `state`."""
        for name, parameter in self._named():
            parameter.data.copy_(state[f"weights.{name}"])
            prefix = f"moments.{name}."
            moments = {
                key.removeprefix(prefix): value.clone()
                for key, value in state.items()
                if key.startswith(prefix)
            }
            self.optimizer.state.pop(parameter, None)
            if moments:
                self.optimizer.state[parameter] = moments
        self.position = int(state["position"])
        self.beta = float(state["beta"])

    def _named(self) -> Iterator[tuple[str, torch.nn.Parameter]]:
        return self.policy.model.named_parameters()


def _schedule(position: int, steps: int) -> float:
    return min(1.0, (position + 1) / max(1, steps // 5)) * (1 - position / steps)
