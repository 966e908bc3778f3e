"""A rater who now and then presses any key."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from looksgood.core.protocols import Rater
from looksgood.core.records import Channels


@dataclass(frozen=True, slots=True)
class Lapse:
    """Any rater, each answer replaced by a fair coin with probability `rate`.

    Source: Christiano et al. (2017), arXiv:1706.03741 §2.2.3 assume 10 %.
    """

    inner: Rater
    rate: float = 0.1

    def __post_init__(self) -> None:
        """Refuse what is not a probability.

        Raises:
            ValueError: `rate` lies outside [0, 1].
        """
        if not 0 <= self.rate <= 1:
            raise ValueError(f"rate={self.rate} is not a probability: give one in [0, 1]")

    def score(self, seen: Channels) -> Float[Tensor, " responses"]:
        """Return the inner opinion: a lapse is in the answer."""
        return self.inner.score(seen)

    def prob_first(self, first: Channels, second: Channels) -> Float[Tensor, " pairs"]:
        """Return the inner answer mixed with ½; at rate 1 nothing is left of it."""
        return (1 - self.rate) * self.inner.prob_first(first, second) + self.rate / 2
