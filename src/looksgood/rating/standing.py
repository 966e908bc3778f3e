"""The votes that stand: what an export writes, a training loop fits and the owner's page counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from looksgood.core.choices import Choice
from looksgood.rating.campaign import Role
from looksgood.rating.campaigns import Campaign
from looksgood.rating.pairs import Truth
from looksgood.rating.people import PersonRole
from looksgood.rating.schema import pairs, people, showings, truths, votes


@dataclass(frozen=True, slots=True)
class StandingVote:
    """One vote with the pair it is of. Nothing of the truth."""

    pair_id: int
    pair_key: str
    batch: str
    role: Role
    prompt: str
    first: str
    second: str
    are_clips: bool
    source: str
    extra: Mapping[str, Any]
    person_id: int
    rater: str
    rater_role: PersonRole
    choice: Choice
    """Of the pair's own first and second."""
    first_is_left: bool
    is_repeat: bool
    """The same person had been asked before, on purpose."""
    impression: Choice | None
    confidence: int | None
    tags: tuple[str, ...]
    note: str
    seconds: float | None
    watched: float | None
    voted_at: float


def standing_votes(
    connection: Connection, campaign: Campaign, batch: str | None = None
) -> list[StandingVote]:
    """Return the votes of a campaign, or of one batch of it, in the order they were given."""
    query = (
        select(
            pairs.c.id.label("pair_id"),
            pairs.c.key.label("pair_key"),
            *(
                pairs.c[name]
                for name in (
                    "batch",
                    "role",
                    "prompt",
                    "first",
                    "second",
                    "are_clips",
                    "source",
                    "extra",
                )
            ),
            people.c.id.label("person_id"),
            people.c.name.label("rater"),
            people.c.role.label("rater_role"),
            showings.c.first_is_left,
            showings.c.is_repeat,
            *(
                votes.c[name]
                for name in (
                    "choice",
                    "impression",
                    "confidence",
                    "tags",
                    "note",
                    "seconds",
                    "watched",
                    "voted_at",
                )
            ),
        )
        .select_from(
            votes.join(showings, showings.c.id == votes.c.showing_id)
            .join(pairs, pairs.c.id == showings.c.pair_id)
            .join(people, people.c.id == showings.c.person_id)
        )
        .where(showings.c.campaign_id == campaign.id, votes.c.withdrawn_at.is_(None))
        .order_by(votes.c.id)
    )
    if batch is not None:
        query = query.where(pairs.c.batch == batch)
    rows = (dict(row) for row in connection.execute(query).mappings())
    return [StandingVote(**{**row, "tags": tuple(row["tags"])}) for row in rows]


def truths_of(connection: Connection, campaign: Campaign) -> dict[int, Truth]:
    """Return what is known of the pairs of a campaign, by pair: for owners, audits and the end."""
    rows = connection.execute(
        select(truths)
        .join(pairs, pairs.c.id == truths.c.pair_id)
        .where(pairs.c.campaign_id == campaign.id)
    ).mappings()
    return {
        row["pair_id"]: Truth(**{name: row[name] for name in Truth.__dataclass_fields__})
        for row in rows
    }
