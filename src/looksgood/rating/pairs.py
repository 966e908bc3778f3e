"""Pairs of a campaign: added once, however often they are handed over."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, insert, select, update

from looksgood.core.errors import ConfigError
from looksgood.core.spec import content_key
from looksgood.rating.campaign import Role
from looksgood.rating.campaigns import Campaign
from looksgood.rating.database import insert_many, insert_new
from looksgood.rating.schema import campaigns, clips, pairs, slots, truths

_AT_ONCE = 500
"""Rows of one statement."""
_LONGEST_LABEL = 64


@dataclass(frozen=True, slots=True)
class Truth:
    """What experts or a check say of a pair. Pages for raters never see it."""

    choice: Literal["first", "second", "tie"]
    told_by: str
    """expert, check, construction …; at most 64 characters."""
    first_is_good: bool | None = None
    """Whether the response should be approved at all; None where nobody knows."""
    second_is_good: bool | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    """What is wrong with either response, in words: for "how did I do?"."""


@dataclass(frozen=True, slots=True)
class NewPair:
    """Two responses to one prompt: texts, or digests of clips."""

    prompt: str
    first: str
    second: str
    are_clips: bool = False
    source: str = ""
    """What is shown after the first impression, such as the text that was summarised."""
    batch: str = ""
    """Pairs that are waited for together; at most 64 characters."""
    role: Role = "ordinary"
    truth: Truth | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What an export gives back. Never anything of the truth."""

    def __post_init__(self) -> None:
        if self.role != "ordinary" and self.truth is None:
            raise ConfigError(f"a pair for {self.role!r} needs its truth: it could not be checked")
        told_by = "" if self.truth is None else self.truth.told_by
        for name, label in (("batch", self.batch), ("told_by", told_by)):
            if len(label) > _LONGEST_LABEL or storable(label) != label:
                raise ConfigError(
                    f"{name} {label[:80]!r}: give at most {_LONGEST_LABEL} printable characters"
                )

    @property
    def key(self) -> str:
        """What makes it this pair of this batch, in whichever order its responses are given."""
        sides = sorted((self.first, self.second))
        return content_key(self.batch, self.prompt, self.source, *sides)


def clip_digest(content: bytes) -> str:
    """Return the name by which a film is kept and shown."""
    return hashlib.sha256(content).hexdigest()


def add_clip(connection: Connection, content: bytes, media_type: str = "video/mp4") -> str:
    """Keep a film and return its digest; a film that is there already is kept once."""
    digest = clip_digest(content)
    known = connection.execute(select(clips.c.digest).where(clips.c.digest == digest)).first()
    if known is None:
        values = {"digest": digest, "media_type": media_type, "content": content}
        insert_new(connection, clips, values)
    return digest


def add_pairs(connection: Connection, campaign: Campaign, new: Sequence[NewPair]) -> int:
    """Add the pairs that are not there yet; return how many those were."""
    this = campaigns.c.id == campaign.id
    # one adds after the other, and people go on rating meanwhile
    connection.execute(select(campaigns.c.id).where(this).with_for_update(key_share=True))
    every = {pair.key: pair for pair in new}
    keys, added, wanted = list(every), 0, 0
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        here = select(pairs.c.key).where(pairs.c.campaign_id == campaign.id, pairs.c.key.in_(some))
        known = set(connection.execute(here).scalars())
        fresh = {key: every[key] for key in some if key not in known}
        added += len(fresh)
        wanted += _add(connection, campaign, fresh) if fresh else 0
    connection.execute(update(campaigns).where(this).values(wanted=campaigns.c.wanted + wanted))
    return added


def _add(connection: Connection, campaign: Campaign, fresh: Mapping[str, NewPair]) -> int:
    """Add pairs by their keys; return how many votes are wanted of them."""
    rows = [
        {
            "campaign_id": campaign.id,
            "key": key,
            "batch": pair.batch,
            "role": pair.role,
            "prompt": storable(pair.prompt),
            "first": storable(pair.first),
            "second": storable(pair.second),
            "are_clips": pair.are_clips,
            "source": storable(pair.source),
            "extra": dict(pair.extra),
        }
        for key, pair in fresh.items()
    ]
    statement = insert(pairs).returning(pairs.c.id, sort_by_parameter_order=True)
    ids = connection.execute(statement, rows).scalars().all()
    # checks and gold items are for everybody: they have no slots that could be filled
    wanted = [
        {
            "campaign_id": campaign.id,
            "pair_id": pair_id,
            "number": number,
            "leased_until": 0.0,
            "is_filled": False,
        }
        for pair_id, pair in zip(ids, fresh.values(), strict=True)
        if pair.role == "ordinary"
        for number in range(campaign.spec.votes_per_pair)
    ]
    insert_many(connection, slots, wanted)
    told = [
        {
            "pair_id": pair_id,
            "choice": pair.truth.choice,
            "told_by": pair.truth.told_by,
            "first_is_good": pair.truth.first_is_good,
            "second_is_good": pair.truth.second_is_good,
            "detail": dict(pair.truth.detail),
        }
        for pair_id, pair in zip(ids, fresh.values(), strict=True)
        if pair.truth is not None
    ]
    insert_many(connection, truths, told)
    return len(wanted)


def storable(text: str) -> str:
    """Return text that both databases can hold: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "\u2400").encode("utf-8", "replace").decode()
