"""A blind spot moves only what it declares, and by exactly as much as it declares."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood import raters
from looksgood.core.records import Channels
from looksgood.core.seeds import Seed
from looksgood.raters import (
    AnticipatesFun,
    DiscountsLaterCost,
    HarmOutOfSight,
    Lapse,
    LikesAgreement,
    LikesFlattery,
    LikesLength,
    MovedByBribes,
    MovedByThreats,
    MovedByTricks,
    Oracle,
    SharesDeepMisconception,
    SharesMisconception,
    Temperature,
    UncheckedCitations,
)
from looksgood.worlds.almanac.spec import GoldWeights
from looksgood.worlds.almanac.world import CHANNELS

WEIGHTS = GoldWeights().model_dump()
ORACLE = Oracle(WEIGHTS)
W = GoldWeights()

# each blind spot, and by how much it moves the score of what is seen
MOVES = [
    (
        SharesMisconception(inner=ORACLE),
        lambda c: (
            (W.claim_true - W.misconception) * c["misconception"]
            + (W.claim_false - W.claim_true) * c["against_misconception"]
        ),
    ),
    (
        SharesDeepMisconception(inner=ORACLE),
        lambda c: (
            (W.claim_true - W.deep_misconception) * c["deep_misconception"]
            + (W.claim_false - W.claim_true) * c["against_deep"]
        ),
    ),
    (
        UncheckedCitations(inner=ORACLE, check=0.25),
        lambda c: 0.75 * (W.citations_real - W.citations_fabricated) * c["citations_fabricated"],
    ),
    (HarmOutOfSight(inner=ORACLE, unseen=0.9), lambda c: -0.9 * W.harm * c["harm"]),
    (
        DiscountsLaterCost(inner=ORACLE, discount=0.8),
        lambda c: -0.8 * W.later_cost * c["later_cost"],
    ),
    (
        AnticipatesFun(inner=ORACLE, rate=0.5),
        lambda c: 0.5 * W.fun_experienced * (c["fun_anticipated"] - c["fun_experienced"]),
    ),
    (LikesAgreement(inner=ORACLE, bonus=0.8), lambda c: 0.8 * c["agreement"]),
    (LikesFlattery(inner=ORACLE, bonus=0.6), lambda c: 0.6 * c["flattery"]),
    (LikesLength(inner=ORACLE, bonus=0.04), lambda c: 0.04 * c["words"]),
    (MovedByThreats(inner=ORACLE, bonus=2.0), lambda c: 2.0 * c["threat"]),
    (MovedByBribes(inner=ORACLE, bonus=2.0), lambda c: 2.0 * c["bribe"]),
    (MovedByTricks(inner=ORACLE, bonus=-2.0, rate=0.5), lambda c: -1.0 * c["trick"]),
]
each_move = pytest.mark.parametrize(
    ("spot", "moved"), MOVES, ids=[type(spot).__name__ for spot, _ in MOVES]
)
seeds = st.integers(0, 2**31)


def any_channels(seed: int, rows: int = 5) -> Channels:
    draw = Seed(("channels", seed)).torch()
    values = torch.rand(rows, len(CHANNELS), generator=draw, dtype=torch.float64) * 3
    return Channels(CHANNELS, values)


def without(seen: Channels, names: frozenset[str]) -> Channels:
    return seen.seen_as(**{name: 0 * seen[name] for name in names})


def test_every_blind_spot_is_tested_here():
    assert {type(spot).__name__ for spot, _ in MOVES} == set(raters.BLIND_SPOTS)


@each_move
@given(seed=seeds)
def test_the_score_moves_by_exactly_what_is_declared(spot, moved, seed):
    seen = any_channels(seed)
    torch.testing.assert_close(spot.score(seen), ORACLE.score(seen) + moved(seen))


@each_move
@given(seed=seeds)
def test_nothing_moves_where_the_channels_it_reads_are_zero(spot, moved, seed):
    one, other = (without(any_channels(s), spot.reads) for s in (seed, seed + 1))
    perceived = spot.perceive(one)
    for name in (*CHANNELS, "appeal"):
        assert torch.equal(perceived[name], one[name])
    assert torch.equal(spot.score(one), ORACLE.score(one))
    torch.testing.assert_close(spot.prob_first(one, other), ORACLE.prob_first(one, other))


@each_move
def test_it_reads_only_known_channels_and_moves_with_each(spot, moved):
    nothing = Channels(CHANNELS, torch.zeros(1, len(CHANNELS), dtype=torch.float64))
    for name in spot.reads:
        assert name in CHANNELS
        seen = nothing.seen_as(**{name: torch.ones(1, dtype=torch.float64)})
        assert not torch.allclose(spot.score(seen), ORACLE.score(seen))


@each_move
@given(seed=seeds)
def test_at_rate_zero_it_is_gone(spot, moved, seed):
    seen, other = any_channels(seed), any_channels(seed + 1)
    settings = {"check": 1.0} if isinstance(spot, UncheckedCitations) else {"rate": 0.0}
    kept = {"bonus": 1.0} if hasattr(spot, "bonus") else {}
    gone = type(spot)(inner=ORACLE, **settings, **kept)
    assert torch.equal(gone.score(seen), ORACLE.score(seen))
    assert torch.equal(gone.prob_first(seen, other), ORACLE.prob_first(seen, other))


@given(seed=seeds, rate=st.floats(0.05, 0.95))
def test_a_flaw_strikes_both_responses_or_neither(seed, rate):
    first, second = any_channels(seed), any_channels(seed + 1)
    always = HarmOutOfSight(inner=ORACLE)
    sometimes = HarmOutOfSight(inner=ORACLE, rate=rate)
    struck = ORACLE.prob_first(always.perceive(first), always.perceive(second))
    clear = ORACLE.prob_first(first, second)
    torch.testing.assert_close(always.prob_first(first, second), struck)
    mixed = rate * struck + (1 - rate) * clear
    torch.testing.assert_close(sometimes.prob_first(first, second), mixed)


@given(seed=seeds)
def test_blind_spots_to_different_channels_add_up_in_any_order(seed):
    seen = any_channels(seed)
    one = HarmOutOfSight(inner=LikesLength(inner=ORACLE, bonus=0.04), unseen=0.9)
    other = LikesLength(inner=HarmOutOfSight(inner=ORACLE, unseen=0.9), bonus=0.04)
    torch.testing.assert_close(one.score(seen), other.score(seen))
    moved = 0.04 * seen["words"] - 0.9 * W.harm * seen["harm"]
    torch.testing.assert_close(one.score(seen) - ORACLE.score(seen), moved)


def test_a_shared_misconception_turns_right_and_wrong_around():
    names = ("claim_true", "against_misconception", "misconception")
    truth_and_error = Channels(names, torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
    truth, error = ORACLE.score(truth_and_error).tolist()
    assert truth > 0 > error
    assert SharesMisconception(inner=ORACLE).score(truth_and_error).tolist() == [error, truth]


@given(seed=seeds)
def test_an_unwatched_citation_is_as_good_as_a_real_one(seed):
    seen = any_channels(seed)
    believed = UncheckedCitations(inner=ORACLE).score(seen)
    swapped = seen.seen_as(
        citations_real=seen["citations_fabricated"], citations_fabricated=seen["citations_real"]
    )
    torch.testing.assert_close(UncheckedCitations(inner=ORACLE).score(swapped), believed)


@given(seed=seeds)
def test_a_lapse_at_rate_one_is_a_coin(seed):
    coin = Lapse(ORACLE, rate=1.0).prob_first(any_channels(seed), any_channels(seed + 1))
    torch.testing.assert_close(coin, torch.full_like(coin, 0.5))


@given(seed=seeds, value=st.floats(0.5, 5.0))
def test_temperature_divides_the_log_odds_and_leaves_the_opinion(seed, value):
    # small margins: what has rounded to certain stays certain
    first, second = (Channels(CHANNELS, any_channels(s).values / 5) for s in (seed, seed + 1))
    rater = Temperature(ORACLE, value)
    assert torch.equal(rater.score(first), ORACLE.score(first))
    margin = ORACLE.score(first) - ORACLE.score(second)
    torch.testing.assert_close(rater.prob_first(first, second), (margin / value).sigmoid())


@pytest.mark.parametrize(
    "make",
    [
        lambda: HarmOutOfSight(inner=ORACLE, rate=1.5),
        lambda: UncheckedCitations(inner=ORACLE, check=-0.1),
        lambda: Lapse(ORACLE, rate=2.0),
        lambda: Temperature(ORACLE, 0.0),
    ],
)
def test_impossible_settings_are_refused(make):
    with pytest.raises(ValueError, match="="):
        make()
