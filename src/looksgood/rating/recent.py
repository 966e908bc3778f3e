"""How much people did on a campaign, and how much of it lately: one query, whatever its size."""

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from looksgood.rating.campaigns import Campaign
from looksgood.rating.schema import people, showings, votes

HOUR_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Recent:
    """Standing votes of people; simulated raters are not counted."""

    votes: int
    raters: int
    """Who gave at least one."""
    last_hour: int
    """Of these votes."""
    last_at: float | None


def recent(connection: Connection, campaign: Campaign, now: float) -> Recent:
    """Return what people have done until now."""
    is_late = case((votes.c.voted_at > now - HOUR_SECONDS, 1), else_=0)
    row = connection.execute(
        select(
            func.count(votes.c.id),
            func.count(people.c.id.distinct()),
            func.coalesce(func.sum(is_late), 0),
            func.max(votes.c.voted_at),
        )
        .select_from(votes.join(showings).join(people))
        .where(
            showings.c.campaign_id == campaign.id,
            people.c.role != "simulated",
            votes.c.withdrawn_at.is_(None),
        )
    ).one()
    return Recent(int(row[0]), int(row[1]), int(row[2]), row[3])
