"""A rater who seldom looks a citation up."""

from dataclasses import dataclass, field
from typing import ClassVar

from looksgood.core.records import Channels
from looksgood.raters.blind_spot import BlindSpot


@dataclass(frozen=True, kw_only=True)
class UncheckedCitations(BlindSpot):
    """Looks the citations of a comparison up with probability `check`; else believes them."""

    check: float = 0.0
    rate: float = field(init=False)
    """1 − check."""

    reads: ClassVar = frozenset({"citations_fabricated"})

    def __post_init__(self) -> None:
        """Set the rate.

        Raises:
            ValueError: `check` lies outside [0, 1].
        """
        if not 0 <= self.check <= 1:
            raise ValueError(f"check={self.check} is not a probability: give one in [0, 1]")
        object.__setattr__(self, "rate", 1 - self.check)

    def perceive(self, seen: Channels) -> Channels:
        """See fabricated citations as real ones."""
        return seen.seen_as(
            citations_real=seen["citations_real"] + seen["citations_fabricated"],
            citations_fabricated=0 * seen["citations_fabricated"],
        )
