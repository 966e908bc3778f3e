"""A rater who answers more sharply, or more loosely, than its log-odds."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from looksgood.core.protocols import Rater
from looksgood.core.records import Channels


@dataclass(frozen=True, slots=True)
class Temperature:
    """Any rater, with the log-odds of each answer divided by `value`.

    Placed right around the oracle it sets how many points make odds of e to 1. Answers that
    round to certain (log-odds above about 17 in float32) stay certain at any temperature.
    """

    inner: Rater
    value: float

    def __post_init__(self) -> None:
        """Refuse a temperature that means nothing.

        Raises:
            ValueError: `value` is not positive.
        """
        if not self.value > 0:
            raise ValueError(f"value={self.value}: a temperature is above 0; near 0 is certain")

    def score(self, seen: Channels) -> Float[Tensor, " responses"]:
        """Return the inner opinion: temperature is in the answer."""
        return self.inner.score(seen)

    def prob_first(self, first: Channels, second: Channels) -> Float[Tensor, " pairs"]:
        """Return σ(logit(inner answer) / value)."""
        return (self.inner.prob_first(first, second).logit() / self.value).sigmoid()
