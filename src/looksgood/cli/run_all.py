"""`looksgood run all`: every study, and one table of what came out."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from looksgood.core.errors import CellFailed, ConfigError

if TYPE_CHECKING:
    from looksgood.cli.run import Run
    from looksgood.studies.run_all import Ran


def run_every_study(asked: "Run") -> None:
    """Run every study, render its report, and print how many of its criteria are met.

    Raises:
        ConfigError: an option is of one study only.
        CellFailed: a study that could be run failed; the others are done.
    """
    from pathlib import Path

    from looksgood.cli.report import render_run
    from looksgood.runs.strict import dumps
    from looksgood.studies.run_all import run_all
    from looksgood.studies.size import Size

    if asked.set or asked.tensorboard:
        raise ConfigError("--set and --tensorboard are for one study: run it by its name")
    size = Size(
        preset=asked.preset,
        out=asked.out or Path("runs"),
        store=asked.store,
        seeds=asked.seeds,
        first_seed=asked.first_seed,
        engine=asked.engine,
        workers=asked.workers,
        command=["looksgood", *sys.argv[1:]],
    )
    done = []
    for ran in run_all(size, _tell):
        if ran.run is not None:
            render_run(ran.run)
        done.append(ran)
    if asked.json:
        print(dumps([_plain(ran) for ran in done], indent=1))
    else:
        _print_table(done)
        print(f"each run's page: {size.out / 'RUN' / 'report.html'}")
        print(size.out)
    failed = [ran.study for ran in done if ran.problem and not ran.refused]
    if failed:
        raise CellFailed(f"{', '.join(failed)} failed (see above); the others are done")


def _plain(ran: "Ran") -> dict[str, Any]:
    findings = [] if ran.run is None else ran.run.findings()
    where = None if ran.run is None else str(ran.run.path)
    return {"study": ran.study, "run": where, "problem": ran.problem, "findings": findings}


def _print_table(done: Sequence["Ran"]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("study", "met", "not met", "cannot say", "run"):
        table.add_column(title, overflow="fold")
    for ran in done:
        if ran.run is not None:
            met = [found["met"] for found in ran.run.findings()]
            counts = [str(met.count(answer)) for answer in (True, False, None)]
            table.add_row(Text(ran.study), *counts, Text(ran.run.path.name))
    Console().print(table)
    for ran in done:
        if ran.problem:
            print(f"{ran.study} was not run: {ran.problem}")


def _tell(line: str) -> None:
    print(line, file=sys.stderr)
