"""`looksgood audit PATH …`: is a run made elsewhere still good, or does it only look good?"""

import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import tyro

from looksgood.core.errors import ConfigError
from looksgood.core.visible import visible

Pairs = Annotated[list[str], tyro.conf.UseAppendAction, tyro.conf.arg(metavar="NAME=COLUMN,…")]


EXAMPLES = """Examples:
  looksgood audit output/completions                     # TRL, log_completions=True
  looksgood audit rollouts/ --checker checks:is_right    # verl, with an exact check
  looksgood audit run.jsonl --expert labels.csv          # a few hundred labels
  looksgood audit run.csv --map proxy=judge,gold=correct,step=round,prompt=task
  looksgood audit log.csv --map proxy=reward,gold=accuracy,gold_n=400  # means
  looksgood audit --votes votes.csv --map-votes item=id,rater=who,vote=label

It writes report.html, verdict.json and next_labels.csv to audits/NAME, and
prints the verdict. What its tests ask, and how often they err: docs/audit.md."""
"""What --help says beside the options."""


@dataclass
class Audit:
    """Audit a run made with TRL, verl, NeMo-RL, OpenRLHF or your own loop."""

    paths: tyro.conf.Positional[tuple[Path, ...]]
    """Files or folders with rollouts, or with a log of scalars; several are several runs."""
    format: str = "auto"
    """auto, trl, verl, openrlhf, nemo_rl, llm_optimization, table or scalars."""
    map: Pairs = field(default_factory=list)
    """Which column is what: proxy=COLUMN,gold=COLUMN,step=…; nested fields with dots. Of a log of
    means gold_n=COLUMN or gold_n=400: the responses behind each mean of gold."""
    expert: Path | None = None
    """Responses that experts marked: a table with gold, and with prompt and completion or row."""
    map_expert: Pairs = field(default_factory=list)
    """As --map, for --expert."""
    checker: str | None = None
    """An exact check of the truth: module:function, called with prompt and completion."""
    votes: str | None = None
    """Several raters' votes: a table with item, rater and vote, or a column for each rater; or the
    database of the rating page."""
    votes_campaign: str | None = None
    """Which campaign of that database; not needed where it has but one."""
    map_votes: Pairs = field(default_factory=list)
    """As --map, for --votes."""
    labels: int = 100
    """How many responses to name that experts should label next."""
    out: Path | None = None
    """Folder of the report; audits/NAME by default."""
    json: bool = False
    """Print the verdict as JSON."""

    def run(self) -> None:
        """Audit, write the folder, print the verdict and, last, where the folder is."""
        from looksgood.audits import folder as audit_folder
        from looksgood.audits.audit import Inputs, audit
        from looksgood.cli.audit_printed import Teller, print_audit
        from looksgood.reports.audit_page import render_audit
        from looksgood.runs.strict import dumps

        began = time.monotonic(), time.process_time()
        folder = self.out or Path("audits") / self._name()
        audit_folder.claim(folder)
        if self.labels < 0:
            raise ConfigError(f"--labels {self.labels}: 0 or more responses can be named")
        inputs = Inputs(
            paths=self.paths,
            format=self.format,
            mapping=parse_mapping(self.map, "--map"),
            expert=self.expert,
            expert_mapping=parse_mapping(self.map_expert, "--map-expert"),
            checker=self.checker,
            votes=self.votes,
            votes_campaign=self.votes_campaign,
            votes_mapping=parse_mapping(self.map_votes, "--map-votes"),
            labels=self.labels,
        )
        found = audit(inputs, Teller())
        made = _made_with(found.notes.lines, began)
        audit_folder.write(folder, found, made)
        report = render_audit(folder, found.verdict, found.sections, made)
        if self.json:
            print(dumps(found.verdict.as_json(), indent=1))
            return
        print_audit(found)
        print(f"report: {report}")
        print(folder)

    def _name(self) -> str:
        only_votes = self.votes_campaign or self.votes
        if not self.paths and not only_votes:
            raise ConfigError("nothing to audit: name a file or a folder, or --votes")
        named = self.paths[0] if self.paths else Path(only_votes or "")
        name = os.fsencode(named.resolve().name).decode(errors="replace")
        return name.split(".")[0] or "audit"


def parse_mapping(pairs: list[str], option: str) -> dict[str, str]:
    """Parse NAME=COLUMN, separated by commas.

    Raises:
        ConfigError: a pair has no "=", or a name comes twice.
    """
    mapping: dict[str, str] = {}
    for pair in (part for text in pairs for part in text.split(",")):
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or not name or not column:
            raise ConfigError(f"{option} {pair!r}: write NAME=COLUMN, such as proxy=reward")
        if name in mapping:
            raise ConfigError(f"{option}: {name} is mapped twice")
        mapping[name] = column
    return mapping


def _made_with(notes: list[str], began: tuple[float, float]) -> dict[str, Any]:
    """Return run.json: the command, what was met while reading, versions, time."""
    from looksgood import __version__
    from looksgood.runs.machine import git_commit, machine, packages

    commit = git_commit() or {}
    return {
        "study": "audit",
        "command": " ".join(["looksgood", *sys.argv[1:]]),
        "version": __version__,
        "git_commit": commit.get("commit"),
        "wall_seconds": round(time.monotonic() - began[0], 3),
        "cpu_seconds": round(time.process_time() - began[1], 3),
        "notes": [visible(line) for line in notes],
        "machine": machine(),
        "packages": packages(),
    }
