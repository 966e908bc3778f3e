"""Take votes given elsewhere, in the form that `export` writes; the same again is once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, insert, select

from looksgood.core.choices import choice_name
from looksgood.core.errors import DataError
from looksgood.core.spec import content_key
from looksgood.preferences.files import ComparisonTable, read_comparisons
from looksgood.rating.campaigns import Campaign, campaign_named
from looksgood.rating.database import Database
from looksgood.rating.pairs import NewPair, add_pairs, storable
from looksgood.rating.people import Person, invite
from looksgood.rating.schema import pairs, showings, votes
from looksgood.rating.votes import Answer, take_vote

_SIDES = {"first": "left", "second": "right", "tie": "tie", "cant_tell": "cant_tell"}
"""Of a choice; the response shown first was on the left."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import brought."""

    votes: int
    pairs: int
    known: int
    """Votes that were there already: of that person on that pair."""


def import_votes(database: Database, name: str, path: str, rater: str | None) -> Taken:
    """Take every row as a vote, all or none.

    A row is known by its pair and its rater. Pairs that the campaign lacks are added.

    Raises:
        DataError: the file is malformed, or a row has no rater and `rater` is None.
        ConfigError: no such campaign, or a rater's name is that of a simulated one.
    """
    table = read_comparisons(path)
    names = [str(extra.get("rater") or rater or "") for extra in table.extra]
    if "" in names:
        raise DataError(
            f"{path}: row {names.index('') + 1} names no rater: add a column rater, or say --rater"
        )
    new = [_pair(table, i) for i in range(len(names))]
    with database.writing() as connection:
        campaign = campaign_named(connection, name)
        added = add_pairs(connection, campaign, new)
        people = {who: invite(connection, who, campaign.id) for who in dict.fromkeys(names)}
        kept = [
            _take(connection, campaign, people[names[i]], pair, table, i)
            for i, pair in enumerate(new)
        ]
    return Taken(sum(kept), added, len(kept) - sum(kept))


def _pair(table: ComparisonTable, i: int) -> NewPair:
    shown, extra = table.comparisons.pairs, table.extra[i]
    prompt = shown.prompts[i]
    return NewPair(
        prompt=prompt.text,
        first=shown.first[i],
        second=shown.second[i],
        are_clips=bool(extra.get("are_clips")),
        source=str(extra.get("source") or ""),
        batch=str(extra.get("batch") or ""),
        extra={"prompt_id": prompt.id, "family": prompt.family},
    )


def _take(
    connection: Connection,
    campaign: Campaign,
    person: Person,
    pair: NewPair,
    table: ComparisonTable,
    i: int,
) -> bool:
    """Keep one row's vote; False where that person's vote on that pair stands already."""
    row = table.extra[i]
    is_repeat = bool(row.get("is_repeat"))
    here = (pairs.c.campaign_id == campaign.id, pairs.c.key == pair.key)
    found = connection.execute(select(pairs.c.id, pairs.c.first).where(*here)).one()
    mine = (
        showings.c.pair_id == found.id,
        showings.c.person_id == person.id,
        showings.c.is_repeat == is_repeat,
    )
    stands = exists().where(votes.c.showing_id == showings.c.id, votes.c.withdrawn_at.is_(None))
    before = connection.execute(
        select(showings.c.id, showings.c.first_is_left, stands).where(*mine)
    ).first()
    if before is not None and before[2]:
        return False
    at = _when(row)
    shown_first = storable(pair.first) == found.first
    if before is None:
        values = {
            "campaign_id": campaign.id,
            "pair_id": found.id,
            "person_id": person.id,
            "is_repeat": is_repeat,
            "first_is_left": shown_first,
            "shown_at": at,
        }
        key = connection.execute(insert(showings).values(values)).inserted_primary_key
        assert key is not None
        showing_id, first_is_left = key[0], shown_first
    else:
        showing_id, first_is_left = before[0], before[1]
    turned = first_is_left != shown_first  # the page has shown it here the other way round
    said = choice_name(float(table.comparisons.choice[i])) or "cant_tell"
    answer = Answer(
        key=f"imported-{content_key(campaign.id, person.id, pair.key, is_repeat, at)}",
        showing_id=showing_id,
        side=_turned(_SIDES[said], turned),
        impression=_turned(_SIDES.get(str(row.get("impression"))), turned),
        confidence=row.get("confidence"),
        tags=tuple(map(str, row.get("tags") or ())),
        note=str(row.get("note") or ""),
        seconds=row.get("seconds"),
        watched=row.get("watched"),
    )
    return take_vote(connection, campaign, person, answer, now=at)


def _turned(side: Any, turned: bool) -> Any:
    return {"left": "right", "right": "left"}.get(side, side) if turned else side


def _when(row: Mapping[str, Any]) -> float:
    """Return when a vote was given, in seconds since 1970; 0 where the row does not say.

    Raises:
        DataError: it says something that is no time.
    """
    said = row.get("voted_at")
    if said is None:
        return 0.0
    try:
        is_number = isinstance(said, int | float)
        return float(said) if is_number else datetime.fromisoformat(str(said)).timestamp()
    except ValueError as error:
        raise DataError(f"voted_at={said!r} is no time, such as 2026-11-29T12:00:00Z") from error
