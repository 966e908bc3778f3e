"""Campaigns for tests: pairs with truths, and people who vote as they are told."""

import itertools

from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import begin_campaign
from looksgood.rating.claims import claim
from looksgood.rating.pairs import add_pairs
from looksgood.rating.people import invite
from looksgood.rating.votes import Answer, take_vote

_KEYS = itertools.count()


def begun(database, pairs, **settings):
    """Begin a campaign `c` with these pairs."""
    with database.writing() as connection:
        campaign = begin_campaign(connection, CampaignSpec(name="c", **settings))
        add_pairs(connection, campaign, pairs)
    return campaign


def vote_all(database, campaign, name, says, role="rater", start=1000.0, step=10.0, **more):
    """Let a person answer everything there is: `says` turns a pair as shown into first, second ….

    `more` are fields of the answers, or functions of the pair as shown; an impression is of the
    pair, as `says`.
    """
    with database.writing() as connection:
        person = invite(connection, name, campaign.id, role)
    for number in itertools.count():
        now = start + step * number
        with database.writing() as connection:
            shown = claim(connection, campaign, person, 1, now=now)
            if not shown:
                return
            one = shown[0]
            fields = {key: value(one) if callable(value) else value for key, value in more.items()}
            if fields.get("impression"):
                fields["impression"] = _side(fields["impression"], one)
            answer = Answer(f"key-{next(_KEYS)}", one.showing_id, _side(says(one), one), **fields)
            take_vote(connection, campaign, person, answer, now=now)


def _side(choice, one):
    if choice in ("tie", "cant_tell"):
        return choice
    return "left" if (choice == "first") == one.first_is_left else "right"
