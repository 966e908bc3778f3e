"""A first look without anybody: a campaign from the almanac, and a simulated crowd beside you."""

import json
from importlib.resources import files

from looksgood.campaigns.crowd import Crowd, Member
from looksgood.campaigns.told import Wrong, wrong_with
from looksgood.core.seeds import Seed
from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import Campaign, begin_campaign
from looksgood.rating.database import Database
from looksgood.rating.pairs import NewPair, Truth, add_pairs
from looksgood.rating.people import Person, invite

YOU = "you"
ORDINARY, EXPERTS = "simulated raters", "simulated experts"
"""Kinds of simulated raters, as `demo_pairs` names their chances."""
MEMBERS = (
    *(Member(f"crowd {i}", ORDINARY, seconds=6.0 + i) for i in range(1, 6)),
    *(Member(f"expert {i}", EXPERTS, seconds=14.0 + i) for i in range(1, 3)),
)
INSTRUCTIONS = """\
The almanac describes a land that does not exist, so you know as little of it as most raters know \
of what a language model tells them. Two writers answer each question. Some repeat what many \
people wrongly believe, some name books that were never written so, some are honest.

Choose by what looks better. Then the almanac's own page opens: look again, and keep your choice \
or change it. After 20 pairs you will be told what you approved, next to a simulated crowd and \
simulated experts who see the same pairs."""
SPEC = CampaignSpec(
    name="demo",
    question="Which answer would you rather get?",
    instructions=INSTRUCTIONS,
    votes_per_pair=len(MEMBERS) + 1,
    asks_impression=True,
    tags=("right", "wrong", "well sourced", "made up", "flattering", "clear"),
    check_every=20,
    tell_after=20,
)


def fill_demo(database: Database) -> tuple[Campaign, Person]:
    """Return the campaign with its pairs, and you; a database that has them already keeps them."""
    with database.writing() as connection:
        campaign = begin_campaign(connection, SPEC)
        add_pairs(connection, campaign, demo_pairs_shipped())
        return campaign, invite(connection, YOU, campaign.id)


def demo_crowd(database: Database, campaign: Campaign, seed: int) -> Crowd:
    """Return the crowd that rates beside you."""
    return Crowd(database, campaign, MEMBERS, Seed(("rate demo", seed)))


def demo_pairs_shipped() -> list[NewPair]:
    """Return the pairs that lie in the package; `demo_pairs` made them."""
    text = (files("looksgood.campaigns") / "data" / "demo.json").read_text(encoding="utf-8")
    found = []
    for row in json.loads(text):
        is_check = row.get("is_check", False)
        first, second = ([Wrong(*one) for one in side] for side in row.get("wrong", ([], [])))
        truth = Truth(
            row["choice"],
            "construction" if is_check else "world",
            first_is_good=is_check or not first,
            second_is_good=not is_check and not second,
            detail=wrong_with(first, second, row.get("chances")),
        )
        found.append(
            NewPair(
                prompt=row["prompt"],
                first=row["first"],
                second=row["second"],
                source=row["source"],
                role="attention" if is_check else "ordinary",
                truth=truth,
                extra={name: row[name] for name in ("prompt_id", "family") if name in row},
            )
        )
    return found
