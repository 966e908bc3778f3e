"""Write what people said to files, each whole or not at all: JSON lines or Parquet."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import select

from looksgood.campaigns.export_rows import Row, audit_rows, pair_rows, vote_rows
from looksgood.core.errors import ConfigError, DataError
from looksgood.rating.campaigns import campaign_named
from looksgood.rating.database import Database
from looksgood.rating.people import PersonRole
from looksgood.rating.schema import clips
from looksgood.rating.standing import StandingVote, standing_votes, truths_of
from looksgood.runs.atomic import write_atomically
from looksgood.runs.row_files import split_form, write_rows

Form = Literal["votes", "pairs", "audit"]
TIES, CHECKS, FILMS = "ties", "checks", "films"
"""What is put between a file's name and its form, for what does not train."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file and how many rows (of films: how many) it holds."""

    path: Path
    rows: int


def export(
    database: Database, name: str, out: Path, form: Form, roles: Sequence[PersonRole]
) -> list[Written]:
    """Write the votes of a campaign by people of these roles; return what was written.

    `votes`: one row a vote; `pairs`: one row a pair; `audit`: for `looksgood audit --votes`. Of the
    first two, ties and "can't tell" go to `…-ties`, votes on attention checks to `…-checks`, films
    to `…-films/`. A file of these that an earlier export left and that would be empty now goes.

    Raises:
        ConfigError: no such campaign, or no votes.
        DataError: a name whose form is unknown.
    """
    try:
        stem, ending = split_form(out)
    except DataError as error:
        raise DataError(f"--out {error}") from error
    with database.reading() as connection:
        campaign = campaign_named(connection, name)
        votes = [v for v in standing_votes(connection, campaign) if v.rater_role in roles]
        truths = truths_of(connection, campaign)
    if not votes:
        raise ConfigError(f"campaign {name!r} has no votes by a {' or '.join(roles)}")
    if form == "audit":
        return [_write(out, audit_rows(votes, truths))]
    rows = (vote_rows if form == "votes" else pair_rows)(name, votes)
    written = [_write(out, rows.decided)]
    for kind, more in ((TIES, rows.undecided), (CHECKS, rows.checks)):
        beside = out.with_name(f"{stem}-{kind}{ending}")
        if more:
            written.append(_write(beside, more))
        else:
            beside.unlink(missing_ok=True)
    films = _films(database, votes, out.with_name(f"{stem}-{FILMS}"))
    return [*written, *films]


def _write(path: Path, rows: Sequence[Row]) -> Written:
    write_rows(path, rows)
    return Written(path, len(rows))


def _films(database: Database, votes: Sequence[StandingVote], folder: Path) -> list[Written]:
    """Write the films that rows name by digest."""
    digests = {d for vote in votes if vote.are_clips for d in (vote.first, vote.second)}
    for digest in sorted(digests):
        with database.reading() as connection:
            query = select(clips.c.content).where(clips.c.digest == digest)
            content: bytes | None = connection.execute(query).scalar()
        if content is not None:
            write_atomically(folder / f"{digest}.mp4", content)
    return [Written(folder, len(digests))] if digests else []
