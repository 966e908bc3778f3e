"""Raters who have one blind spot alone, as strong as an ordinary rater's."""

from collections.abc import Mapping
from typing import Any

from looksgood.raters.spec import OrdinarySpec

SETTING_OF = {
    "popular-falsehood": "misconception_rate",
    "deep-falsehood": "deep_rate",
    "citations": "check",
    "harm": "harm_unseen",
    "later-cost": "later_discount",
    "fun": "anticipates_fun",
    "agreement": "agreement",
    "flattery": "flattery",
    "length": "per_word",
}
"""The rater's setting by the name of the blind spot."""
REMOVED: Mapping[str, float] = {name: float(name == "check") for name in SETTING_OF.values()}
"""The strength at which each is gone."""


def alone(spot: str) -> dict[str, Any]:
    """Return the settings, as an arm gives them, of a rater who has this blind spot and no other.

    Raises:
        KeyError: there is no such blind spot.
    """
    own = SETTING_OF[spot]
    strengths = {**REMOVED, own: getattr(OrdinarySpec(), own)}
    return {f"rater.{name}": strength for name, strength in strengths.items()}
