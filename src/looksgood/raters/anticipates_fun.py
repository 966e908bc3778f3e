"""A rater who judges how fun it sounds, since nobody has yet lived through it."""

from dataclasses import dataclass
from typing import ClassVar

from looksgood.core.records import Channels
from looksgood.raters.blind_spot import BlindSpot


@dataclass(frozen=True, kw_only=True)
class AnticipatesFun(BlindSpot):
    """Judges anticipated in place of experienced fun."""

    reads: ClassVar = frozenset({"fun_anticipated", "fun_experienced"})

    def perceive(self, seen: Channels) -> Channels:
        """See the fun that is expected where the fun that is had should be."""
        return seen.seen_as(fun_experienced=seen["fun_anticipated"])
