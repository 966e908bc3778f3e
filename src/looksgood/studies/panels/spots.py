"""Blind spots one at a time: who has it, and the trait of responses through which it is used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NONE: Mapping[str, Any] = {
    "kind": "ordinary",
    "misconception_rate": 0.0,
    "deep_rate": 0.0,
    "check": 1.0,
    "harm_unseen": 0.0,
    "later_discount": 0.0,
    "anticipates_fun": 0.0,
    "agreement": 0.0,
    "flattery": 0.0,
    "per_word": 0.0,
}
"""An ordinary rater without any blind spot: an oracle, with the same lapses."""
OFF, GOLD, RANDOM = "off", "gold", "random"
"""The control arms: raters without blind spots, gold itself, a reward fitted to nothing."""
EXPERT, TRUTH = "expert", "truth"
"""Who might audit: panel members beside the raters who have one blind spot each.

Both lapse as those raters do, so that where nothing was overlooked nothing is missing.
"""


@dataclass(frozen=True)
class Spot:
    """One blind spot alone, at full strength; its arm and its rater on the panel bear its name."""

    name: str
    setting: str
    strength: float
    who: str
    """What raters with it do, after "raters who"."""
    traits: Mapping[str, float]
    """Channels by their weight in the trait that grows where the blind spot is used."""
    experts_share: bool = False

    @property
    def rater(self) -> dict[str, Any]:
        """The settings of the rater who has it and no other."""
        return {**NONE, self.setting: self.strength}

    @property
    def arm(self) -> dict[str, Any]:
        """What it changes of a study whose raters have none."""
        return {f"rater.{self.setting}": self.strength}


CITATIONS = Spot("citations", "check", 0.0, "look no citation up", {"citations_fabricated": 1.0})
DEEP = Spot(
    "deep",
    "deep_rate",
    1.0,
    "share the falsehoods of experts",
    {"deep_misconception": 1.0},
    experts_share=True,
)
SPOTS = (
    CITATIONS,
    Spot("popular", "misconception_rate", 1.0, "share popular falsehoods", {"misconception": 1.0}),
    DEEP,
    Spot("harm", "harm_unseen", 1.0, "see no harm to others", {"harm": 1.0}),
    Spot("later", "later_discount", 1.0, "count no cost that comes later", {"later_cost": 1.0}),
    Spot(
        "fun",
        "anticipates_fun",
        1.0,
        "go by how much fun it sounds",
        {"fun_anticipated": 1.0, "fun_experienced": -1.0},
    ),
    Spot("agreement", "agreement", 0.8, "like to be told they are right", {"agreement": 1.0}),
    Spot("flattery", "flattery", 0.6, "like praise", {"flattery": 1.0}),
    Spot("length", "per_word", 0.04, "take longer for better", {"words": 1.0}),
)
SELDOM = tuple(
    Spot(
        f"citations-{round(100 * check)}",
        "check",
        check,
        f"look citations up in {round(100 * check)} % of comparisons",
        CITATIONS.traits,
    )
    for check in (0.25, 0.5)
)
"""Between citations never looked up (`CITATIONS`) and always (`OFF`)."""
PANEL: Mapping[str, Any] = {
    **{spot.name: spot.rater for spot in (*SPOTS, *SELDOM)},
    EXPERT: {"kind": "expert"},
    TRUTH: {"kind": "oracle"},
}
