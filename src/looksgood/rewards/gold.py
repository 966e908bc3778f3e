"""Controls without a reward model: what a judge gives, handed over as a function."""

from collections.abc import Callable
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from looksgood.core.records import Samples

GoldOf = Callable[[Samples], Float[Tensor, " responses"]]


@dataclass(frozen=True)
class GoldReward:
    """Gold, or a rater's score, standardised on base samples as any reward; nothing is learned."""

    gold: GoldOf
    shift: float = 0.0
    scale: float = 1.0

    def score(self, samples: Samples) -> Float[Tensor, " responses"]:
        """Return standardised gold."""
        return ((self.gold(samples) - self.shift) / self.scale).float()
