"""How did I do? Nothing before enough votes, then what was approved and why it was wrong."""

import re

import pytest

from looksgood.campaigns.told import Wrong, wrong_with
from looksgood.rating.pairs import NewPair, Truth, add_pairs
from tests.rating_pages import Visitor, begin, invited, joined

WHY = "The book it cites <does> not exist."


@pytest.fixture
def campaign(sqlite):
    detail = wrong_with([], [Wrong("made-up source", WHY)], {"experts": 0.9})
    truth = Truth("first", "construction", True, False, detail)
    begun = begin(sqlite, pairs=0, tell_after=3)
    new = [
        NewPair(f"prompt {n}", f"good {n}", f"bad {n}\n<script>\x1b\u202e", truth=truth)
        for n in range(4)
    ]
    with sqlite.writing() as connection:
        add_pairs(connection, begun, new)
    return begun


@pytest.fixture
def anna(sqlite, campaign):
    return joined(sqlite, campaign)


def answer(visitor, wanted):
    (pair,) = visitor.claim()
    side = "left" if pair["left"].startswith(wanted) else "right"
    visitor.vote(pair, side)
    return pair


def told(visitor):
    shown = visitor.http.get(f"/rate/{visitor.campaign}/told")
    return shown, " ".join(re.sub(r"<[^>]*>", " ", shown.text).split())


def test_nothing_is_told_before_enough_votes(anna):
    for missing in (3, 2, 1):
        shown, words = told(anna)
        assert f"{missing} more answer" in words
        assert "made-up" not in words
        assert "bad" not in shown.text.split("<main")[1]
        answer(anna, "bad")
    assert "made-up source" in told(anna)[1]


def test_what_was_approved_is_told_with_what_is_wrong(anna):
    approved = answer(anna, "bad")
    answer(anna, "good")
    answer(anna, "good")
    shown, words = told(anna)
    assert "You chose the better response in 2 of 3 pairs" in words
    assert "1 response with something wrong that you approved" in words
    assert approved["prompt"] in words
    assert "The book it cites &lt;does&gt; not exist." in words
    assert re.search(r"made-up source 3 1 \(33 %\) 10 %", words)  # pairs, mine, experts
    assert "bad " in words
    assert "<script>" not in shown.text.split("<main")[1]
    assert "\\x1b\\u202e" in shown.text
    assert "\x1b" not in shown.text


def test_who_approved_nothing_wrong_is_told_so(anna):
    for _ in range(3):
        answer(anna, "good")
    assert "You approved no response with something wrong" in told(anna)[1]


def test_one_person_is_told_of_their_own_votes(sqlite, campaign, anna):
    for _ in range(3):
        answer(anna, "bad")
    bert = Visitor(anna.app)
    bert.join(invited(sqlite, campaign, "Bert"))
    assert "3 more answers" in told(bert)[1]


def test_a_campaign_that_tells_nobody(sqlite, anna):
    quiet = begin(sqlite, "quiet")
    visitor = Visitor(anna.app, campaign="quiet")
    visitor.join(invited(sqlite, quiet, "Anna"))
    shown, _ = told(visitor)
    assert shown.status_code == 404


def test_a_campaign_of_which_nothing_is_known(sqlite, anna):
    plain = begin(sqlite, "plain", tell_after=1)
    visitor = Visitor(anna.app, campaign="plain")
    visitor.join(invited(sqlite, plain, "Anna"))
    visitor.vote(visitor.claim()[0])
    assert "Of none of these pairs is it known" in told(visitor)[1]


def test_reloading_it_over_and_over_is_slowed(anna):
    statuses = [told(anna)[0].status_code for _ in range(15)]
    assert statuses[:10] == [200] * 10
    assert statuses[-1] == 429
    assert anna.claim()  # rating goes on
