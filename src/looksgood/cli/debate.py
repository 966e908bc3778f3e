"""`looksgood debate`: what schools predicted, what came out, what that says between them."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from looksgood.core.errors import CellFailed

if TYPE_CHECKING:
    from looksgood.runs import RunFolder


@dataclass
class Debate:
    """Record what schools predict, run what is missing, and print the evidence ledger."""

    preset: Literal["quick", "standard", "full"] = "standard"
    """How large the runs are."""
    studies: str = ""
    """Only these, separated by commas; by default all that a school predicts."""
    school: Annotated[list[Path], tyro.conf.UseAppendAction, tyro.conf.arg(metavar="FILE")] = field(
        default_factory=list
    )
    """A school of yours beside ours, a .toml or .json file; may be repeated."""
    out: Path = Path("runs")
    """Folder of the run folders, STUDY-PRESET each, and of the ledger, debate-PRESET."""
    first_seed: int | None = None
    """The first seed of every run that is made; by default each study's own."""
    engine: Literal["local", "ray"] = "local"
    """Where the cells run; ray needs the extra `cluster`."""
    workers: int | None = None
    """Processes of one thread each; as many as cores by default, 0 for this very process."""
    json: bool = False
    """Print the ledger as JSON."""

    def run(self) -> None:
        """Run what is missing, write the page, print the ledger and, last, where the page is.

        Raises:
            ConfigError: a school, a study or a folder is wrong.
            CellFailed: a study could not be run; the ledger is printed without it.
        """
        from looksgood.cli.ledger_table import print_ledger
        from looksgood.evidence.as_json import as_json
        from looksgood.evidence.ledger import make_ledger
        from looksgood.evidence.school import load_schools
        from looksgood.reports.ledger_page import render_ledger
        from looksgood.runs.strict import dumps
        from looksgood.studies.debate import hold_debate
        from looksgood.studies.size import Size

        schools = load_schools(self.school)
        size = Size(
            preset=self.preset,
            out=self.out,
            first_seed=self.first_seed,
            engine=self.engine,
            workers=self.workers,
            command=["looksgood", *sys.argv[1:]],
        )
        only = [name for name in self.studies.replace(",", " ").split() if name]
        measured = hold_debate(schools, size, _tell, _render, only)
        ledger = make_ledger(schools, measured, self.preset)
        plain = as_json(ledger)
        page = render_ledger(self.out / f"debate-{self.preset}", ledger, plain)
        if self.json:
            print(dumps(plain, indent=1))
        else:
            print_ledger(ledger)
            print(page)
        failed = [study.study for study in measured if not study.is_run]
        if failed:
            raise CellFailed(
                f"{', '.join(failed)} could not be run (see above); the ledger is without"
            )


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def _render(run: "RunFolder") -> None:
    from looksgood.cli.report import render_run

    render_run(run)
