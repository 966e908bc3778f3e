"""`looksgood rate export`, `import-votes` and `status`: what people said, out, in and summed up."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

Who = Literal["people", "simulated", "everybody"]


@dataclass
class Export:
    """Write votes as prompt, chosen, rejected: rows to train on; what is undecided lies beside."""

    name: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="NAME")]
    """Of the campaign."""
    out: Path
    """A .jsonl, .jsonl.gz or .parquet file."""
    form: Annotated[Literal["votes", "pairs", "audit"], tyro.conf.arg(name="as")] = "votes"
    """votes: a row each; pairs: a row each, by what most votes say; audit: for `looksgood audit
    --votes`."""
    who: Who = "people"
    """Whose votes."""
    db: str | None = None
    """As for `serve`."""

    def run(self) -> None:
        """Write the files and say which.

        Raises:
            ConfigError: no such campaign, or no votes.
        """
        from looksgood.campaigns.export import export
        from looksgood.rating.place import open_existing

        database = open_existing(self.db)
        for one in export(database, self.name, self.out, self.form, roles_of(self.who)):
            print(f"{one.path}: {one.rows}")
        database.close()


@dataclass
class ImportVotes:
    """Take votes that were given elsewhere: rows as `export` writes them, each with a rater."""

    file: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="FILE")]
    """A .jsonl, .jsonl.gz or .parquet file with prompt, chosen, rejected and rater."""
    campaign: str
    """Which is there already; pairs that it lacks are added."""
    rater: str | None = None
    """Whose votes they are, where rows do not say."""
    db: str | None = None
    """As for `serve`."""

    def run(self) -> None:
        """Take the votes and say how many were new.

        Raises:
            ConfigError: the file is malformed, or a row names no rater; nothing was taken.
        """
        from looksgood.campaigns.import_votes import import_votes
        from looksgood.rating.place import open_existing

        database = open_existing(self.db)
        taken = import_votes(database, self.campaign, self.file, self.rater)
        database.close()
        print(
            f"{taken.votes} votes and {taken.pairs} pairs are new; {taken.known} votes were known"
        )


@dataclass
class Status:
    """Say how far a campaign is and what its votes say."""

    name: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="NAME")]
    """Of the campaign."""
    who: Who = "people"
    """Whose votes."""
    json: bool = False
    """Print everything as JSON, each rater's figures too."""
    db: str | None = None
    """As for `serve`."""

    def run(self) -> None:
        """Print it.

        Raises:
            ConfigError: no such campaign.
        """
        from looksgood.campaigns.overview import overview_of
        from looksgood.core.visible import visible
        from looksgood.rating.campaigns import campaign_named
        from looksgood.rating.place import open_existing

        database = open_existing(self.db)
        with database.reading() as connection:
            campaign = campaign_named(connection, self.name)
            found = overview_of(connection, campaign, roles_of(self.who))
        database.close()
        if self.json:
            print(json.dumps(found.as_json(), indent=1, ensure_ascii=False, allow_nan=False))
            return
        pace = found.pace
        state = "closed" if found.is_closed else "open"
        print(f"{found.name} ({state}): {found.filled:,} of {found.wanted:,} votes wanted")
        hourly = "" if pace.per_hour is None else f", {pace.per_hour:.0f} an hour at work"
        median = "" if pace.median_seconds is None else f", median {pace.median_seconds:.1f} s"
        print(f"{pace.votes:,} votes of {len(found.raters)} {self.who}{hourly}{median}")
        group = ""
        for one in found.figures:
            if one.group != group:
                group = one.group
                print(f"\n{group}")
            note = f" ({one.note})" if one.note and one.value is not None else ""
            print(f"  {visible(one.title)}: {one.said}{note}")


def roles_of(who: Who) -> tuple[Literal["rater", "owner", "simulated"], ...]:
    """Return the roles of people whose votes are meant."""
    people: tuple[Literal["rater", "owner"], ...] = ("rater", "owner")
    return {"people": people, "simulated": ("simulated",), "everybody": (*people, "simulated")}[who]
