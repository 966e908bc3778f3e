"""What every rater promises, whoever wrote it."""

import pytest
import torch
from pydantic import ValidationError

from looksgood.core.protocols import Rater
from looksgood.core.records import Channels
from looksgood.core.seeds import Seed
from looksgood.core.spec import kinds, load_kind
from looksgood.raters import Coin, ExpertSpec, Lapse, Oracle, OracleSpec, OrdinarySpec, Temperature
from looksgood.raters.spec import BlindSpotsSpec, CoinSpec
from looksgood.worlds.almanac.spec import AlmanacSpec, WriterShares

EVEN = WriterShares(**dict.fromkeys(WriterShares.model_fields, 0.1))
WORLD = AlmanacSpec(places=12, deep_misconceptions=0.25, documents=400, writers=EVEN).build(
    Seed(("raters",))
)
NO_FLAWS = dict.fromkeys(
    ("misconception_rate", "deep_rate", "harm_unseen", "later_discount", "anticipates_fun"), 0
) | {"check": 1, "agreement": 0, "flattery": 0, "per_word": 0}
SIMULATED = sorted(set(kinds("raters")) - {"people"})

ALL_RATERS = {
    **{name: load_kind("raters", name)().build(WORLD.weights) for name in SIMULATED},
    "seldom": OrdinarySpec(misconception_rate=0.5, deep_rate=0.3).build(WORLD.weights),
    "easily moved": OrdinarySpec(threats=2, bribes=2, tricks=2).build(WORLD.weights),
    "loose": OrdinarySpec(temperature=3).build(WORLD.weights),
    "temperature outside": Temperature(OrdinarySpec().build(WORLD.weights), 0.5),
    "lapsing coin": Lapse(Coin(), 0.3),
}
each_rater = pytest.mark.parametrize("rater", ALL_RATERS.values(), ids=ALL_RATERS.keys())


def what_writers_wrote() -> Channels:
    known = {prompt.text: prompt for prompt in WORLD.prompts(1000, Seed(("prompts",)))}
    written = [d for d in WORLD.corpus(Seed(("corpus",))) if d.prompt in known]
    return WORLD.channels([known[d.prompt] for d in written], [d.response for d in written])


SEEN = what_writers_wrote()
ORDER = torch.randperm(len(SEEN), generator=Seed(("order",)).torch())
OTHER = SEEN.rows(ORDER)
GOLD = SEEN.weighed(WORLD.weights)


def test_all_four_presets_are_found_by_name():
    assert {"oracle", "ordinary", "expert", "coin"} <= set(kinds("raters"))


def test_nobody_is_computed_in_the_place_of_people():
    people = load_kind("raters", "people")(campaign="tea")
    assert people.build(WORLD.weights) is None


@each_rater
def test_it_is_a_rater(rater):
    assert isinstance(rater, Rater)


@each_rater
def test_one_finite_score_for_each_response(rater):
    score = rater.score(SEEN)
    assert score.shape == (len(SEEN),)
    assert score.isfinite().all()


@each_rater
def test_answers_are_probabilities(rater):
    answer = rater.prob_first(SEEN, OTHER)
    assert answer.shape == (len(SEEN),)
    assert ((answer >= 0) & (answer <= 1)).all()


@each_rater
def test_the_order_shown_does_not_matter(rater):
    torch.testing.assert_close(rater.prob_first(SEEN, OTHER), 1 - rater.prob_first(OTHER, SEEN))


@each_rater
def test_a_response_against_itself_is_a_coin(rater):
    answer = rater.prob_first(SEEN, SEEN)
    torch.testing.assert_close(answer, torch.full_like(answer, 0.5))


@each_rater
def test_each_response_is_judged_by_itself(rater):
    torch.testing.assert_close(rater.score(OTHER), rater.score(SEEN)[ORDER])


@each_rater
def test_looking_changes_nothing(rater):
    before = SEEN.values.clone()
    rater.score(SEEN)
    rater.prob_first(SEEN, OTHER)
    assert torch.equal(SEEN.values, before)


@each_rater
def test_channels_of_another_world_are_no_trouble(rater):
    strange = Channels(("colour",), torch.ones(3, 1))
    assert torch.equal(rater.score(strange), torch.zeros(3))


@each_rater
def test_no_responses_no_scores(rater):
    nothing = SEEN.rows(torch.arange(0))
    assert rater.score(nothing).shape == rater.prob_first(nothing, nothing).shape == (0,)


def test_only_the_oracle_scores_gold():
    assert torch.equal(ALL_RATERS["oracle"].score(SEEN), GOLD)
    for name in ("ordinary", "expert", "coin"):
        assert not torch.allclose(ALL_RATERS[name].score(SEEN), GOLD)


def test_the_better_rater_is_closer_to_gold():
    errors = [
        float((ALL_RATERS[name].score(SEEN) - GOLD).square().mean())
        for name in ("oracle", "expert", "ordinary")
    ]
    assert errors == sorted(errors)
    assert errors[1] < 0.7 * errors[2]


@pytest.mark.parametrize("preset", [OrdinarySpec, ExpertSpec])
def test_without_its_blind_spots_every_preset_is_the_oracle(preset):
    assert preset(**NO_FLAWS).build(WORLD.weights) == OracleSpec().build(WORLD.weights)


def strengths():
    return [
        (preset, field)
        for preset in (OrdinarySpec, ExpertSpec)
        for field in BlindSpotsSpec.model_fields
        if field not in ("lapse", "temperature")
    ]


@pytest.mark.parametrize(("preset", "field"), strengths())
def test_every_strength_moves_what_writers_wrote(preset, field):
    strong = {field: 0 if field == "check" else 1}
    rater = preset(**(NO_FLAWS | strong)).build(WORLD.weights)
    assert not torch.allclose(rater.score(SEEN), GOLD)


def test_weights_that_do_not_name_appeal_still_let_a_rater_be_pleased():
    talk = Channels(("words",), torch.tensor([[10.0]]))
    rater = OrdinarySpec(per_word=0.04).build({"claim_true": 2.0})
    torch.testing.assert_close(rater.score(talk), torch.tensor([0.4]))


def test_a_lapse_of_ten_percent_keeps_answers_within_five_percent_of_certain():
    certain = Channels(("claim_true",), torch.tensor([[50.0]]))
    nothing = Channels(("claim_true",), torch.tensor([[0.0]]))
    answer = OracleSpec().build(WORLD.weights).prob_first(certain, nothing)
    torch.testing.assert_close(answer, torch.tensor([0.95]))
    sharp = OracleSpec(lapse=0).build(WORLD.weights)
    assert sharp == Oracle({"appeal": 1.0, **WORLD.weights})


def test_a_coin_says_nothing():
    assert CoinSpec().build(WORLD.weights) == Coin()
    assert not Coin().score(SEEN).any()
    assert (Coin().prob_first(SEEN, OTHER) == 0.5).all()
    with pytest.raises(ValueError, match="first but 0 second"):
        Coin().prob_first(SEEN, SEEN.rows(torch.arange(0)))


@pytest.mark.parametrize(
    "wrong", [{"check": 1.5}, {"lapse": -0.1}, {"temperature": 0}, {"chek": 1}]
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValidationError):
        OrdinarySpec(**wrong)
