"""What every blind spot is: a rater who, some of the time, perceives other traits than the true."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from looksgood.core.protocols import Rater
from looksgood.core.records import Channels


@dataclass(frozen=True, kw_only=True)
class BlindSpot(ABC):
    """Any rater, looking through one stated flaw in a share `rate` of all comparisons.

    A blind spot changes what is perceived, never how it is judged, so blind spots stack in any
    number: `HarmOutOfSight(inner=SharesMisconception(inner=Oracle(weights)), unseen=0.9)`.
    """

    inner: Rater
    rate: float = 1.0
    """Probability that the rater has this blind spot in a given comparison, for both responses."""

    reads: ClassVar[frozenset[str]]
    """Only these channels let the blind spot move anything: where all are 0, nothing changes."""

    def __post_init__(self) -> None:
        """Refuse what is not a probability.

        Raises:
            ValueError: `rate` lies outside [0, 1].
        """
        if not 0 <= self.rate <= 1:
            raise ValueError(f"rate={self.rate} is not a probability: give one in [0, 1]")

    @abstractmethod
    def perceive(self, seen: Channels) -> Channels:
        """Return the same responses as they look with this blind spot."""

    def score(self, seen: Channels) -> Float[Tensor, " responses"]:
        """Return the mean opinion of each response, in points."""
        return self._mix(lambda see: self.inner.score(see(seen)))

    def prob_first(self, first: Channels, second: Channels) -> Float[Tensor, " pairs"]:
        """Return the probability that the first is chosen; the flaw strikes both or neither."""
        return self._mix(lambda see: self.inner.prob_first(see(first), see(second)))

    def _mix(self, judge: Callable[[Callable[[Channels], Channels]], Tensor]) -> Tensor:
        # a branch of weight 0 is skipped: stacks of n blind spots would ask 2^n times
        if self.rate == 1:
            return judge(self.perceive)
        if self.rate == 0:
            return judge(_clearly)
        return self.rate * judge(self.perceive) + (1 - self.rate) * judge(_clearly)


def _clearly(seen: Channels) -> Channels:
    return seen
