"""A rater whose answers say nothing: the control for a reward model fitted to noise."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from looksgood.core.records import Channels


@dataclass(frozen=True, slots=True)
class Coin:
    """Chooses either response with probability ½, whatever it sees."""

    def score(self, seen: Channels) -> Float[Tensor, " responses"]:
        """Return 0 for each response: it has no opinion."""
        return seen.values.new_zeros(len(seen))

    def prob_first(self, first: Channels, second: Channels) -> Float[Tensor, " pairs"]:
        """Return ½ for each pair.

        Raises:
            ValueError: the two sides hold different numbers of responses.
        """
        if len(first) != len(second):
            raise ValueError(f"{len(first)} first but {len(second)} second responses")
        return first.values.new_full((len(first),), 0.5)
