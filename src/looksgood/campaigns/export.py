"""Write what people said to files, each whole or not at all: JSON lines or Parquet."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import select

from looksgood.campaigns.export_rows import Row, audit_rows, pair_rows, vote_rows
from looksgood.core.errors import ConfigError, DataError
from looksgood.rating.campaigns import campaign_named
from looksgood.rating.database import Database
from looksgood.rating.people import PersonRole
from looksgood.rating.schema import clips
from looksgood.rating.standing import StandingVote, standing_votes, truths_of
from looksgood.runs.atomic import atomic_file, write_atomically

Form = Literal["votes", "pairs", "audit"]
FORMS = (".jsonl", ".jsonl.gz", ".parquet")
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
        ConfigError: no such campaign, no votes, or a name whose form is unknown.
    """
    stem, ending = _split(out)
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


def _split(out: Path) -> tuple[str, str]:
    """Return a file's name without its form, and the form."""
    for ending in FORMS:
        if out.name.endswith(ending) and out.name != ending:
            return out.name.removesuffix(ending), ending
    raise DataError(f"--out {out}: end the name in {', '.join(FORMS)}")


def _write(path: Path, rows: Sequence[Row]) -> Written:
    if path.name.endswith(".parquet"):
        import pyarrow as pa
        import pyarrow.parquet as pq

        with atomic_file(path) as temporary:
            pq.write_table(pa.Table.from_pydict(_columns(rows)), temporary)
    else:
        text = "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
        content = text.encode()
        # mtime=0: equal votes give equal bytes
        is_gz = path.name.endswith(".gz")
        write_atomically(path, gzip.compress(content, mtime=0) if is_gz else content)
    return Written(path, len(rows))


def _columns(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Return columns of one type each: where rows differ in type, as JSON text."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns: dict[str, list[Any]] = {name: [row.get(name) for row in rows] for name in names}
    return {name: _alike(values) for name, values in columns.items()}


def _alike(values: list[Any]) -> list[Any]:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} or (len(kinds) <= 1 and not kinds & {dict}):
        return values
    return [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]


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
