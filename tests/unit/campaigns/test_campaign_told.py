"""How did I do: told after enough votes, and right."""

import pytest

from looksgood.campaigns.told import OTHERS, Wrong, told, wrong_with
from looksgood.core.errors import ConfigError
from looksgood.rating.database import open_database
from looksgood.rating.pairs import NewPair, Truth
from looksgood.rating.people import invite
from tests.campaign_votes import begun, vote_all

MYTH = Wrong("popular falsehood", "It is Paris.")
MADE_UP = Wrong("made-up source", "Nobody wrote that.")


@pytest.fixture
def database(tmp_path):
    found = open_database(tmp_path / "votes.db")
    yield found
    found.close()


def tell(database, campaign, name="you"):
    with database.writing() as connection:
        return told(connection, campaign, invite(connection, name, campaign.id))


def pairs():
    """Two myths on the first side, one made-up source on the second, one with both on each side."""
    myth = Truth("second", "world", detail=wrong_with([MYTH], [], {"experts": 0.1}))
    made_up = Truth("first", "world", detail=wrong_with([], [MADE_UP], {"experts": 0.7}))
    both = Truth("tie", "world", detail=wrong_with([MYTH, MADE_UP], [MYTH]))
    truths = [myth, myth, made_up, both]
    return [NewPair(f"q{i}", f"a{i}", f"b{i}", truth=t) for i, t in enumerate(truths)]


def test_nothing_is_told_too_early(database):
    campaign = begun(database, pairs(), tell_after=5)
    vote_all(database, campaign, "you", lambda one: "first")
    found = tell(database, campaign)
    assert (found.missing, found.votes, found.kinds, found.approved) == (1, 4, (), ())
    assert found.says == ("1 more, and you will be told how you did.",)


def test_a_campaign_may_tell_nobody(database):
    campaign = begun(database, pairs())
    with pytest.raises(ConfigError, match="tells nobody"):
        tell(database, campaign)


def test_what_was_approved_and_what_others_do(database):
    campaign = begun(database, pairs(), tell_after=4, votes_per_pair=4, asks_impression=True)
    final = {"q0": "first", "q1": "second", "q2": "tie", "q3": "first"}
    vote_all(
        database, campaign, "you", lambda one: final[one.prompt], impression=lambda one: "first"
    )
    vote_all(database, campaign, "crowd 1", lambda one: "first", role="simulated")
    vote_all(database, campaign, "crowd 2", lambda one: "second", role="simulated")
    unsure = {"q0": "first", "q1": "second"}
    vote_all(
        database, campaign, "crowd 3", lambda one: unsure.get(one.prompt, "cant_tell"), "simulated"
    )
    found = tell(database, campaign)
    assert (found.missing, found.known, found.right) == (0, 3, 1.5)
    myths, made_up = found.kinds
    assert (myths.kind, myths.met, myths.at_once, myths.in_the_end) == (MYTH.kind, 2, 2, 1.0)
    assert myths.beside == {"experts": pytest.approx(0.1), OTHERS: 0.5}
    # q2 (a tie, not chosen at first) and q3, where only the first side made a source up
    assert (made_up.met, made_up.at_once, made_up.in_the_end) == (2, 1, 1.5)
    assert OTHERS not in made_up.beside  # two votes say little
    assert made_up.beside["experts"] == pytest.approx(0.3)  # the second side's
    # q3 is not listed: the other side was wrong too
    assert [(one.prompt, one.at_once, one.in_the_end) for one in found.approved] == [
        ("q0", True, True),
        ("q1", True, False),
    ]
    assert (found.approved[0].response, found.approved[0].instead_of) == ("a0", "b0")
    assert found.approved[0].wrong == (MYTH,)
    assert found.says[1] == (
        "popular falsehood: you approved 2 at first sight, 1 in the end, of 2 "
        "(experts 10%, others here 50%)."
    )


def test_checks_stay_hidden(database):
    check = Truth("second", "construction", detail=wrong_with([MADE_UP], []))
    hidden = [NewPair(f"c{i}", "x", "y", role="attention", truth=check) for i in range(9)]
    campaign = begun(database, [*pairs()[:2], *hidden], tell_after=1, check_every=1)
    vote_all(database, campaign, "you", lambda one: "first")
    found = tell(database, campaign)
    assert found.votes > 2
    assert [kind.kind for kind in found.kinds] == [MYTH.kind]
    assert found.known == 2
