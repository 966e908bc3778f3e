"""A rater who is not there where the harm is done."""

from dataclasses import dataclass
from typing import ClassVar

from looksgood.core.records import Channels
from looksgood.raters.blind_spot import BlindSpot


@dataclass(frozen=True, kw_only=True)
class HarmOutOfSight(BlindSpot):
    """Does not see a share `unseen` of the harm that advice does to others."""

    unseen: float = 1.0

    reads: ClassVar = frozenset({"harm"})

    def perceive(self, seen: Channels) -> Channels:
        """See the rest of the harm."""
        return seen.seen_as(harm=(1 - self.unseen) * seen["harm"])
