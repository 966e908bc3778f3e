"""The control that optimises gold itself: a reward that is handed the truth as a function."""

from collections.abc import Callable
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from looksgood.core.records import Samples

GoldOf = Callable[[Samples], Float[Tensor, " responses"]]


@dataclass(frozen=True)
class GoldReward:
    """Gold, standardised on base samples like every other reward. Nothing is learned."""

    gold: GoldOf
    shift: float = 0.0
    scale: float = 1.0

    def score(self, samples: Samples) -> Float[Tensor, " responses"]:
        """Return standardised gold."""
        return ((self.gold(samples) - self.shift) / self.scale).float()
