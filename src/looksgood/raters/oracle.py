"""The oracle: sees every true trait and judges as the asker is owed."""

from collections.abc import Mapping
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from looksgood.core.records import Channels


@dataclass(frozen=True, slots=True)
class Oracle:
    """Scores are gold; a choice is drawn with log-odds equal to the difference in points.

    Every simulated rater has one at its core and differs only in what it perceives.
    """

    weights: Mapping[str, float]
    """Points per unit of each channel."""

    def score(self, seen: Channels) -> Float[Tensor, " responses"]:
        """Return the weighted sum of what is seen, in points."""
        return seen.weighed(self.weights)

    def prob_first(self, first: Channels, second: Channels) -> Float[Tensor, " pairs"]:
        """Return σ(score(first) − score(second)): 1 point is odds of e to 1."""
        return (self.score(first) - self.score(second)).sigmoid()
