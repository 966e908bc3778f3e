"""Which pair a person is shown next: leased for two minutes, then handed to somebody else.

Each vote that is wanted is a slot, and nobody but its holder can take it while the lease runs. A
lease that ran out loses nothing: the first holder's answer is still taken when it comes (`votes`).
An empty answer means "ask again", never "done": slots that others hold now may come back.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from looksgood.core.seeds import Seed
from looksgood.rating.campaigns import Campaign
from looksgood.rating.people import Person
from looksgood.rating.schema import pairs, people, showings, slots, truths, votes

REPEAT_AFTER = 10
"""Pairs between the first time and the second."""
CHECKS_BEFORE_JUDGING = 5
"""Attention checks that somebody must have met before failing too many shuts them out."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair as one person is shown it. Nothing of it tells what experts say."""

    showing_id: int
    pair_id: int
    first_is_left: bool
    prompt: str
    first: str
    second: str
    are_clips: bool
    source: str


def claim(
    connection: Connection, campaign: Campaign, person: Person, count: int, now: float | None = None
) -> list[Shown]:
    """Return up to `count` pairs that this person holds from now on; the oldest first.

    What the person holds already comes first, so a page that was reloaded goes on where it was.
    A mixed-in check or a repeated pair looks like any other.
    """
    now = time.time() if now is None else now
    if campaign.is_closed or is_shut_out(connection, campaign, person):
        return []
    # two windows of one person ask one after the other
    me = select(people.c.id).where(people.c.id == person.id)
    connection.execute(me.with_for_update(key_share=True))
    before = connection.execute(_unanswered(campaign, person, now).limit(count)).all()
    held = [
        showing_id
        for showing_id, pair_id, is_theirs in before
        if is_theirs or _keep(connection, campaign, showing_id, pair_id, now)
    ]
    while len(held) < count:
        new = _next(connection, campaign, person, now)
        if new is None:
            break
        held.append(new)
    return _shown(connection, held)


def is_shut_out(connection: Connection, campaign: Campaign, person: Person) -> bool:
    """Tell whether somebody failed so many attention checks that they are asked no more."""
    least = campaign.spec.least_checks_passed
    if not least or person.role == "owner":
        return False
    met = connection.execute(
        select(votes.c.choice, truths.c.choice)
        .select_from(votes.join(showings).join(pairs).join(truths))
        .where(
            showings.c.campaign_id == campaign.id,
            showings.c.person_id == person.id,
            pairs.c.role == "attention",
            votes.c.withdrawn_at.is_(None),
        )
    ).all()
    passed = sum(said == right for said, right in met)
    return len(met) >= CHECKS_BEFORE_JUDGING and passed < least * len(met)


# ---- parts


def _unanswered(campaign: Campaign, person: Person, now: float) -> Select[Any, Any, Any]:
    """Return the query for what was shown to the person and is still wanted, oldest first.

    Its columns: showing, pair, and whether it is this person's alone (a check, or a repeated pair).
    """
    is_theirs = or_(showings.c.is_repeat, pairs.c.role != "ordinary")
    is_wanted = exists().where(
        slots.c.pair_id == showings.c.pair_id,
        ~slots.c.is_filled,
        or_(slots.c.showing_id == showings.c.id, slots.c.leased_until < now),
    )
    return (
        select(showings.c.id, showings.c.pair_id, is_theirs)
        .join(pairs, pairs.c.id == showings.c.pair_id)
        .where(*_of(campaign, person), ~_is_answered(showings), or_(is_theirs, is_wanted))
        .order_by(showings.c.id)
    )


def _keep(
    connection: Connection, campaign: Campaign, showing_id: int, pair_id: int, now: float
) -> bool:
    """Hold a pair that was shown for longer; tell whether it could be held."""
    until = now + campaign.spec.lease_seconds
    mine = update(slots).where(slots.c.showing_id == showing_id, ~slots.c.is_filled)
    if connection.execute(mine.values(leased_until=until)).rowcount:
        return True
    free = _free(campaign, now).where(slots.c.pair_id == pair_id)
    slot = connection.execute(free).first()
    if slot is None:
        return False
    _hold(connection, slot.id, showing_id, until)
    return True


def _next(connection: Connection, campaign: Campaign, person: Person, now: float) -> int | None:
    """Show the person one more pair: a check where one is due, a repeat, or an ordinary one."""
    mixed_in = _check(connection, campaign, person) or _repeat(connection, campaign, person)
    if mixed_in is not None:
        return _show(connection, campaign, person, *mixed_in, now)
    free = _free(campaign, now).where(~_is_known(slots.c.pair_id, person))
    slot = connection.execute(free).first()
    if slot is None:
        return None
    new = _show(connection, campaign, person, slot.pair_id, False, now)
    _hold(connection, slot.id, new, now + campaign.spec.lease_seconds)
    return new


def _check(connection: Connection, campaign: Campaign, person: Person) -> tuple[int, bool] | None:
    """Return the check that is due now, if any: one in each block, at a place nobody can guess."""
    every = campaign.spec.check_every
    if not every:
        return None
    seen = connection.execute(
        select(func.count()).select_from(showings).where(*_of(campaign, person))
    ).scalar_one()
    block, place = divmod(seen, every)
    draw = _draw(campaign, person)
    if place != draw.child("check", block).number % every:
        return None
    new = (
        connection.execute(
            select(pairs.c.id)
            .where(
                pairs.c.campaign_id == campaign.id,
                pairs.c.role != "ordinary",
                ~_is_known(pairs.c.id, person),
            )
            .order_by(pairs.c.id)
        )
        .scalars()
        .all()
    )
    return (new[draw.child("which", block).number % len(new)], False) if new else None


def _repeat(connection: Connection, campaign: Campaign, person: Person) -> tuple[int, bool] | None:
    """Return the pair that the person is asked about again now, if any."""
    if not campaign.spec.repeats:
        return None
    mine = select(showings.c.id).where(*_of(campaign, person))
    latest = mine.order_by(showings.c.id.desc()).offset(REPEAT_AFTER).limit(1).scalar_subquery()
    again = showings.alias()
    candidates = connection.execute(
        select(showings.c.pair_id)
        .join(pairs, pairs.c.id == showings.c.pair_id)
        .where(
            *_of(campaign, person),
            showings.c.id <= latest,
            ~showings.c.is_repeat,
            pairs.c.role == "ordinary",
            _is_answered(showings),
            ~exists().where(
                again.c.pair_id == showings.c.pair_id,
                again.c.person_id == person.id,
                again.c.is_repeat,
            ),
        )
        .order_by(showings.c.id)
    ).scalars()
    draw = _draw(campaign, person)
    for pair_id in candidates:
        if draw.child("repeat", pair_id).number < campaign.spec.repeats * 2**63:
            return pair_id, True
    return None


def _of(campaign: Campaign, person: Person) -> tuple[ColumnElement[bool], ...]:
    return showings.c.campaign_id == campaign.id, showings.c.person_id == person.id


def _is_known(pair_id: ColumnElement[int], person: Person) -> ColumnElement[bool]:
    """Tell whether the person has been shown a pair, in a query over pairs."""
    return exists().where(showings.c.pair_id == pair_id, showings.c.person_id == person.id)


def _is_answered(shown: FromClause) -> ColumnElement[bool]:
    return exists().where(votes.c.showing_id == shown.c.id, votes.c.withdrawn_at.is_(None))


def _draw(campaign: Campaign, person: Person) -> Seed:
    return Seed(("rating", campaign.salt, person.id))


def _free(campaign: Campaign, now: float) -> Select[Any, Any]:
    """Return the query for the first slot that is free: never held, or held too long."""
    return (
        select(slots.c.id, slots.c.pair_id)
        .where(slots.c.campaign_id == campaign.id, ~slots.c.is_filled, slots.c.leased_until < now)
        .order_by(slots.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=slots)
    )


def _hold(connection: Connection, slot_id: int, showing_id: int, until: float) -> None:
    connection.execute(
        update(slots).where(slots.c.id == slot_id).values(showing_id=showing_id, leased_until=until)
    )


def _show(
    connection: Connection,
    campaign: Campaign,
    person: Person,
    pair_id: int,
    is_repeat: bool,
    now: float,
) -> int:
    """Write down that the person is shown a pair, and on which side its first response is."""
    order = _draw(campaign, person).child("order", pair_id, is_repeat)
    values = {
        "campaign_id": campaign.id,
        "pair_id": pair_id,
        "person_id": person.id,
        "is_repeat": is_repeat,
        "first_is_left": order.number % 2 == 0,
        "shown_at": now,
    }
    key = connection.execute(insert(showings).values(values)).inserted_primary_key
    assert key is not None
    return key[0]


def _shown(connection: Connection, showing_ids: Sequence[int]) -> list[Shown]:
    rows = connection.execute(
        select(
            showings.c.id.label("showing_id"),
            showings.c.pair_id,
            showings.c.first_is_left,
            pairs.c.prompt,
            pairs.c.first,
            pairs.c.second,
            pairs.c.are_clips,
            pairs.c.source,
        )
        .join(pairs, pairs.c.id == showings.c.pair_id)
        .where(showings.c.id.in_(showing_ids))
        .order_by(showings.c.id)
    ).mappings()
    return [Shown(**row) for row in rows]
