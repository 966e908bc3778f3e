"""Raters: whoever compares two responses. An oracle, and blind spots that wrap it one by one.

In: the true channels of responses and the world's weights. Out: the rater's own score of a
response, in points, and the probability that it chooses the first of two. Names are imported when
first used, so that settings stay light.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looksgood.raters.anticipates_fun import AnticipatesFun
    from looksgood.raters.appeal import (
        Appeal,
        LikesAgreement,
        LikesFlattery,
        LikesLength,
        MovedByBribes,
        MovedByThreats,
        MovedByTricks,
    )
    from looksgood.raters.blind_spot import BlindSpot
    from looksgood.raters.coin import Coin
    from looksgood.raters.discounts_later_cost import DiscountsLaterCost
    from looksgood.raters.harm_out_of_sight import HarmOutOfSight
    from looksgood.raters.lapse import Lapse
    from looksgood.raters.misconceptions import SharesDeepMisconception, SharesMisconception
    from looksgood.raters.oracle import Oracle
    from looksgood.raters.spec import CoinSpec, ExpertSpec, OracleSpec, OrdinarySpec
    from looksgood.raters.temperature import Temperature
    from looksgood.raters.unchecked_citations import UncheckedCitations

BLIND_SPOTS = {
    "SharesMisconception": "misconceptions",
    "SharesDeepMisconception": "misconceptions",
    "UncheckedCitations": "unchecked_citations",
    "HarmOutOfSight": "harm_out_of_sight",
    "DiscountsLaterCost": "discounts_later_cost",
    "AnticipatesFun": "anticipates_fun",
    "LikesAgreement": "appeal",
    "LikesFlattery": "appeal",
    "LikesLength": "appeal",
    "MovedByThreats": "appeal",
    "MovedByBribes": "appeal",
    "MovedByTricks": "appeal",
}
"""Every blind spot of this package, and the module it lives in."""

_HOME = BLIND_SPOTS | {
    "Appeal": "appeal",
    "BlindSpot": "blind_spot",
    "Coin": "coin",
    "CoinSpec": "spec",
    "ExpertSpec": "spec",
    "Lapse": "lapse",
    "Oracle": "oracle",
    "OracleSpec": "spec",
    "OrdinarySpec": "spec",
    "Temperature": "temperature",
}

__all__ = [
    "BLIND_SPOTS",
    "AnticipatesFun",
    "Appeal",
    "BlindSpot",
    "Coin",
    "CoinSpec",
    "DiscountsLaterCost",
    "ExpertSpec",
    "HarmOutOfSight",
    "Lapse",
    "LikesAgreement",
    "LikesFlattery",
    "LikesLength",
    "MovedByBribes",
    "MovedByThreats",
    "MovedByTricks",
    "Oracle",
    "OracleSpec",
    "OrdinarySpec",
    "SharesDeepMisconception",
    "SharesMisconception",
    "Temperature",
    "UncheckedCitations",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"looksgood.raters has no {name!r}")
    return getattr(import_module(f"looksgood.raters.{_HOME[name]}"), name)
