"""`looksgood report RUN …`: render a run's report and figures again from its tables."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import tyro

if TYPE_CHECKING:
    from looksgood.runs import RunFolder


@dataclass
class Report:
    """Render report.html and the figures of runs and audits again; nothing is computed anew."""

    runs: tyro.conf.Positional[tuple[Path, ...]]
    """Run folders."""

    def run(self) -> None:
        """Render each and print where it is."""
        from looksgood.audits.folder import is_audit
        from looksgood.runs import RunFolder

        for path in self.runs:
            print(render_audit_at(path) if is_audit(path) else render_run(RunFolder.read(path)))


def render_run(run: "RunFolder") -> Path:
    """Render one run's report from its own tables; return the page's path."""
    from looksgood.measures.curves import curves
    from looksgood.reports import render

    return render(run, curves(run.points().to_pylist()))


def render_audit_at(folder: Path) -> Path:
    """Render the report of the audit in `folder`; return the page's path."""
    from looksgood.audits.folder import read
    from looksgood.reports.audit_page import render_audit

    found = read(folder)
    return render_audit(folder, found.verdict, found.sections, found.run)


def print_findings(run: "RunFolder") -> None:
    """Show the findings as a table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from looksgood.reports.interval_words import findings_note

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("met", "finding", "estimate", "95 % interval", "criterion"):
        table.add_column(title, overflow="fold")
    words = {
        True: Text("yes", "green"),
        False: Text("no", "red"),
        None: Text("cannot say", "yellow"),
    }
    for found in run.findings():
        low, high = (_number(found[end]) for end in ("low", "high"))
        table.add_row(
            words[found["met"]],
            Text(found["name"]),
            _number(found["estimate"]),
            f"{low} … {high}",
            Text(found["criterion"] if found["met"] is not None else found["controls"]),
        )
    console = Console()
    console.print(table)
    if any(found["low"] is not None for found in run.findings()):
        note = findings_note(len(run.info["seeds"]))
        console.print(note, markup=False, highlight=False)


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3g}"
