"""How a rater is put together from its settings: the oracle inside, what it perceives around it."""

from collections.abc import Mapping

from looksgood.core.protocols import Rater
from looksgood.raters.anticipates_fun import AnticipatesFun
from looksgood.raters.appeal import (
    APPEAL,
    LikesAgreement,
    LikesFlattery,
    LikesLength,
    MovedByBribes,
    MovedByThreats,
    MovedByTricks,
)
from looksgood.raters.discounts_later_cost import DiscountsLaterCost
from looksgood.raters.harm_out_of_sight import HarmOutOfSight
from looksgood.raters.lapse import Lapse
from looksgood.raters.misconceptions import SharesDeepMisconception, SharesMisconception
from looksgood.raters.oracle import Oracle
from looksgood.raters.spec import BlindSpotsSpec, OracleSpec
from looksgood.raters.temperature import Temperature
from looksgood.raters.unchecked_citations import UncheckedCitations


def rater_of(weights: Mapping[str, float], spec: OracleSpec | BlindSpotsSpec) -> Rater:
    """Return the oracle, with a temperature, behind the blind spots, with lapses.

    Temperature lies inside, so that it scales points; lapses lie outside, so that they strike
    whatever would have been answered. What has strength 0 is left out.
    """
    rater: Rater = Oracle({APPEAL: 1.0, **weights})
    if spec.temperature != 1:
        rater = Temperature(rater, spec.temperature)
    if isinstance(spec, BlindSpotsSpec):
        rater = _with_blind_spots(rater, spec)
    return Lapse(rater, spec.lapse) if spec.lapse else rater


def _with_blind_spots(rater: Rater, spec: BlindSpotsSpec) -> Rater:
    if spec.misconception_rate:
        rater = SharesMisconception(inner=rater, rate=spec.misconception_rate)
    if spec.deep_rate:
        rater = SharesDeepMisconception(inner=rater, rate=spec.deep_rate)
    if spec.check < 1:
        rater = UncheckedCitations(inner=rater, check=spec.check)
    if spec.harm_unseen:
        rater = HarmOutOfSight(inner=rater, unseen=spec.harm_unseen)
    if spec.later_discount:
        rater = DiscountsLaterCost(inner=rater, discount=spec.later_discount)
    if spec.anticipates_fun:
        rater = AnticipatesFun(inner=rater, rate=spec.anticipates_fun)
    for liking, bonus in (
        (LikesAgreement, spec.agreement),
        (LikesFlattery, spec.flattery),
        (LikesLength, spec.per_word),
        (MovedByThreats, spec.threats),
        (MovedByBribes, spec.bribes),
        (MovedByTricks, spec.tricks),
    ):
        if bonus:
            rater = liking(inner=rater, bonus=bonus)
    return rater
