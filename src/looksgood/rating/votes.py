"""Taking votes: each is one committed transaction, and the same one twice is once."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from looksgood.core.errors import ConfigError
from looksgood.rating.campaign import Choice, Side
from looksgood.rating.campaigns import Campaign, close_campaign
from looksgood.rating.people import Person
from looksgood.rating.schema import showings, slots, votes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page sends: sides as they were shown, which `take_vote` turns into the pair's own."""

    key: str
    """Made by the page, once for each answer: however often it is sent, it counts once."""
    showing_id: int
    side: Side
    impression: Side | None = None
    confidence: int | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    seconds: float | None = None
    watched: float | None = None


class NotYours(ConfigError):
    """The showing is somebody else's, or does not exist."""


class AnsweredAlready(ConfigError):
    """Another answer to the same showing stands: withdraw it first."""


def take_vote(
    connection: Connection,
    campaign: Campaign,
    person: Person,
    answer: Answer,
    now: float | None = None,
) -> bool:
    """Keep an answer; True if it is new, False if it had been kept before.

    An answer that comes after its lease ran out is kept too: somebody gave it. Where its slot has
    gone to somebody else it fills another free one of the pair, or is one vote more than wanted.

    Raises:
        NotYours: nobody showed this person that pair.
        AnsweredAlready: the person has answered with another key.
    """
    now = time.time() if now is None else now
    known = connection.execute(
        select(votes.c.id, showings.c.person_id).join(showings).where(votes.c.key == answer.key)
    ).first()
    if known is not None:
        if known.person_id != person.id:
            raise NotYours(f"vote {answer.key!r} is somebody else's")
        return False
    showing = _showing(connection, campaign, person, answer.showing_id)
    values = {
        "key": answer.key,
        "showing_id": showing["id"],
        "choice": _choice(answer.side, showing["first_is_left"]),
        "impression": None
        if answer.impression is None
        else _choice(answer.impression, showing["first_is_left"]),
        "confidence": answer.confidence,
        "tags": list(answer.tags),
        "note": answer.note,
        "seconds": answer.seconds,
        "watched": answer.watched,
        "voted_at": now,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(votes).values(values))
    except IntegrityError as error:  # the same answer at the same moment, or another that stands
        same = connection.execute(select(votes.c.id).where(votes.c.key == answer.key)).first()
        if same is not None:
            return False
        raise AnsweredAlready(f"pair of showing {answer.showing_id} has been answered") from error
    _fill(connection, showing, now)
    _close_when_enough(connection, campaign)
    return True


def withdraw_vote(
    connection: Connection, campaign: Campaign, person: Person, key: str, now: float | None = None
) -> bool:
    """Take an answer back, so that the pair can be answered again; it stays on record.

    True if it stood until now, False if it had been taken back before.

    Raises:
        NotYours: there is no such vote of this person.
    """
    now = time.time() if now is None else now
    found = connection.execute(
        select(votes.c.id, votes.c.showing_id, votes.c.withdrawn_at)
        .join(showings)
        .where(
            votes.c.key == key,
            showings.c.person_id == person.id,
            showings.c.campaign_id == campaign.id,
        )
    ).first()
    if found is None:
        raise NotYours(f"there is no vote {key!r} of yours")
    if found.withdrawn_at is not None:
        return False
    connection.execute(update(votes).where(votes.c.id == found.id).values(withdrawn_at=now))
    until = now + campaign.spec.lease_seconds
    connection.execute(
        update(slots)
        .where(slots.c.showing_id == found.showing_id)
        .values(is_filled=False, leased_until=until)
    )
    return True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign is."""

    wanted: int
    """Votes, of ordinary pairs."""
    filled: int
    mine: int
    """Standing votes of the person asked about, checks included."""


def progress(connection: Connection, campaign: Campaign, person: Person | None = None) -> Progress:
    """Return how far a campaign is, and how much of it one person did."""
    is_here = slots.c.campaign_id == campaign.id
    wanted = _count(connection, select(func.count()).select_from(slots).where(is_here))
    filled = _count(
        connection, select(func.count()).select_from(slots).where(is_here, slots.c.is_filled)
    )
    mine = 0
    if person is not None:
        mine = _count(
            connection,
            select(func.count())
            .select_from(votes.join(showings))
            .where(
                showings.c.campaign_id == campaign.id,
                showings.c.person_id == person.id,
                votes.c.withdrawn_at.is_(None),
            ),
        )
    return Progress(wanted, filled, mine)


# ---- parts


def _showing(
    connection: Connection, campaign: Campaign, person: Person, showing_id: int
) -> Mapping[str, Any]:
    row = (
        connection.execute(
            select(showings).where(
                showings.c.id == showing_id,
                showings.c.person_id == person.id,
                showings.c.campaign_id == campaign.id,
            )
        )
        .mappings()
        .first()
    )
    if row is None:
        raise NotYours(f"showing {showing_id} is not yours")
    return row


def _choice(side: Side, first_is_left: bool) -> Choice:
    if side == "left":
        return "first" if first_is_left else "second"
    if side == "right":
        return "second" if first_is_left else "first"
    return side


def _fill(connection: Connection, showing: Mapping[str, Any], now: float) -> None:
    """Fill the slot that the showing holds, or else one of the pair that nobody holds."""
    mine = update(slots).where(slots.c.showing_id == showing["id"]).values(is_filled=True)
    if connection.execute(mine).rowcount or showing["is_repeat"]:
        return
    free = connection.execute(
        select(slots.c.id)
        .where(
            slots.c.pair_id == showing["pair_id"],
            ~slots.c.is_filled,
            slots.c.leased_until < now,
        )
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if free is not None:
        connection.execute(
            update(slots)
            .where(slots.c.id == free.id)
            .values(showing_id=showing["id"], is_filled=True)
        )


def _close_when_enough(connection: Connection, campaign: Campaign) -> None:
    if campaign.spec.stop_after is None:
        return
    filled = select(func.count()).select_from(slots)
    filled = filled.where(slots.c.campaign_id == campaign.id, slots.c.is_filled)
    if _count(connection, filled) >= campaign.spec.stop_after:
        close_campaign(connection, campaign.id)


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(query).scalar_one())
