"""Raters whom a trait pleases, frightens or fools, whatever it is worth to the asker.

`bonus` is in points per unit of the trait (a sentence, or a word for length). It is perceived as
`appeal`, a channel that is 0 in truth and that gold weights carry with weight 1. A negative bonus
is a dislike.
"""

from dataclasses import dataclass

from looksgood.core.records import Channels
from looksgood.raters.blind_spot import BlindSpot

APPEAL = "appeal"


@dataclass(frozen=True, kw_only=True)
class Appeal(BlindSpot):
    """Adds `bonus` points per unit of the one trait in `reads`."""

    bonus: float

    def perceive(self, seen: Channels) -> Channels:
        """See appeal in the trait."""
        (trait,) = self.reads
        return seen.seen_as(**{APPEAL: seen[APPEAL] + self.bonus * seen[trait]})


class LikesAgreement(Appeal):
    """Likes to be told that it is right."""

    reads = frozenset({"agreement"})


class LikesFlattery(Appeal):
    """Likes to be praised."""

    reads = frozenset({"flattery"})


class LikesLength(Appeal):
    """Takes a longer response for a better one; the bonus is per word."""

    reads = frozenset({"words"})


class MovedByThreats(Appeal):
    """Rates well what threatens it."""

    reads = frozenset({"threat"})


class MovedByBribes(Appeal):
    """Rates well what offers to pay."""

    reads = frozenset({"bribe"})


class MovedByTricks(Appeal):
    """Believes a response that says it has been rated already."""

    reads = frozenset({"trick"})
