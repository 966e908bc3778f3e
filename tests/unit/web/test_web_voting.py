"""Pairs go out by sides, votes come back and are kept once."""

import uuid

import pytest

from looksgood.rating.standing import standing_votes
from tests.rating_pages import Visitor, begin, invited, joined


@pytest.fixture
def campaign(database):
    return begin(database, tags=("clear", "polite"))


@pytest.fixture
def anna(database, campaign):
    return joined(database, campaign)


def kept(database, campaign):
    with database.reading() as connection:
        return standing_votes(connection, campaign)


def test_a_vote_for_the_left_is_for_what_stood_left(database, campaign, anna):
    for pair in anna.claim(5):
        assert anna.vote(pair, "left").json()["is_new"]
        vote = kept(database, campaign)[-1]
        chosen = {"first": vote.first, "second": vote.second}[vote.choice]
        assert chosen == pair["left"] != pair["right"]
        assert vote.prompt == pair["prompt"]


def test_everything_that_is_said_of_a_pair_is_kept(database, campaign, anna):
    (pair,) = anna.claim()
    said = {"confidence": 4, "tags": ["clear"], "note": "ü \0", "seconds": 3, "watched": 1.5}
    answer = anna.vote(pair, "tie", impression="right", **said)
    assert answer.json() == {
        "kept": True,
        "is_new": True,
        "progress": {"wanted": 6, "filled": 1, "mine": 1},
    }
    (vote,) = kept(database, campaign)
    assert (vote.choice, vote.confidence, vote.tags) == ("tie", 4, ("clear",))
    assert (vote.note, vote.seconds, vote.watched) == ("ü ␀", 3.0, 1.5)
    assert {"first": vote.first, "second": vote.second}[vote.impression] == pair["right"]


def test_the_same_vote_sent_again_counts_once(database, campaign, anna):
    (pair,) = anna.claim()
    key = str(uuid.uuid4())
    answers = [anna.vote(pair, key=key).json()["is_new"] for _ in range(3)]
    assert answers == [True, False, False]
    assert len(kept(database, campaign)) == 1


def test_another_answer_to_the_same_pair_is_refused(database, campaign, anna):
    (pair,) = anna.claim()
    anna.vote(pair, "left")
    answer = anna.vote(pair, "right")
    assert answer.status_code == 409
    assert "\n" not in answer.json()["error"]
    assert len(kept(database, campaign)) == 1


def test_a_vote_taken_back_can_be_given_again(database, campaign, anna):
    (pair,) = anna.claim()
    key = str(uuid.uuid4())
    anna.vote(pair, "left", key=key)
    for _ in range(2):
        answer = anna.post("withdraw", {"key": key})
        assert answer.json() == {
            "withdrawn": True,
            "progress": {"wanted": 6, "filled": 0, "mine": 0},
        }
    assert anna.claim()[0]["showing"] == pair["showing"]
    assert anna.vote(pair, "right").json()["is_new"]
    assert len(kept(database, campaign)) == 1


def test_a_pair_of_somebody_else_is_not_there(database, campaign, anna):
    bert = Visitor(anna.app)
    bert.join(invited(database, campaign, "Bert"))
    (pair,) = anna.claim()
    key = str(uuid.uuid4())
    assert bert.vote(pair).status_code == 404
    anna.vote(pair, key=key)
    assert bert.post("withdraw", {"key": key}).status_code == 404
    assert bert.vote(pair, key=key).status_code == 404
    assert [vote.rater for vote in kept(database, campaign)] == ["Anna"]


def test_states_tell_waiting_from_the_end(database, campaign, anna):
    from looksgood.rating.campaigns import close_campaign

    bert = Visitor(anna.app)
    bert.join(invited(database, campaign, "Bert"))
    held = [pair for _ in range(2) for pair in anna.claim(5)]
    assert len(bert.claim(5)) == 1  # Anna holds the other five
    assert len({pair["showing"] for pair in held}) == 5
    clara = Visitor(anna.app)
    clara.join(invited(database, campaign, "Clara"))
    waiting = clara.post("claim", {"want": 1}).json()
    assert (waiting["state"], waiting["pairs"]) == ("open", [])
    with database.writing() as connection:
        close_campaign(connection, campaign.id)
    ended = clara.post("claim", {"want": 1}).json()
    assert (ended["state"], ended["pairs"]) == ("closed", [])
    assert anna.vote(held[0]).status_code == 200  # on its way when it closed
