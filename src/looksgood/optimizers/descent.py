"""What all trainers of language models share: one optimizer step at a time, and state."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from itertools import chain

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import NotFinite
from looksgood.core.seeds import Seed
from looksgood.models.language_model import LanguageModel
from looksgood.models.training_state import restore_training, training_state
from looksgood.optimizers.spec import TrainerSpec


class Descent(ABC):
    """A copy of the base on its way. Every draw is addressed by its step: position is the state."""

    def __init__(self, spec: TrainerSpec, base: LanguageModel, seed: Seed) -> None:
        self.spec, self.base, self.seed = spec, base, seed
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

    @abstractmethod
    def step(self) -> dict[str, float]:
        """Move the policy once and return the step's scalars.

        Raises:
            NotFinite: a score, the loss or its gradient is NaN or infinite; nothing has moved.
        """

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
        return training_state(self._named(), self.optimizer) | {
            "position": torch.tensor(self.position),
            "beta": torch.tensor(self.beta, dtype=torch.float64),
        }

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Continue from `state`."""
        restore_training(self._named(), self.optimizer, state)
        self.position = int(state["position"])
        self.beta = float(state["beta"])

    def _named(self) -> Iterator[tuple[str, torch.nn.Parameter]]:
        return self.policy.model.named_parameters()


def _schedule(position: int, steps: int) -> float:
    return min(1.0, (position + 1) / max(1, steps // 5)) * (1 - position / steps)
