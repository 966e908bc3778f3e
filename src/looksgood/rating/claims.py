"""Which pair a person is shown next: leased for two minutes, then handed to somebody else.

Each vote that is wanted is a slot, and nobody but its holder can take it while the lease runs. A
lease that ran out loses nothing: the first holder's answer is still taken when it comes (`votes`).
An empty answer means "ask again", never "done": slots that others hold now may come back.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, exists, insert, select, update

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
    connection.execute(select(people.c.id).where(people.c.id == person.id).with_for_update())
    seen = _seen(connection, campaign, person)
    held = [one["id"] for one in seen if not one["has_vote"]][:count]
    held = [showing for showing in held if _keep(connection, campaign, showing, now)]
    while len(held) < count:
        new = _next(connection, campaign, person, seen, now)
        if new is None:
            break
        held.append(new["id"])
        seen.append(new)
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

_Seen = dict[str, Any]
"""id, pair_id, is_repeat, role, has_vote: of one showing."""


def _seen(connection: Connection, campaign: Campaign, person: Person) -> list[_Seen]:
    """Return what the person has been shown, oldest first."""
    has_vote = exists().where(votes.c.showing_id == showings.c.id, votes.c.withdrawn_at.is_(None))
    rows = connection.execute(
        select(
            showings.c.id,
            showings.c.pair_id,
            showings.c.is_repeat,
            pairs.c.role,
            has_vote.label("has_vote"),
        )
        .join(pairs, pairs.c.id == showings.c.pair_id)
        .where(showings.c.campaign_id == campaign.id, showings.c.person_id == person.id)
        .order_by(showings.c.id)
    ).mappings()
    return [dict(row) for row in rows]


def _keep(connection: Connection, campaign: Campaign, showing_id: int, now: float) -> bool:
    """Hold a shown pair for longer; tell whether its vote is still wanted."""
    until = now + campaign.spec.lease_seconds
    mine = update(slots).where(slots.c.showing_id == showing_id, ~slots.c.is_filled)
    if connection.execute(mine.values(leased_until=until)).rowcount:
        return True
    pair_id, is_repeat, role = connection.execute(
        select(showings.c.pair_id, showings.c.is_repeat, pairs.c.role)
        .join(pairs, pairs.c.id == showings.c.pair_id)
        .where(showings.c.id == showing_id)
    ).one()
    if is_repeat or role != "ordinary":
        return True  # nobody else could have taken it
    free = _free(campaign, now).where(slots.c.pair_id == pair_id)
    return _take(connection, free, showing_id, until)


def _next(
    connection: Connection, campaign: Campaign, person: Person, seen: Sequence[_Seen], now: float
) -> _Seen | None:
    """Show the person one more pair: a check where one is due, a repeat, or an ordinary one."""
    for pair_id, is_repeat, role in _mixed_in(connection, campaign, person, seen):
        return _show(connection, campaign, person, pair_id, is_repeat, role, now)
    met = exists().where(showings.c.pair_id == slots.c.pair_id, showings.c.person_id == person.id)
    free = _free(campaign, now).where(~met)
    slot = connection.execute(free).first()
    if slot is None:
        return None
    new = _show(connection, campaign, person, slot.pair_id, False, "ordinary", now)
    _hold(connection, slot.id, new["id"], now + campaign.spec.lease_seconds)
    return new


def _mixed_in(
    connection: Connection, campaign: Campaign, person: Person, seen: Sequence[_Seen]
) -> Iterator[tuple[int, bool, str]]:
    """Yield the check or the repeated pair that is due now, if any: (pair, is_repeat, role)."""
    spec, draw = campaign.spec, Seed(("rating", campaign.id, person.id))
    if spec.check_every:
        # one in each block of so many, at a place that nobody can guess
        block, place = divmod(len(seen), spec.check_every)
        if place == draw.child("check", block).number % spec.check_every:
            met = exists().where(
                showings.c.pair_id == pairs.c.id, showings.c.person_id == person.id
            )
            new = connection.execute(
                select(pairs.c.id, pairs.c.role)
                .where(pairs.c.campaign_id == campaign.id, pairs.c.role != "ordinary", ~met)
                .order_by(pairs.c.id)
            ).all()
            if new:
                chosen = new[draw.child("which", block).number % len(new)]
                yield chosen.id, False, chosen.role
    if spec.repeats:
        again = {one["pair_id"] for one in seen if one["is_repeat"]}
        for one in seen[: max(0, len(seen) - REPEAT_AFTER)]:
            chosen = draw.child("repeat", one["pair_id"]).number / 2**63 < spec.repeats
            plain = one["role"] == "ordinary" and one["has_vote"] and not one["is_repeat"]
            if chosen and plain and one["pair_id"] not in again:
                yield one["pair_id"], True, "ordinary"


def _free(campaign: Campaign, now: float) -> Select[Any, Any]:
    """Return the query for the first slot that is free: never held, or held too long."""
    return (
        select(slots.c.id, slots.c.pair_id)
        .where(slots.c.campaign_id == campaign.id, ~slots.c.is_filled, slots.c.leased_until < now)
        .order_by(slots.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=slots)
    )


def _take(connection: Connection, free: Select[Any, Any], showing_id: int, until: float) -> bool:
    slot = connection.execute(free).first()
    if slot is not None:
        _hold(connection, slot.id, showing_id, until)
    return slot is not None


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
    role: str,
    now: float,
) -> _Seen:
    values: Mapping[str, Any] = {
        "campaign_id": campaign.id,
        "pair_id": pair_id,
        "person_id": person.id,
        "is_repeat": is_repeat,
        "first_is_left": bool(
            Seed(("rating", campaign.id, person.id, pair_id, is_repeat)).number % 2
        ),
        "shown_at": now,
    }
    key = connection.execute(insert(showings).values(values)).inserted_primary_key
    assert key is not None
    return {
        "id": key[0],
        "pair_id": pair_id,
        "is_repeat": is_repeat,
        "role": role,
        "has_vote": False,
    }


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
