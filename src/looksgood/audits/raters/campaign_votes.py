"""Votes of people straight from the rating page's database: no file, no mapping of columns."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from looksgood.audits.notes import Notes
from looksgood.audits.raters.votes import Votes
from looksgood.core.choices import DECIDED
from looksgood.core.errors import ConfigError, DataError, without_extra

if TYPE_CHECKING:
    from looksgood.rating.standing import StandingVote

_SQLITE = b"SQLite format 3\0"


def is_database(where: str) -> bool:
    """Tell whether votes lie in a database, by its URL or by how an SQLite file begins."""
    if "://" in where:
        return True
    try:
        with Path(where).open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def read_campaign(where: str, name: str | None, notes: Notes) -> Votes:
    """Read what people voted in a campaign; without a name in the only one there is.

    Left out are attention checks, which tell of attention; the second vote of a person who was
    shown a pair again, which is not independent of the first (a note says how often both agree);
    "can't tell"; and simulated raters. The truth is what experts or a check say of a pair. Pairs of
    one prompt are a cluster, those without a prompt (films) each their own.

    Raises:
        ConfigError: the extra `rate` is missing, the database cannot be opened, or there is no such
            campaign, or there are several.
        DataError: nobody has voted in it.
    """
    try:
        from looksgood.rating.campaigns import all_campaigns, campaign_named
        from looksgood.rating.database import open_database
        from looksgood.rating.standing import standing_votes, truths_of
    except ModuleNotFoundError as error:
        raise without_extra("--votes of a campaign need", "rate", error) from error
    database = open_database(where)
    try:
        with database.reading() as connection:
            if name is None:
                name = _only([one.spec.name for one in all_campaigns(connection)])
            campaign = campaign_named(connection, name)
            said = standing_votes(connection, campaign)
            truths = truths_of(connection, campaign)
    finally:
        database.close()
    people = [vote for vote in said if vote.rater_role != "simulated" and vote.role != "attention"]
    own = [vote for vote in people if not vote.is_repeat and vote.choice in DECIDED]
    if not own:
        raise DataError(f"campaign {name}: nobody has chosen between two responses in it yet")
    _tell(name, said, people, own, notes)
    raters = {vote.person_id: vote.rater for vote in own}
    items = {vote.pair_id: vote for vote in own}
    place = {pair: number for number, pair in enumerate(items)}
    who = {person: number for number, person in enumerate(raters)}
    known = {pair: truths[pair].choice for pair in items if pair in truths}
    return Votes(
        kind="choice",
        raters=tuple(raters.values()),
        item=np.array([place[vote.pair_id] for vote in own], dtype=np.int64),
        rater=np.array([who[vote.person_id] for vote in own], dtype=np.int64),
        vote=np.array([DECIDED[vote.choice] for vote in own]),
        first_shown=np.array([float(vote.first_is_left) for vote in own]),
        confidence=np.array([_number(vote.confidence) for vote in own]),
        seconds=np.array([_number(vote.seconds) for vote in own]),
        cluster=_clusters(list(items.values())),
        truth=np.array([DECIDED.get(known.get(pair, ""), np.nan) for pair in items]),
        length=np.array([_length(vote) for vote in items.values()]),
    )


def _only(names: Sequence[str]) -> str:
    if len(names) != 1:
        listed = ", ".join(names) or "none"
        raise ConfigError(
            f"--votes-campaign: say which campaign of the database; there are: {listed}"
        )
    return names[0]


def _clusters(items: Sequence["StandingVote"]) -> np.ndarray:
    number_of: dict[object, int] = {}
    by = [vote.prompt or vote.pair_id for vote in items]
    return np.array([number_of.setdefault(key, len(number_of)) for key in by], dtype=np.int64)


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _length(vote: "StandingVote") -> float:
    return np.nan if vote.are_clips else float(len(vote.first) - len(vote.second))


def _tell(
    name: str,
    said: Sequence["StandingVote"],
    people: Sequence["StandingVote"],
    own: Sequence["StandingVote"],
    notes: Notes,
) -> None:
    """Note what is left out, and why."""
    notes.lines.append(f"campaign {name}: {len(own)} votes of people on {_pairs(own)} pairs.")
    counts = {
        "of simulated raters": sum(vote.rater_role == "simulated" for vote in said),
        "on attention checks": sum(
            vote.role == "attention" and vote.rater_role != "simulated" for vote in said
        ),
        "that say 'can't tell'": sum(not v.is_repeat and v.choice not in DECIDED for v in people),
    }
    for what, count in counts.items():
        if count:
            notes.lines.append(f"campaign {name}: {count} votes {what} are left out.")
    first = {(vote.person_id, vote.pair_id): vote.choice for vote in people if not vote.is_repeat}
    again = [
        vote.choice == first[vote.person_id, vote.pair_id]
        for vote in people
        if vote.is_repeat and (vote.person_id, vote.pair_id) in first
    ]
    if again:
        notes.lines.append(
            f"campaign {name}: {len(again)} pairs were shown to the same person again, who said "
            f"the same {sum(again)} times; only the first vote counts."
        )


def _pairs(votes: Sequence["StandingVote"]) -> int:
    return len({vote.pair_id for vote in votes})
