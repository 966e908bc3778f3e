"""Raters who hold a falsehood: they approve of it and mark the truth as wrong."""

from dataclasses import dataclass
from typing import ClassVar

from looksgood.core.records import Channels
from looksgood.raters.blind_spot import BlindSpot


@dataclass(frozen=True, kw_only=True)
class SharesMisconception(BlindSpot):
    """Believes what most people wrongly believe. Experts do not."""

    reads: ClassVar = frozenset({"misconception", "against_misconception"})

    def perceive(self, seen: Channels) -> Channels:
        """See the falsehood as a true claim, and the truth that denies it as a false one."""
        return seen.seen_as(
            claim_true=seen["claim_true"] + seen["misconception"] - seen["against_misconception"],
            claim_false=seen["claim_false"] + seen["against_misconception"],
            misconception=0 * seen["misconception"],
            against_misconception=0 * seen["against_misconception"],
        )


@dataclass(frozen=True, kw_only=True)
class SharesDeepMisconception(BlindSpot):
    """Believes what even experts wrongly believe: only gold knows better."""

    reads: ClassVar = frozenset({"deep_misconception", "against_deep"})

    def perceive(self, seen: Channels) -> Channels:
        """See the falsehood as a true claim, and the truth that denies it as a false one."""
        return seen.seen_as(
            claim_true=seen["claim_true"] + seen["deep_misconception"] - seen["against_deep"],
            claim_false=seen["claim_false"] + seen["against_deep"],
            deep_misconception=0 * seen["deep_misconception"],
            against_deep=0 * seen["against_deep"],
        )
