"""Small campaigns for tests of the store, and what must hold of every database at any time."""

import itertools

from sqlalchemy import func, select

from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import begin_campaign
from looksgood.rating.claims import claim
from looksgood.rating.pairs import NewPair, Truth, add_pairs
from looksgood.rating.people import invite
from looksgood.rating.schema import campaigns, pairs, showings, slots, votes
from looksgood.rating.votes import Answer, take_vote

KEYS = (f"key-{number}" for number in itertools.count())


def some_pairs(count, start=0, **more):
    """Return so many ordinary pairs."""
    numbers = range(start, start + count)
    return [NewPair(f"prompt {n}", f"one {n}", f"two {n}", **more) for n in numbers]


def some_checks(count, role="attention", choice="first"):
    """Return pairs whose answer is known."""
    truth = Truth(choice, "check")
    return [
        NewPair(f"{role} {n}", f"good {n}", f"bad {n}", role=role, truth=truth)
        for n in range(count)
    ]


def campaign_of(database, new, name="c", **settings):
    """Begin a campaign with these pairs."""
    with database.writing() as connection:
        campaign = begin_campaign(connection, CampaignSpec(name=name, **settings))
        add_pairs(connection, campaign, new)
    return campaign


def rater(database, campaign, name, role="rater"):
    """Invite somebody."""
    with database.writing() as connection:
        return invite(connection, name, campaign.id, role)


def ask(database, campaign, person, count=1, now=None):
    """Let somebody claim pairs."""
    with database.writing() as connection:
        return claim(connection, campaign, person, count, now)


def vote(database, campaign, person, shown, side="left", key=None, now=None, **more):
    """Let somebody answer what they were shown; tell whether it was new."""
    answer = Answer(key or next(KEYS), shown.showing_id, side, **more)
    with database.writing() as connection:
        return take_vote(connection, campaign, person, answer, now)


def votes_by_pair(database, campaign):
    """Return how many votes stand, by pair."""
    query = (
        select(showings.c.pair_id, func.count())
        .join(votes, votes.c.showing_id == showings.c.id)
        .where(showings.c.campaign_id == campaign.id, votes.c.withdrawn_at.is_(None))
        .group_by(showings.c.pair_id)
    )
    with database.reading() as connection:
        return dict(connection.execute(query).all())


def check_store(database):
    """Check what must hold of every database at any time."""
    with database.reading() as connection:
        for campaign in connection.execute(select(campaigns)).mappings():
            here = select(func.count()).where(slots.c.campaign_id == campaign["id"])
            assert campaign["wanted"] == connection.execute(here).scalar_one()
            filled = connection.execute(here.where(slots.c.is_filled)).scalar_one()
            assert campaign["filled"] == filled
        # a filled slot has its vote, and no vote fills two
        is_its = (votes.c.showing_id == slots.c.showing_id) & votes.c.withdrawn_at.is_(None)
        of_filled = (
            select(slots.c.showing_id, func.count(votes.c.id))
            .join(votes, is_its, isouter=True)
            .where(slots.c.is_filled)
            .group_by(slots.c.id)
        )
        found = connection.execute(of_filled).all()
        assert {count for _, count in found} <= {1}
        assert len({showing for showing, _ in found}) == len(found)
        # whoever holds or filled a slot was shown its pair
        wrong = (
            select(func.count())
            .select_from(slots.join(showings, showings.c.id == slots.c.showing_id))
            .where(showings.c.pair_id != slots.c.pair_id)
        )
        assert connection.execute(wrong).scalar_one() == 0
        # nobody is shown a pair twice, but on purpose
        twice = (
            select(showings.c.pair_id)
            .where(~showings.c.is_repeat)
            .group_by(showings.c.pair_id, showings.c.person_id)
            .having(func.count() > 1)
        )
        assert connection.execute(twice).all() == []
        lost = (
            select(func.count())
            .select_from(pairs)
            .where(pairs.c.role == "ordinary", ~pairs.c.id.in_(select(slots.c.pair_id)))
        )
        assert connection.execute(lost).scalar_one() == 0
