"""Blind spots one at a time: together an ordinary rater's, each alone, and none an oracle."""

import pytest
import torch

from looksgood.core.records import Channels
from looksgood.core.seeds import Seed
from looksgood.raters.spec import BlindSpotsSpec, OracleSpec, OrdinarySpec
from looksgood.raters.stack import rater_of
from looksgood.studies.catalogue.blind_spots import STUDY
from looksgood.studies.panels.spots import NONE, PANEL, SELDOM, SPOTS
from looksgood.worlds.almanac.spec import GoldWeights
from looksgood.worlds.almanac.world import CHANNELS

WEIGHTS = GoldWeights().model_dump()
NOT_OF_ORDINARY_RATERS = {"threats", "bribes", "tricks", "lapse", "temperature"}
ALL = (*SPOTS, *SELDOM)
each_spot = pytest.mark.parametrize("spot", ALL, ids=lambda spot: spot.name)


def drawn(without=()):
    values = torch.rand(64, len(CHANNELS), generator=Seed(("drawn",)).torch(), dtype=torch.float64)
    seen = Channels(CHANNELS, values)
    return seen.seen_as(**{name: 0 * seen[name] for name in without})


def score(settings, seen):
    return rater_of(WEIGHTS, OrdinarySpec(**settings)).score(seen)


def test_without_any_an_ordinary_rater_is_an_oracle():
    none, oracle = (rater_of(WEIGHTS, spec) for spec in (OrdinarySpec(**NONE), OracleSpec()))
    first, second = drawn(), drawn(without=["claim_true", "harm", "words"])
    assert torch.equal(none.prob_first(first, second), oracle.prob_first(first, second))


def test_every_blind_spot_of_an_ordinary_rater_has_its_turn():
    assert {spot.setting for spot in SPOTS} == set(BlindSpotsSpec.model_fields) - (
        NOT_OF_ORDINARY_RATERS
    )
    assert set(NONE) == {"kind", *(spot.setting for spot in SPOTS)}


@each_spot
def test_a_blind_spot_is_used_through_its_trait_alone(spot):
    with_it = score(spot.rater, drawn()) - score(NONE, drawn())
    assert (with_it.abs() > 1e-3).any()
    hides = {"popular": ["against_misconception"], "deep": ["against_deep"]}
    without = drawn(without=[*spot.traits, *hides.get(spot.name, [])])
    assert torch.allclose(score(spot.rater, without), score(NONE, without))


@each_spot
def test_an_arm_has_the_rater_of_its_name_on_the_panel(spot):
    settings = STUDY.configure("standard", {})
    assert STUDY.arm_spec(settings, spot.name).rater == settings.panel[spot.name]
    assert set(settings.panel) == set(PANEL)
