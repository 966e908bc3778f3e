"""A vote counts once, can be taken back, and keeps what was said."""

import threading

import pytest

from looksgood.core.errors import ConfigError
from looksgood.rating.campaigns import campaign_named
from looksgood.rating.standing import standing_votes, truths_of
from looksgood.rating.votes import Answer, AnsweredAlready, NotYours, progress, withdraw_vote
from tests.rating_store import (
    ask,
    campaign_of,
    check_store,
    rater,
    some_checks,
    some_pairs,
    vote,
    votes_by_pair,
)


@pytest.fixture
def campaign(database):
    return campaign_of(database, some_pairs(3))


@pytest.fixture
def anna(database, campaign):
    return rater(database, campaign, "Anna")


def take_back(database, campaign, person, key, now=None):
    with database.writing() as connection:
        return withdraw_vote(connection, campaign, person, key, now)


def standing(database, campaign):
    with database.reading() as connection:
        return standing_votes(connection, campaign)


def test_the_same_answer_again_counts_once(database, campaign, anna):
    (one,) = ask(database, campaign, anna)
    assert [vote(database, campaign, anna, one, key="k") for _ in range(3)] == [True, False, False]
    assert len(standing(database, campaign)) == 1
    check_store(database)


def test_another_answer_is_refused_while_the_first_stands(database, campaign, anna):
    (one,) = ask(database, campaign, anna)
    vote(database, campaign, anna, one, "left", key="k")
    with pytest.raises(AnsweredAlready):
        vote(database, campaign, anna, one, "right", key="l")
    assert [each.choice for each in standing(database, campaign)] == [
        "first" if one.first_is_left else "second"
    ]


def test_a_key_that_was_used_for_another_pair_is_not_said_to_be_kept(database, campaign, anna):
    one, other = ask(database, campaign, anna, 2)
    vote(database, campaign, anna, one, key="k")
    with pytest.raises(AnsweredAlready, match="another pair"):
        vote(database, campaign, anna, other, key="k")


def test_nobody_votes_on_what_somebody_else_was_shown(database, campaign, anna):
    bert = rater(database, campaign, "Bert")
    (one,) = ask(database, campaign, anna)
    with pytest.raises(NotYours):
        vote(database, campaign, bert, one, key="k")
    vote(database, campaign, anna, one, key="k")
    (other,) = ask(database, campaign, bert)
    with pytest.raises(NotYours, match="somebody else's"):
        vote(database, campaign, bert, other, key="k")
    with pytest.raises(NotYours):
        take_back(database, campaign, bert, "k")


def test_a_vote_that_was_taken_back_can_be_given_again(database, campaign, anna):
    (one,) = ask(database, campaign, anna)
    vote(database, campaign, anna, one, "left", key="k")
    assert take_back(database, campaign, anna, "k")
    assert not take_back(database, campaign, anna, "k")
    assert standing(database, campaign) == []
    check_store(database)
    assert ask(database, campaign, anna) == [one]
    assert vote(database, campaign, anna, one, "right", key="l")
    assert [each.choice for each in standing(database, campaign)] == [
        "second" if one.first_is_left else "first"
    ]
    assert not vote(database, campaign, anna, one, "left", key="k")  # it stays taken back
    assert len(standing(database, campaign)) == 1
    check_store(database)


def test_the_slot_of_a_vote_that_was_taken_back_is_kept_for_a_while(database, campaign, anna):
    bert = rater(database, campaign, "Bert")
    for one in ask(database, campaign, anna, 3, now=0.5):
        vote(database, campaign, anna, one, key=f"k{one.showing_id}", now=1.0)
    assert ask(database, campaign, bert, now=2.0) == []
    take_back(database, campaign, anna, f"k{one.showing_id}", now=10.0)
    assert ask(database, campaign, bert, now=100.0) == []
    (theirs,) = ask(database, campaign, bert, now=131.0)
    assert theirs.pair_id == one.pair_id
    assert vote(database, campaign, anna, one, now=132.0)  # she changes her mind after all
    assert vote(database, campaign, bert, theirs, now=133.0)
    assert votes_by_pair(database, campaign)[one.pair_id] == 2
    check_store(database)


def test_taking_back_an_extra_vote_empties_no_slot(database):
    campaign = campaign_of(database, some_pairs(1))
    anna, bert = rater(database, campaign, "Anna"), rater(database, campaign, "Bert")
    (of_anna,) = ask(database, campaign, anna, now=0.5)
    (of_bert,) = ask(database, campaign, bert, now=1000.0)
    vote(database, campaign, bert, of_bert, now=1001.0)
    vote(database, campaign, anna, of_anna, key="late", now=1002.0)
    assert take_back(database, campaign, anna, "late")
    with database.reading() as connection:
        assert progress(connection, campaign).filled == 1
    check_store(database)


@pytest.mark.parametrize("side", ["left", "right"])
def test_sides_become_the_pair_s_own(database, side):
    campaign = campaign_of(database, some_pairs(40))
    anna = rater(database, campaign, "Anna")
    shown = {one.pair_id: one for one in ask(database, campaign, anna, 40)}
    for one in shown.values():
        vote(database, campaign, anna, one, side, impression="right" if side == "left" else "left")
    for each in standing(database, campaign):
        stood_left = "first" if shown[each.pair_id].first_is_left else "second"
        assert (each.choice == stood_left) == (side == "left")
        assert (each.impression == stood_left) == (side == "right")
    assert {each.choice for each in standing(database, campaign)} == {"first", "second"}


@pytest.mark.parametrize("side", ["tie", "cant_tell"])
def test_no_side_stays_no_side(database, campaign, anna, side):
    vote(database, campaign, anna, ask(database, campaign, anna)[0], side)
    assert [each.choice for each in standing(database, campaign)] == [side]


def test_all_that_was_said_is_kept(database, campaign, anna):
    (one,) = ask(database, campaign, anna)
    said = {"confidence": 5, "tags": ("a", "b \ud800"), "seconds": 2.5, "watched": 0.5}
    vote(database, campaign, anna, one, **said, note="\u202e\0" + "x" * 1_000_000, now=77.0)
    (kept,) = standing(database, campaign)
    assert (kept.confidence, kept.tags) == (5, ("a", "b ?"))
    assert (kept.seconds, kept.watched, kept.voted_at) == (2.5, 0.5, 77.0)
    assert kept.note == "\u202e\u2400" + "x" * 1_000_000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", ""),
        ("key", "k" * 65),
        ("key", "k\0"),
        ("key", "ü"),
        ("showing_id", 0),
        ("showing_id", 2**31),
        ("confidence", 0),
        ("confidence", 6),
        ("seconds", -1.0),
        ("seconds", float("nan")),
        ("watched", float("inf")),
    ],
)
def test_what_a_database_would_refuse_or_change_is_refused_before(field, value):
    with pytest.raises(ConfigError):
        Answer(**{"key": "k", "showing_id": 1, "side": "left", field: value})


@pytest.mark.parametrize("keys", [["same"] * 6, [f"key {n}" for n in range(6)]])
def test_answers_that_come_at_the_same_moment_count_once(database, campaign, anna, keys):
    (one,) = ask(database, campaign, anna)
    said, gate = [], threading.Barrier(len(keys))

    def send(key):
        gate.wait()
        try:
            said.append(vote(database, campaign, anna, one, key=key))
        except AnsweredAlready:
            said.append("already")

    together([threading.Thread(target=send, args=(key,)) for key in keys])
    assert sorted(map(str, said)) == sorted(
        ["True"] + ["False" if len(set(keys)) == 1 else "already"] * 5
    )
    assert len(standing(database, campaign)) == 1
    check_store(database)


def test_withdrawals_that_come_at_the_same_moment_count_once(database, campaign, anna):
    (one,) = ask(database, campaign, anna)
    vote(database, campaign, anna, one, key="k")
    said, gate = [], threading.Barrier(6)

    def send():
        gate.wait()
        said.append(take_back(database, campaign, anna, "k"))

    together([threading.Thread(target=send) for _ in range(6)])
    assert sorted(said) == [False] * 5 + [True]
    with database.reading() as connection:
        assert progress(connection, campaign).filled == 0
    check_store(database)


def test_votes_that_come_at_the_same_moment_close_the_campaign(database):
    """Each alone saw one vote too few: whoever comes last must see the others."""
    for round_ in range(5):
        campaign = campaign_of(database, some_pairs(6), name=f"c{round_}", stop_after=6)
        people = [rater(database, campaign, f"r{n}") for n in range(6)]
        held = [ask(database, campaign, person)[0] for person in people]
        gate = threading.Barrier(6)

        def send(person, one, campaign=campaign, gate=gate):
            gate.wait()
            vote(database, campaign, person, one)

        together(
            [threading.Thread(target=send, args=both) for both in zip(people, held, strict=True)]
        )
        with database.reading() as connection:
            assert campaign_named(connection, campaign.spec.name).is_closed
    check_store(database)


def together(threads):
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def test_what_is_known_of_a_pair_is_told_apart_from_votes(database):
    campaign = campaign_of(database, some_pairs(1) + some_checks(2))
    with database.reading() as connection:
        known = truths_of(connection, campaign)
    assert [truth.choice for truth in known.values()] == ["first", "first"]


def test_votes_of_one_batch_are_found_alone(database):
    campaign = campaign_of(database, some_pairs(2) + some_pairs(3, batch="b"))
    anna = rater(database, campaign, "Anna")
    for one in ask(database, campaign, anna, 5):
        vote(database, campaign, anna, one)
    with database.reading() as connection:
        assert len(standing_votes(connection, campaign)) == 5
        assert len(standing_votes(connection, campaign, "b")) == 3
        assert len(standing_votes(connection, campaign, "")) == 2
