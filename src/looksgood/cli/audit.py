"""`looksgood audit PATH …`: is a run made elsewhere still good, or does it only look good?"""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from looksgood.core.errors import ConfigError

if TYPE_CHECKING:
    from looksgood.core.audit_result import Verdict

_SHOWN = 12
"""Tests that the terminal shows at most."""

Pairs = Annotated[list[str], tyro.conf.UseAppendAction, tyro.conf.arg(metavar="NAME=COLUMN,…")]


@dataclass
class Audit:
    """Audit a run made with TRL, verl, NeMo-RL, OpenRLHF or your own loop."""

    paths: tyro.conf.Positional[tuple[Path, ...]]
    """Files or folders with rollouts, or with a log of scalars; several are several runs."""
    format: str = "auto"
    """auto, trl, verl, openrlhf, nemo_rl, llm_optimization, table or scalars."""
    map: Pairs = field(default_factory=list)
    """Which column is what: proxy=COLUMN,gold=COLUMN,step=…; nested fields with dots."""
    expert: Path | None = None
    """Responses that experts marked: a table with gold, and with prompt and completion or row."""
    map_expert: Pairs = field(default_factory=list)
    """As --map, for --expert."""
    checker: str | None = None
    """An exact check of the truth: module:function, called with prompt and completion."""
    votes: Path | None = None
    """Several raters' votes: a table with item, rater and vote, or a column for each rater."""
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
        from looksgood.reports.audit_page import render_audit
        from looksgood.runs.strict import dumps

        began = time.monotonic(), time.process_time()
        folder = self.out or Path("audits") / self._name()
        audit_folder.claim(folder)
        inputs = Inputs(
            paths=self.paths,
            format=self.format,
            mapping=parse_mapping(self.map, "--map"),
            expert=self.expert,
            expert_mapping=parse_mapping(self.map_expert, "--map-expert"),
            checker=self.checker,
            votes=self.votes,
            votes_mapping=parse_mapping(self.map_votes, "--map-votes"),
            labels=self.labels,
        )
        found = audit(inputs, _tell)
        made = _made_with(found.notes.lines, began)
        audit_folder.write(folder, found, made)
        report = render_audit(folder, found.verdict, found.sections, made)
        if self.json:
            print(dumps(found.verdict.as_json(), indent=1))
            return
        print_verdict(found.verdict)
        print(f"report: {report}")
        print(folder)

    def _name(self) -> str:
        named = self.paths[0] if self.paths else self.votes
        if named is None:
            raise ConfigError("nothing to audit: name a file or a folder, or --votes")
        return named.resolve().name.split(".")[0] or "audit"


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


def print_verdict(verdict: "Verdict") -> None:
    """Show the verdict and its tests; names of runs are not ours, so no markup is read."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from looksgood.core.in_words import interval, number, p_value
    from looksgood.reports.audit_words import HEADINGS, LEVELS

    console = Console(highlight=False)
    console.print(Text(f"{LEVELS[verdict.level]}: {HEADINGS[verdict.level]}", style="bold"))
    console.print(Text(" ".join(verdict.says)))
    several = len(verdict.runs) > 1
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("decides", "test", *(["run"] if several else []), "estimate", "95 %", "p"):
        table.add_column(title, overflow="fold")
    asked = [test for test in verdict.tests if test.speaks_to and test.p is not None]
    shown = sorted(asked, key=lambda test: (not test.decides, test.p))[:_SHOWN]
    for test in shown:
        cells = [
            Text("yes", "red") if test.decides else Text("no"),
            Text(test.name),
            *([Text(test.run)] if several else []),
            number(test.estimate),
            interval(test.low, test.high),
            p_value(test.p),
        ]
        table.add_row(*cells)
    if shown:
        console.print(table)
    if len(asked) > len(shown):
        console.print(Text(f"{len(asked) - len(shown)} more tests, of larger p, in the report"))
    gaps = dict.fromkeys(f"{gap.what}: {gap.why}" for gap in verdict.not_measured)
    if gaps:
        console.print(Text(f"not measured ({len(gaps)}; the report has all):"))
        for line in list(gaps)[:6]:
            console.print(Text(f"  {line}"))


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


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
        "notes": notes,
        "machine": machine(),
        "packages": packages(),
    }
