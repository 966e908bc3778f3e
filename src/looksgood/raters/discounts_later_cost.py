"""A rater who judges today what costs later."""

from dataclasses import dataclass
from typing import ClassVar

from looksgood.core.records import Channels
from looksgood.raters.blind_spot import BlindSpot


@dataclass(frozen=True, kw_only=True)
class DiscountsLaterCost(BlindSpot):
    """Counts a cost that comes later at 1 − `discount` of its size."""

    discount: float = 1.0

    reads: ClassVar = frozenset({"later_cost"})

    def perceive(self, seen: Channels) -> Channels:
        """See the rest of the cost."""
        return seen.seen_as(later_cost=(1 - self.discount) * seen["later_cost"])
