"""Taking votes: each is one committed transaction, and the same one twice is once."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from looksgood.core.choices import Choice
from looksgood.core.errors import ConfigError
from looksgood.rating.campaign import Side
from looksgood.rating.campaigns import Campaign, close_campaign
from looksgood.rating.database import insert_new
from looksgood.rating.pairs import storable
from looksgood.rating.people import Person
from looksgood.rating.schema import campaigns, showings, slots, votes

_LONGEST_KEY = 64


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

    def __post_init__(self) -> None:
        # what one of the two databases would refuse, or keep as something else
        if not (
            0 < len(self.key) <= _LONGEST_KEY and self.key.isascii() and self.key.isprintable()
        ):
            raise ConfigError(f"key {self.key[:80]!r}: give 1 to {_LONGEST_KEY} ASCII characters")
        if not 0 < self.showing_id < 2**31:
            raise ConfigError(f"showing {self.showing_id} is no number of a showing")
        if self.confidence is not None and not 1 <= self.confidence <= 5:
            raise ConfigError(f"confidence {self.confidence}: give 1 to 5")
        for name in ("seconds", "watched"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < math.inf:
                raise ConfigError(f"{name} {value}: give a finite number, 0 or more")


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
        NotYours: nobody showed this person that pair, or the key is somebody else's.
        AnsweredAlready: the person has answered with another key, or used this key for another
            pair.
    """
    now = time.time() if now is None else now
    if _is_kept(connection, person, answer):
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
        "tags": [storable(tag) for tag in answer.tags],
        "note": storable(answer.note),
        "seconds": answer.seconds,
        "watched": answer.watched,
        "voted_at": now,
    }
    if not insert_new(connection, votes, values):
        if _is_kept(connection, person, answer):  # it came twice at the same moment
            return False
        raise AnsweredAlready(f"pair of showing {answer.showing_id} has been answered")
    _count_in(connection, campaign, _fill(connection, showing, now))
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
        select(votes.c.id, votes.c.showing_id)
        .join(showings)
        .where(
            votes.c.key == key,
            showings.c.person_id == person.id,
            showings.c.campaign_id == campaign.id,
        )
    ).first()
    if found is None:
        raise NotYours(f"there is no vote {key!r} of yours")
    standing = update(votes).where(votes.c.id == found.id, votes.c.withdrawn_at.is_(None))
    if not connection.execute(standing.values(withdrawn_at=now)).rowcount:
        return False
    filled = update(slots).where(slots.c.showing_id == found.showing_id, slots.c.is_filled)
    until = now + campaign.spec.lease_seconds
    emptied = connection.execute(filled.values(is_filled=False, leased_until=until)).rowcount
    _count_in(connection, campaign, -emptied)
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
    of_all = select(campaigns.c.wanted, campaigns.c.filled).where(campaigns.c.id == campaign.id)
    wanted, filled = connection.execute(of_all).one()
    mine = 0
    if person is not None:
        mine = connection.execute(
            select(func.count())
            .select_from(votes.join(showings))
            .where(
                showings.c.campaign_id == campaign.id,
                showings.c.person_id == person.id,
                votes.c.withdrawn_at.is_(None),
            )
        ).scalar_one()
    return Progress(wanted, filled, mine)


# ---- parts


def _is_kept(connection: Connection, person: Person, answer: Answer) -> bool:
    """Tell whether this very answer has been kept, whether or not it was withdrawn since."""
    known = connection.execute(
        select(votes.c.showing_id, showings.c.person_id)
        .join(showings)
        .where(votes.c.key == answer.key)
    ).first()
    if known is None:
        return False
    if known.person_id != person.id:
        raise NotYours(f"vote {answer.key!r} is somebody else's")
    if known.showing_id != answer.showing_id:
        raise AnsweredAlready(f"key {answer.key!r} has been used for another pair")
    return True


def _showing(
    connection: Connection, campaign: Campaign, person: Person, showing_id: int
) -> Mapping[Any, Any]:
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


def _fill(connection: Connection, showing: Mapping[Any, Any], now: float) -> int:
    """Fill the slot that the showing holds, or else a free one of the pair; return how many."""
    mine = update(slots).where(slots.c.showing_id == showing["id"]).values(is_filled=True)
    filled = connection.execute(mine).rowcount
    if filled or showing["is_repeat"]:
        return filled
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
    if free is None:
        return 0
    taken = update(slots).where(slots.c.id == free.id)
    return connection.execute(taken.values(showing_id=showing["id"], is_filled=True)).rowcount


def _count_in(connection: Connection, campaign: Campaign, filled: int) -> None:
    """Count slots that were filled (or emptied again), and close when there are enough."""
    if not filled:
        return
    so_far = connection.execute(
        update(campaigns)
        .where(campaigns.c.id == campaign.id)
        .values(filled=campaigns.c.filled + filled)
        .returning(campaigns.c.filled)
    ).scalar_one()  # the last thing but the commit: whoever votes too waits for the row
    if campaign.spec.stop_after is not None and so_far >= campaign.spec.stop_after:
        close_campaign(connection, campaign.id)
