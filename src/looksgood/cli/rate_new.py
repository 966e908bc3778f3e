"""`looksgood rate new`: begin a campaign with pairs from a run, a world, a file or films."""

from dataclasses import dataclass
from typing import Annotated, Literal

import tyro

from looksgood.core.errors import ConfigError


@dataclass
class New:
    """Begin a campaign: which pairs people are asked about, and what they are asked."""

    name: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="NAME")]
    """Lower-case letters, digits and hyphens: it is part of addresses."""
    source: Annotated[str, tyro.conf.arg(name="from")]
    """A run folder, an audit's folder (its next labels), almanac, truthfulqa, TruthfulQA.csv,
    grasp, a preference file (.jsonl, .jsonl.gz, .parquet) or a hub name."""
    pairs: int = 200
    """At most so many."""
    votes: int = 1
    """Of different people, for each pair."""
    question: str | None = None
    """Asked about each pair."""
    instructions: str = ""
    """Plain text for the panel, or @FILE to read it from a file."""
    confidence: bool = False
    """Ask how sure raters are, 1 to 5."""
    impression: bool = False
    """Ask for a first choice before the source is shown."""
    tags: str = ""
    """Reasons that may be ticked, separated by commas."""
    checks: str | None = None
    """Attention checks from a preference file; by default they are made of the pairs."""
    gold: str | None = None
    """Pairs that experts have judged, from a preference file; mixed in as checks are."""
    check_every: int = 10
    """One of so many pairs is a check or a gold item; 0 for none."""
    least_checks_passed: float = 0.0
    """Who passes a smaller share of attention checks, after five, is asked no more."""
    repeats: float = 0.0
    """Share of a person's pairs that are asked about again."""
    stop_after: int | None = None
    """Close at so many votes."""
    tell_after: int | None = None
    """After so many votes raters may see how they did."""
    compare: Literal["across", "within"] | None = None
    """Of a run: base against trained, or two of one policy; by default across, if it can be."""
    expert: bool = False
    """Of a preference file: take its choices for what experts say."""
    seed: int = 0
    """Which pairs are drawn."""
    db: str | None = None
    """As for `serve`."""

    def run(self) -> None:
        """Begin the campaign and say what it has.

        Raises:
            ConfigError: a setting or the source will not do; nothing was added.
        """
        from looksgood.campaigns.begin import begin_with
        from looksgood.campaigns.checks import checks_in
        from looksgood.campaigns.sources.drawn import Wish
        from looksgood.campaigns.sources.source import draw
        from looksgood.core.seeds import Seed
        from looksgood.rating.database import open_database
        from looksgood.rating.place import place_of

        if self.pairs < 1:
            raise ConfigError(f"--pairs {self.pairs}: give 1 or more")
        seed = Seed(("campaign", self.seed))
        spec = self._spec()
        given = [] if self.checks is None else checks_in(self.checks, "attention", "check")
        given += [] if self.gold is None else checks_in(self.gold, "gold", "expert")
        wish = Wish(self.pairs, seed, self.compare, self.expert, self.impression)
        drawn = draw(self.source, wish)
        database = open_database(place_of(self.db))
        added = begin_with(database, spec, drawn, given, seed)
        database.close()
        known = f", {added.known} were there already" if added.known else ""
        print(f"campaign {spec.name}: {added.pairs} pairs and {added.checks} checks added{known}")
        if spec.check_every and not added.checks and not added.known:
            print(
                "no attention checks: of films and of texts of fewer than 5 words none can be "
                "made; give --checks FILE to know who looks"
            )
        if self.impression and not any(pair.source for pair in drawn.pairs):
            print("these pairs have no source: after the first impression nothing new is shown")
        where = "" if self.db is None else ", with the same --db"  # which may hold a password
        print(f"next: looksgood rate serve{where}")

    def _spec(self):  # noqa: ANN202 - a CampaignSpec, imported late
        from looksgood.core.spec import parse_spec
        from looksgood.rating.campaign import CampaignSpec

        settings = {
            "name": self.name,
            "instructions": _text(self.instructions),
            "votes_per_pair": self.votes,
            "asks_confidence": self.confidence,
            "asks_impression": self.impression,
            "tags": [tag.strip() for tag in self.tags.split(",") if tag.strip()],
            "check_every": self.check_every,
            "least_checks_passed": self.least_checks_passed,
            "repeats": self.repeats,
            "stop_after": self.stop_after,
            "tell_after": self.tell_after,
        }
        if self.question is not None:
            settings["question"] = self.question
        try:
            return parse_spec(CampaignSpec, settings)
        except ConfigError as error:
            raise ConfigError(_by_option(str(error))) from error


_OPTIONS = {
    "name": "NAME",
    "votes_per_pair": "--votes",
    "asks_confidence": "--confidence",
    "asks_impression": "--impression",
}


def _by_option(reason: str) -> str:
    """Return what a refused setting is told, by the name that the command line has for it."""
    setting, _, rest = reason.partition(" = ")
    field = setting.partition(".")[0]
    return f"{_OPTIONS.get(field, '--' + field.replace('_', '-'))} {rest}"


def _text(given: str) -> str:
    """Return the text, or that of the file behind an @.

    Raises:
        ConfigError: the file cannot be read.
    """
    if not given.startswith("@"):
        return given
    try:
        with open(given[1:], encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise ConfigError(f"--instructions {given}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"--instructions {given}: not UTF-8: {error}") from error
