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
    """Show the findings, those without a number last, by the reason."""
    from rich.console import Console, Group
    from rich.table import Table
    from rich.text import Text

    from looksgood.reports.interval_words import findings_note
    from looksgood.reports.unsaid import is_unsaid, unsaid_by_reason
    from looksgood.reports.wording import CANNOT_SAY, answer

    style = {True: "green", False: "red", None: "yellow"}
    findings = run.findings()
    said = [found for found in findings if not is_unsaid(found)]
    names = max((len(found["name"]) for found in said), default=0)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    heads = Text(f"{'finding':<{names}}  estimate  95 % interval", "bold")
    table.add_row(Text("met", "bold"), heads)
    for found in said:
        low, high = (_number(found[end]) for end in ("low", "high"))
        number = f"{_number(found['estimate']):>8}  {low} … {high}"
        criterion = found["criterion"] if found["met"] is not None else found["controls"]
        table.add_row(
            Text(answer(found["met"]), style[found["met"]]),
            Group(Text(f"{found['name']:<{names}}  {number}"), Text(criterion, "dim")),
        )
    console = Console()
    if said:
        console.print(table)
    for reason, those in unsaid_by_reason(findings).items():
        told = Text(f"{CANNOT_SAY}, {reason}: ", style[None])
        console.print(told + Text(", ".join(found["name"] for found in those)))
    if any(found["low"] is not None for found in findings):
        note = findings_note(len(run.info["seeds"]))
        console.print(note, markup=False, highlight=False)


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3g}"
