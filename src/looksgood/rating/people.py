"""Who takes part: raters of one campaign, owners of all, and simulated raters beside them."""

import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, select, update

from looksgood.core.errors import ConfigError
from looksgood.rating.database import insert_new
from looksgood.rating.schema import people

PersonRole = Literal["rater", "owner", "simulated"]
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may come in, as long as nobody has revoked it."""

    id: int
    name: str
    role: PersonRole
    campaign_id: int | None
    """Whose pairs the person rates; None for owners."""
    invited_at: float
    """First, or since the person was revoked: what let them in before that does so no more."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on an owner's list, who may come in or not."""

    person: Person
    expires_at: float | None
    revoked_at: float | None

    def may_come_in(self, now: float) -> bool:
        """Tell whether the person's link is good at that time."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


def invite(
    connection: Connection,
    name: str,
    campaign_id: int | None,
    role: PersonRole = "rater",
    expires_at: float | None = None,
) -> Person:
    """Add a person, or find the one of that name again; a revoked person is let in anew.

    Raises:
        ConfigError: the name is empty, too long, unprintable, or taken by somebody of another role.
    """
    is_plain = all(unicodedata.category(letter) not in ("Cc", "Cs") for letter in name)
    if not name.strip() or len(name) > _LONGEST_NAME or not is_plain:
        raise ConfigError(
            f"name {name[:80]!r}: give 1 to {_LONGEST_NAME} characters, no control characters"
        )
    query = select(people).where(people.c.name == name, _is_of(campaign_id))
    found = connection.execute(query).mappings().first()
    if found is None:
        values = {
            "campaign_id": campaign_id,
            "name": name,
            "role": role,
            "created_at": time.time(),
            "expires_at": expires_at,
        }
        insert_new(connection, people, values)  # or somebody did at the same moment
        found = connection.execute(query).mappings().one()
    if found["role"] != role:
        raise ConfigError(f"name {name!r} is taken by a {found['role']}: choose another")
    again = {"revoked_at": None, "expires_at": expires_at}
    if found["revoked_at"] is not None:
        again["created_at"] = time.time()
    connection.execute(update(people).where(people.c.id == found["id"]).values(again))
    return _person({**found, **again})


def revoke(connection: Connection, person_id: int) -> None:
    """Shut a person out from now on; what the person voted stays."""
    connection.execute(
        update(people)
        .where(people.c.id == person_id, people.c.revoked_at.is_(None))
        .values(revoked_at=time.time())
    )


def person_by_id(connection: Connection, person_id: int) -> Person | None:
    """Return a person who may come in now; None if unknown, revoked or expired."""
    row = connection.execute(select(people).where(people.c.id == person_id)).mappings().first()
    found = None if row is None else _member(row)
    return found.person if found is not None and found.may_come_in(time.time()) else None


def members(connection: Connection, campaign_id: int | None) -> list[Member]:
    """Return the people of a campaign, or the owners, in the order they were invited."""
    rows = connection.execute(
        select(people).where(_is_of(campaign_id)).order_by(people.c.id)
    ).mappings()
    return [_member(row) for row in rows]


def an_owner(connection: Connection) -> Person:
    """Return an owner who may come in, the first; invite one where there is none.

    One who was revoked is not let in again: another name is taken.
    """
    owners = members(connection, None)
    for owner in owners:
        if owner.may_come_in(time.time()):
            return owner.person
    taken = {owner.person.name for owner in owners}
    names = ("owner", *(f"owner-{number}" for number in range(2, len(taken) + 2)))
    return invite(connection, next(name for name in names if name not in taken), None, "owner")


def _member(row: Mapping[Any, Any]) -> Member:
    return Member(_person(row), row["expires_at"], row["revoked_at"])


def _person(row: Mapping[Any, Any]) -> Person:
    return Person(row["id"], row["name"], row["role"], row["campaign_id"], row["created_at"])


def _is_of(campaign_id: int | None) -> Any:
    # null is not equal to null
    column = people.c.campaign_id
    return column.is_(None) if campaign_id is None else column == campaign_id
