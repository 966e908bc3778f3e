"""Who is shown which pair, and for how long nobody else is."""

from collections import Counter

import pytest

from looksgood.rating.campaigns import (
    Campaign,
    campaign_named,
    close_campaign,
    open_campaign,
)
from looksgood.rating.claims import CHECKS_BEFORE_JUDGING, REPEAT_AFTER, claim, is_shut_out
from looksgood.rating.standing import standing_votes
from looksgood.rating.votes import progress
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

LEASE = 120.0


def test_two_raters_never_hold_the_same_slot(database):
    campaign = campaign_of(database, some_pairs(4), votes_per_pair=2)
    people = [rater(database, campaign, name) for name in ("Anna", "Bert", "Cleo")]
    held = [len(ask(database, campaign, person, 5, now=10.0)) for person in people]
    assert held == [4, 4, 0]
    check_store(database)


def test_pairs_are_handed_out_in_the_order_they_were_added(database):
    campaign = campaign_of(database, some_pairs(3))
    anna, bert = rater(database, campaign, "Anna"), rater(database, campaign, "Bert")
    assert [one.prompt for one in ask(database, campaign, anna, 2)] == ["prompt 0", "prompt 1"]
    assert [one.prompt for one in ask(database, campaign, bert, 2)] == ["prompt 2"]


def test_a_lease_that_ran_out_is_handed_on_and_not_before(database):
    campaign = campaign_of(database, some_pairs(1))
    anna, bert = rater(database, campaign, "Anna"), rater(database, campaign, "Bert")
    (first,) = ask(database, campaign, anna, now=1000.0)
    assert ask(database, campaign, bert, now=1000.0 + LEASE) == []
    (second,) = ask(database, campaign, bert, now=1000.5 + LEASE)
    assert second.pair_id == first.pair_id
    assert ask(database, campaign, anna, now=1001.0 + LEASE) == []  # it is Bert's now
    check_store(database)


def test_coming_back_goes_on_where_one_was_and_holds_it_for_longer(database):
    campaign = campaign_of(database, some_pairs(3))
    anna, bert = rater(database, campaign, "Anna"), rater(database, campaign, "Bert")
    before = ask(database, campaign, anna, 2, now=1000.0)
    assert ask(database, campaign, anna, 2, now=1000.0 + 2 * LEASE) == before
    later = ask(database, campaign, bert, 5, now=1000.0 + 2.5 * LEASE)
    assert [one.prompt for one in later] == ["prompt 2"]


def test_what_was_lost_does_not_hide_what_is_still_wanted(database):
    """Of five pairs that ran out four went to somebody else: the fifth is asked about again."""
    campaign = campaign_of(database, some_pairs(5))
    anna, bert = rater(database, campaign, "Anna"), rater(database, campaign, "Bert")
    mine = ask(database, campaign, anna, 5, now=1.0)
    for one in ask(database, campaign, bert, 4, now=1000.0):
        vote(database, campaign, bert, one, now=1001.0)
    (left,) = ask(database, campaign, anna, 1, now=2000.0)
    assert left == mine[4]
    assert vote(database, campaign, anna, left, now=2001.0)
    assert set(votes_by_pair(database, campaign).values()) == {1}
    assert len(votes_by_pair(database, campaign)) == 5


def test_a_late_answer_fills_a_free_slot_of_its_pair(database):
    campaign = campaign_of(database, some_pairs(1), votes_per_pair=2)
    anna, bert, cleo = (rater(database, campaign, name) for name in ("Anna", "Bert", "Cleo"))
    (of_anna,) = ask(database, campaign, anna, now=1.0)
    (of_bert,) = ask(database, campaign, bert, now=1000.0)  # Anna's slot
    assert vote(database, campaign, anna, of_anna, now=1001.0)  # fills the other
    assert ask(database, campaign, cleo, now=1002.0) == []
    assert vote(database, campaign, bert, of_bert, now=1003.0)
    assert list(votes_by_pair(database, campaign).values()) == [2]
    check_store(database)


def test_a_late_answer_is_kept_where_it_is_one_more_than_wanted(database):
    campaign = campaign_of(database, some_pairs(1))
    anna, bert = rater(database, campaign, "Anna"), rater(database, campaign, "Bert")
    (of_anna,) = ask(database, campaign, anna, now=1.0)
    (of_bert,) = ask(database, campaign, bert, now=1000.0)
    assert vote(database, campaign, anna, of_anna, now=1001.0)
    assert vote(database, campaign, bert, of_bert, now=1002.0)
    with database.reading() as connection:
        assert progress(connection, campaign, anna).filled == 1
    assert list(votes_by_pair(database, campaign).values()) == [2]
    check_store(database)


def test_nobody_sees_a_pair_twice(database):
    campaign = campaign_of(database, some_pairs(6), votes_per_pair=3)
    for name in ("Anna", "Bert", "Cleo"):
        person = rater(database, campaign, name)
        seen = []
        while shown := ask(database, campaign, person, 2):
            for one in shown:
                assert vote(database, campaign, person, one)
                seen.append(one.pair_id)
        assert len(seen) == len(set(seen)) == 6
    assert set(votes_by_pair(database, campaign).values()) == {3}
    check_store(database)


def test_each_side_is_shown_first_about_half_the_time_and_stays_so(database):
    campaign = campaign_of(database, some_pairs(200))
    anna = rater(database, campaign, "Anna")
    shown = ask(database, campaign, anna, 200)
    assert 60 < sum(one.first_is_left for one in shown) < 140  # 5.7 standard errors
    assert ask(database, campaign, anna, 200) == shown


def seen_by(database, campaign, person):
    """Let somebody rate all there is; return roles in order and whether they were repeats."""
    while shown := ask(database, campaign, person, 3):
        for one in shown:
            vote(database, campaign, person, one, "tie")
    with database.reading() as connection:
        return [v for v in standing_votes(connection, campaign) if v.person_id == person.id]


def test_one_check_comes_in_each_block_at_no_fixed_place(database):
    new = some_pairs(60) + some_checks(40)
    campaign = campaign_of(database, new, check_every=5, votes_per_pair=2)
    places = []
    for name in ("Anna", "Bert"):
        roles = [one.role for one in seen_by(database, campaign, rater(database, campaign, name))]
        blocks = [roles[start : start + 5] for start in range(0, len(roles) // 5 * 5, 5)]
        assert {Counter(block)["attention"] for block in blocks} == {1}
        places += [tuple(block.index("attention") for block in blocks)]
    assert len(set(places[0])) > 1  # drawn anew each time: 15 blocks alike are 1 of 6e9
    assert places[0] != places[1]


def test_where_checks_come_cannot_be_told_from_numbers_that_people_know(database):
    """The same person's number in two campaigns that differ in their salt alone."""
    new = some_pairs(60) + some_checks(40)
    campaign = campaign_of(database, new, check_every=5, votes_per_pair=2)
    anna = rater(database, campaign, "Anna")
    orders = []
    for salt in ("one", "other"):
        salted = Campaign(campaign.id, campaign.spec, False, salt)
        with database.writing() as connection:
            shown = claim(connection, salted, anna, 60)
            connection.rollback()
        roles = [one.prompt.startswith("attention") for one in shown]
        orders.append((roles, [one.first_is_left for one in shown]))
    assert orders[0][0] != orders[1][0]
    assert orders[0][1] != orders[1][1]
    assert campaign.salt not in repr(campaign)


def test_a_check_looks_like_any_pair_and_takes_no_slot(database):
    campaign = campaign_of(database, some_pairs(8) + some_checks(4), check_every=3)
    anna = rater(database, campaign, "Anna")
    votes = seen_by(database, campaign, anna)
    assert Counter(one.role for one in votes) == {"ordinary": 8, "attention": 4}
    with database.reading() as connection:
        now = progress(connection, campaign, anna)
    assert (now.wanted, now.filled, now.mine) == (8, 8, 12)
    check_store(database)


def test_some_pairs_are_asked_about_again_later_for_self_agreement(database):
    campaign = campaign_of(database, some_pairs(60), repeats=0.5)
    votes = seen_by(database, campaign, rater(database, campaign, "Anna"))
    first = {one.pair_id: place for place, one in enumerate(votes) if not one.is_repeat}
    again = {one.pair_id: place for place, one in enumerate(votes) if one.is_repeat}
    assert len(first) == 60
    assert 8 <= len(again) <= 42  # of 50: 4.8 standard errors
    assert len(votes) == len(first) + len(again)
    assert min(again[pair] - first[pair] for pair in again) >= REPEAT_AFTER
    with database.reading() as connection:
        assert progress(connection, campaign).filled == 60
    check_store(database)


def test_a_repeated_pair_may_be_shown_the_other_way_round(database):
    campaign = campaign_of(database, some_pairs(60), repeats=0.9)
    votes = seen_by(database, campaign, rater(database, campaign, "Anna"))
    first = {one.pair_id: one.first_is_left for one in votes if not one.is_repeat}
    turned = [one.first_is_left != first[one.pair_id] for one in votes if one.is_repeat]
    assert {True, False} == set(turned)


@pytest.mark.parametrize(("passed", "is_out"), [(3, True), (4, False)])
def test_who_fails_too_many_checks_is_asked_no_more(database, passed, is_out):
    assert CHECKS_BEFORE_JUDGING == 5
    new = some_checks(5) + some_pairs(3)
    campaign = campaign_of(database, new, check_every=1, least_checks_passed=0.8)
    anna = rater(database, campaign, "Anna")
    for number in range(5):
        with database.reading() as connection:
            assert not is_shut_out(connection, campaign, anna)  # too early to judge
        (one,) = ask(database, campaign, anna)
        assert one.prompt.startswith("attention")
        good, bad = ("left", "right") if one.first_is_left else ("right", "left")
        vote(database, campaign, anna, one, good if number < passed else bad)
    with database.reading() as connection:
        assert is_shut_out(connection, campaign, anna) is is_out
    assert bool(ask(database, campaign, anna)) is not is_out
    assert ask(database, campaign, rater(database, campaign, "Bert"))


def test_gold_items_shut_nobody_out(database):
    new = some_checks(6, role="gold") + some_pairs(3)
    campaign = campaign_of(database, new, check_every=1, least_checks_passed=1.0)
    anna = rater(database, campaign, "Anna")
    for one in ask(database, campaign, anna, 6):
        vote(database, campaign, anna, one, "tie")
    with database.reading() as connection:
        assert not is_shut_out(connection, campaign, anna)


def test_a_closed_campaign_asks_nobody_and_takes_what_is_on_its_way(database):
    campaign = campaign_of(database, some_pairs(3))
    anna = rater(database, campaign, "Anna")
    one, other = ask(database, campaign, anna, 2)
    with database.writing() as connection:
        close_campaign(connection, campaign.id)
        closed = campaign_named(connection, "c")
    assert closed.is_closed
    assert ask(database, closed, anna) == []
    assert vote(database, closed, anna, one)
    with database.writing() as connection:
        open_campaign(connection, campaign.id)
        opened = campaign_named(connection, "c")
    assert ask(database, opened, anna) == [other]


def test_a_campaign_closes_when_there_are_enough_votes(database):
    campaign = campaign_of(database, some_pairs(6), stop_after=3)
    anna = rater(database, campaign, "Anna")
    for number, one in enumerate(ask(database, campaign, anna, 4)):
        with database.reading() as connection:
            assert campaign_named(connection, "c").is_closed is (number >= 3)
        vote(database, campaign, anna, one)


def test_pairs_that_come_later_are_handed_out_too(database):
    campaign = campaign_of(database, some_pairs(1))
    anna = rater(database, campaign, "Anna")
    vote(database, campaign, anna, ask(database, campaign, anna)[0])
    assert ask(database, campaign, anna) == []
    campaign_of(database, some_pairs(1, start=1))
    assert [one.prompt for one in ask(database, campaign, anna)] == ["prompt 1"]


def test_campaigns_do_not_mix(database):
    one = campaign_of(database, some_pairs(2), name="one")
    other = campaign_of(database, some_pairs(2), name="other")
    anna, bert = rater(database, one, "Anna"), rater(database, other, "Bert")
    seen = {shown.pair_id for shown in ask(database, one, anna, 5)}
    assert len(seen) == 2
    assert not seen & {shown.pair_id for shown in ask(database, other, bert, 5)}
    vote(database, one, anna, ask(database, one, anna)[0])
    with database.reading() as connection:
        assert progress(connection, one).filled == 1
        assert progress(connection, other).filled == 0
