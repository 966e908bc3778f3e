"""What votes say: every figure against counts done by hand."""

import json

import numpy as np
import pytest

from looksgood.campaigns.figure import Figure
from looksgood.campaigns.figures import PER_RATER
from looksgood.campaigns.overview import SIMULATED, overview_of
from looksgood.ops.clopper_pearson import clopper_pearson
from looksgood.ops.krippendorff import krippendorff_alpha
from looksgood.rating.database import open_database
from looksgood.rating.pairs import NewPair, Truth
from tests.campaign_votes import begun, vote_all


@pytest.fixture
def database(tmp_path):
    found = open_database(tmp_path / "votes.db")
    yield found
    found.close()


def look(database, campaign, *roles):
    with database.reading() as connection:
        return overview_of(connection, campaign, *roles)


def named(overview, name):
    (found,) = [each for each in overview.figures if each.name == name]
    return found


def pair(i, truth=None, **more):
    return NewPair(f"prompt {i}", f"short {i}", f"a much longer one {i}", truth=truth, **more)


def test_a_campaign_without_votes_says_nothing_and_says_why(database):
    campaign = begun(database, [pair(1)], votes_per_pair=2)
    found = look(database, campaign)
    assert (found.wanted, found.filled, found.pace.votes) == (2, 0, 0)
    assert found.pace.per_hour is None
    assert found.raters == ()
    assert all(each.value is None and each.why for each in found.figures)
    assert all(each.said.startswith("cannot say: ") for each in found.figures)


def test_agreement_is_krippendorffs_alpha_of_the_votes(database):
    campaign = begun(database, [pair(i) for i in range(6)], votes_per_pair=2)
    vote_all(database, campaign, "ann", lambda one: "first")
    vote_all(database, campaign, "ben", lambda one: "second" if one.prompt[-1] in "45" else "first")
    alpha = named(look(database, campaign), "agreement")
    by_hand = krippendorff_alpha(np.array([[1.0] * 6, [1.0] * 4 + [0.0] * 2]))
    assert alpha.value == pytest.approx(by_hand)
    assert alpha.low < alpha.value < alpha.high <= 1
    assert alpha.n == 6


def test_attention_checks_count_for_attention_and_for_nothing_else(database):
    check = Truth("first", "construction", first_is_good=True, second_is_good=False)
    checks = [pair(i, check, role="attention") for i in range(10, 14)]
    campaign = begun(database, [pair(i) for i in range(8)] + checks, check_every=2)
    fails = {"prompt 10"}
    vote_all(database, campaign, "ann", lambda one: "cant_tell" if one.prompt in fails else "first")
    found = look(database, campaign)
    passed = named(found, "checks_passed")
    assert passed.n == 4
    assert (passed.value, passed.low, passed.high) == (0.75, *clopper_pearson(3, 4, 0.95))
    assert found.pace.cant_tell == 1
    assert named(found, "left_chosen").n == 8  # of ordinary pairs only
    assert named(found, "right").value is None  # a check is no expert
    (ann,) = found.raters
    assert [each.name for each in ann.figures] == list(PER_RATER)
    assert ann.figures[0].value == 0.75


def test_false_approvals_are_bad_responses_chosen_over_good_ones(database):
    bad_first = Truth("second", "expert", first_is_good=False, second_is_good=True)
    both_bad = Truth("first", "expert", first_is_good=False, second_is_good=False)
    pairs = [pair(i, bad_first) for i in range(4)] + [pair(9, both_bad)]
    campaign = begun(database, pairs, votes_per_pair=1)
    says = {"prompt 0": "first", "prompt 1": "tie", "prompt 9": "first"}
    vote_all(database, campaign, "ann", lambda one: says.get(one.prompt, "second"))
    found = look(database, campaign)
    bad = named(found, "bad_chosen")
    assert (bad.value, bad.n) == (1.5 / 4, 4)  # a tie counts half; where both are bad, nothing
    assert 0 <= bad.low < bad.value < bad.high <= 1
    assert named(found, "right_by_expert").value == pytest.approx(3.5 / 5)


def test_position_and_length_are_seen_apart(database):
    campaign = begun(database, [pair(i) for i in range(20)])
    vote_all(database, campaign, "ann", lambda one: "first" if one.first_is_left else "second")
    found = look(database, campaign)
    assert named(found, "left_chosen").value == 1.0
    assert named(found, "left_chosen").low > 0.75
    assert 0.0 < named(found, "longer_chosen").value < 1.0


def test_length_beyond_quality_compares_with_the_truth(database):
    truth = [Truth("first" if i % 2 else "second", "expert") for i in range(12)]
    campaign = begun(database, [pair(i, truth[i]) for i in range(12)])
    # always the longer: right wherever the longer one is better, and nowhere else
    vote_all(database, campaign, "ann", lambda one: "second" if int(one.prompt[7:]) else "first")
    beyond = named(look(database, campaign), "length_beyond_quality")
    assert beyond.value == pytest.approx(5 / 6)
    assert beyond.high <= 1.0


def test_self_agreement_is_of_pairs_asked_again(database):
    campaign = begun(database, [pair(i) for i in range(15)], repeats=1.0)
    seen = []

    def says(one):
        seen.append(one.pair_id)
        again = seen.count(one.pair_id) == 2
        return "second" if again and one.prompt in ("prompt 0", "prompt 1") else "first"

    vote_all(database, campaign, "ann", says)
    same = named(look(database, campaign), "same_again")
    repeated = len(seen) - len(set(seen))
    assert repeated >= 4
    assert same.n == repeated
    assert same.value == pytest.approx(1 - 2 / repeated)


def test_first_impressions_are_parted_by_what_became_of_them(database):
    truth = Truth("first", "world")
    campaign = begun(database, [pair(i, truth) for i in range(8)], asks_impression=True)
    courses = ["first first"] * 3 + ["second second"] * 2 + ["first second"] + ["second first"] * 2
    course = {f"prompt {i}": words.split() for i, words in enumerate(courses)}
    vote_all(
        database,
        campaign,
        "ann",
        lambda one: course[one.prompt][1],
        impression=lambda one: course[one.prompt][0],
    )
    found = look(database, campaign)
    shares = {
        name: named(found, name).value
        for name in ("right_throughout", "fooled_at_once", "fooled_after", "corrected", "changed")
    }
    assert shares == {
        "right_throughout": 3 / 8,
        "fooled_at_once": 2 / 8,
        "fooled_after": 1 / 8,
        "corrected": 2 / 8,
        "changed": 3 / 8,
    }


def test_confidence_is_held_against_being_right(database):
    truth = Truth("first", "world")
    campaign = begun(database, [pair(i, truth) for i in range(8)], asks_confidence=True)
    vote_all(
        database,
        campaign,
        "ann",
        lambda one: "first" if one.prompt in ("prompt 0", "prompt 1", "prompt 4") else "second",
        confidence=lambda one: 5 if int(one.prompt[7:]) < 4 else 1,
    )
    found = look(database, campaign)
    assert named(found, "right_when_5").value == 2 / 4
    assert named(found, "right_when_1").value == 1 / 4
    assert named(found, "sure").value == pytest.approx(1 / 4)


def test_both_gaps_of_a_later_checkpoint(database):
    """The proxy always prefers the later one, raters in 6 of 8 pairs, the truth in 2 of 8."""
    pairs = [
        pair(
            i,
            Truth("second" if i < 2 else "first", "world"),
            extra={"step_first": 0, "step_second": 40, "proxy_first": -1.0, "proxy_second": 2.5},
        )
        for i in range(8)
    ]
    campaign = begun(database, pairs)
    vote_all(
        database, campaign, "ann", lambda one: "second" if int(one.prompt[7:]) < 6 else "first"
    )
    found = look(database, campaign)
    assert named(found, "against_proxy").value == 2 / 8
    assert named(found, "later_by_proxy").value == 1.0
    assert named(found, "later_by_raters").value == 6 / 8
    assert named(found, "later_by_truth").value == 2 / 8
    assert named(found, "gain_gap_1").value == pytest.approx(2 / 8)
    assert named(found, "gain_gap_2").value == pytest.approx(4 / 8)
    assert named(found, "gain_gap").value == pytest.approx(6 / 8)


def test_pace_leaves_breaks_out_and_simulated_raters_are_looked_at_apart(database):
    campaign = begun(database, [pair(i) for i in range(5)], votes_per_pair=2)
    vote_all(database, campaign, "ann", lambda one: "first", step=20.0, seconds=7.0)
    vote_all(database, campaign, "robot", lambda one: "first", role="simulated", step=2000.0)
    people = look(database, campaign)
    assert [each.name for each in people.raters] == ["ann"]
    assert people.pace.per_hour == pytest.approx(180)
    assert people.pace.median_seconds == 7.0
    assert (people.wanted, people.filled) == (10, 10)
    robots = look(database, campaign, SIMULATED)
    assert robots.pace.votes == 5
    assert robots.pace.per_hour is None  # nothing but breaks


def test_an_overview_is_plain_data(database):
    campaign = begun(database, [pair(i) for i in range(3)])
    vote_all(database, campaign, "ann", lambda one: "tie")
    told = json.loads(json.dumps(look(database, campaign).as_json(), allow_nan=False))
    assert told["pace"]["ties"] == 3
    assert {"name", "value", "low", "high", "n", "why"} <= set(told["figures"][0])


@pytest.mark.parametrize(
    ("unit", "numbers", "said"),
    [
        ("share", (0.63, 0.58, 0.67), "63 % [58, 67]"),
        ("share", (1 / 6, 1.08e-10, 0.99), "16.7 % [0, 99]"),
        ("share", (0.0, -0.0, 0.00123), "0 % [0, 0.12]"),
        ("share", (1.0, 0.99999, 1.0), "100 % [100, 100]"),
        ("alpha", (0.5, -0.1, 1.0), "0.5 [−0.1, 1]"),
        ("alpha", (-1e-9, -0.123, 0.456), "0 [−0.12, 0.46]"),
        ("difference of shares", (-0.25, -0.5, 0.0), "−25 points [−50, 0]"),
        ("difference of shares", (0.0423, -1.0, 0.123456), "+4.23 points [−100, 12.3]"),
        ("difference of shares", (1e-17, -2e-17, 0.0), "0 points [0, 0]"),
    ],
)
def test_figures_are_said_in_words(unit, numbers, said):
    assert Figure("x", "effects", "X", unit, 1200, *numbers).said == f"{said}, n = 1,200"
