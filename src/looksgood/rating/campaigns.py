"""Campaigns in the database: begin, find, close."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select, update

from looksgood.core.errors import ConfigError
from looksgood.core.spec import content_key, parse_spec
from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.database import insert_new
from looksgood.rating.schema import campaigns


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as it is kept."""

    id: int
    spec: CampaignSpec
    is_closed: bool
    salt: str = field(repr=False)
    """Draws orders and hidden checks. Nobody who rates may know it."""


def begin_campaign(connection: Connection, spec: CampaignSpec) -> Campaign:
    """Begin a campaign, or find it again where it has been begun with the same settings.

    Raises:
        ConfigError: there is one of that name with other settings; says which differ.
    """
    found = find_campaign(connection, spec.name)
    if found is None:
        values = {
            "name": spec.name,
            "settings": spec.model_dump(mode="json"),
            "created_at": time.time(),
            "salt": secrets.token_hex(16),
        }
        insert_new(connection, campaigns, values)  # or somebody did at the same moment
        found = campaign_named(connection, spec.name)
    if found.spec != spec:
        was, now = found.spec.model_dump(), spec.model_dump()
        differ = ", ".join(name for name in was if was[name] != now[name])
        raise ConfigError(
            f"campaign {spec.name!r} has been begun with other settings ({differ}): "
            "choose another name, or the same settings"
        )
    return found


def find_campaign(connection: Connection, name: str) -> Campaign | None:
    """Return the campaign of that name, or None."""
    query = select(campaigns).where(campaigns.c.name == name)
    row = connection.execute(query).mappings().first()
    return None if row is None else _campaign(row)


def campaign_named(connection: Connection, name: str) -> Campaign:
    """Return the campaign of that name.

    Raises:
        ConfigError: there is none; says which there are.
    """
    found = find_campaign(connection, name)
    if found is None:
        names = ", ".join(each.spec.name for each in all_campaigns(connection)) or "none yet"
        raise ConfigError(f"campaign {name!r} is unknown; there are: {names}")
    return found


def campaign_by_id(connection: Connection, campaign_id: int) -> Campaign:
    """Return a campaign that is known to exist."""
    query = select(campaigns).where(campaigns.c.id == campaign_id)
    return _campaign(connection.execute(query).mappings().one())


def mark_of(connection: Connection, campaign_id: int) -> str:
    """Return what tells a campaign from those of its name in other databases; a move keeps it."""
    query = select(campaigns.c.name, campaigns.c.created_at).where(campaigns.c.id == campaign_id)
    return content_key(*connection.execute(query).one())


def all_campaigns(connection: Connection) -> list[Campaign]:
    """Return all, oldest first."""
    rows = connection.execute(select(campaigns).order_by(campaigns.c.id)).mappings()
    return [_campaign(row) for row in rows]


def close_campaign(connection: Connection, campaign_id: int) -> None:
    """Ask nobody any more; votes that are on their way are still taken."""
    connection.execute(
        update(campaigns)
        .where(campaigns.c.id == campaign_id, campaigns.c.closed_at.is_(None))
        .values(closed_at=time.time())
    )


def open_campaign(connection: Connection, campaign_id: int) -> None:
    """Ask again."""
    connection.execute(
        update(campaigns).where(campaigns.c.id == campaign_id).values(closed_at=None)
    )


def _campaign(row: Mapping[Any, Any]) -> Campaign:
    spec = parse_spec(CampaignSpec, row["settings"])
    return Campaign(row["id"], spec, row["closed_at"] is not None, row["salt"])
