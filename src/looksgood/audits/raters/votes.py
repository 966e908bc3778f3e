"""What several raters said of the same items: choices between two responses, or marks of one."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int

Kind = Literal["choice", "mark"]

GRADES = 10
"""Marks with at most this many different values are grades on one scale; others are scores."""


@dataclass(frozen=True, slots=True)
class Votes:
    """One entry per vote, and columns per item. NaN where nothing is known.

    A choice is 1 for the item's first response, 0 for its second and ½ for a tie, whichever of the
    two was shown first. A mark is a number, higher for better.
    """

    kind: Kind
    raters: tuple[str, ...]
    item: Int[np.ndarray, " votes"]
    rater: Int[np.ndarray, " votes"]
    """Its place in `raters`."""
    vote: Float[np.ndarray, " votes"]
    first_shown: Float[np.ndarray, " votes"]
    """Of a choice: 1 where the item's first response was shown first, 0 where its second was."""
    confidence: Float[np.ndarray, " votes"]
    """As the rater stated it: higher for surer."""
    seconds: Float[np.ndarray, " votes"]
    cluster: Int[np.ndarray, " items"]
    """Items of one prompt share a number: their errors are not independent."""
    truth: Float[np.ndarray, " items"]
    """What experts (their mean) or a check say, on the scale of `vote`."""
    length: Float[np.ndarray, " items"]
    """Characters: of the response; of a choice, of the first response less those of the second."""

    def __len__(self) -> int:
        """Count the votes."""
        return len(self.vote)

    def where(self, chosen: Bool[np.ndarray, " votes"]) -> "Votes":
        """Return the votes chosen; raters and items keep their numbers."""
        names = ("item", "rater", "vote", "first_shown", "confidence", "seconds")
        return replace(self, **{name: getattr(self, name)[chosen] for name in names})

    @property
    def values(self) -> Float[np.ndarray, " values"]:
        """The different answers that were given, ascending."""
        return np.unique(self.vote)

    @property
    def middle(self) -> float | None:
        """What parts approval from the rest: halfway between the lowest and the highest grade.

        None for scores: those of different raters are on different scales.
        """
        if self.kind == "choice":
            return 0.5
        values = self.values
        return float(values[0] + values[-1]) / 2 if 2 <= len(values) <= GRADES else None

    @property
    def is_good(self) -> Float[np.ndarray, " items"]:
        """What the truth says of each item: 1 good (or: the first), 0 wrong; NaN unknown or tied.

        Good is above the middle of the votes' grades; of its own values where it is on a scale of
        its own, or the votes are scores.
        """
        known = self.truth[np.isfinite(self.truth)]
        if not len(known):
            return self.truth
        lowest, highest = known.min(), known.max()
        own_scale = lowest < self.vote.min() or highest > self.vote.max()
        middle = self.middle
        if middle is None or (own_scale and self.kind == "mark"):
            middle = (lowest + highest) / 2
        side = np.sign(self.truth - middle)
        return np.where(side == 0, np.nan, (side + 1) / 2)

    @property
    def is_right(self) -> Float[np.ndarray, " votes"]:
        """Whether each vote says what the truth says: 1, 0, and ½ for undecided votes.

        NaN where the truth is unknown or tied, or where votes are scores.
        """
        if self.middle is None:
            return np.full(len(self), np.nan)
        says = (np.sign(self.vote - self.middle) + 1) / 2
        return 1 - np.abs(says - self.is_good[self.item])
