"""What a process of a test does to a store: `python -m tests.rating_workers WORK URL …`."""

import sys
import time
import uuid

from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import all_campaigns, begin_campaign, campaign_named
from looksgood.rating.claims import claim
from looksgood.rating.database import open_database
from looksgood.rating.pairs import NewPair, add_pairs
from looksgood.rating.people import invite
from looksgood.rating.votes import Answer, progress, take_vote


def say(*words):
    """Write a line at once: what was said before a SIGKILL was said."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def race(url, name):
    """Rate in each campaign until all of it is done; send each vote twice."""
    database = open_database(url)
    with database.writing() as connection:
        every = all_campaigns(connection)
        people = [invite(connection, name, campaign.id) for campaign in every]
    for campaign, person in zip(every, people, strict=True):
        while True:
            with database.writing() as connection:
                shown = claim(connection, campaign, person, 2)
            for one in shown:
                answer = Answer(str(uuid.uuid4()), one.showing_id, "left")
                new = []
                for _ in range(2):
                    with database.writing() as connection:
                        new.append(take_vote(connection, campaign, person, answer))
                assert new == [True, False]
            if not shown:  # ask again, never done: that is what the count says
                with database.reading() as connection:
                    now = progress(connection, campaign)
                if now.filled == now.wanted:
                    break
                time.sleep(0.01)
    database.close()


def vote(url, name):
    """Rate for as long as there is something; print each key once it has been acknowledged."""
    database = open_database(url)
    with database.writing() as connection:
        campaign = campaign_named(connection, "c")
        person = invite(connection, name, campaign.id)
    while True:
        with database.writing() as connection:
            shown = claim(connection, campaign, person, 1)
        for one in shown:
            answer = Answer(str(uuid.uuid4()), one.showing_id, "left")
            with database.writing() as connection:
                take_vote(connection, campaign, person, answer)
            say(answer.key)


def begin(url, *_):
    """Open a fresh database, begin a campaign and add pairs, as others do at the same moment."""
    say("ready")
    sys.stdin.readline()
    database = open_database(url)
    with database.writing() as connection:
        campaign = begin_campaign(connection, CampaignSpec(name="c"))
        person = invite(connection, "Anna", campaign.id)
        add_pairs(connection, campaign, [NewPair(f"{n}", "one", "two") for n in range(50)])
    say(campaign.id, person.id)
    database.close()


if __name__ == "__main__":
    {"race": race, "vote": vote, "begin": begin}[sys.argv[1]](*sys.argv[2:])
