"""An audit on a terminal: the verdict, its tests, and what was met and missed on the way."""

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from looksgood.core.gaps import by_reason
from looksgood.core.visible import visible

if TYPE_CHECKING:
    from rich.console import Console

    from looksgood.audits.audit import Audit
    from looksgood.core.audit_result import Test

_TESTS = 12
_LINES = 6
"""What is shown at most; the report has all."""


class Teller:
    """Says on stderr what is being done, at most once a second."""

    def __init__(self) -> None:
        self._last = float("-inf")

    def __call__(self, line: str) -> None:
        """Print the line, or not, where one was printed just before."""
        if time.monotonic() - self._last >= 1:
            self._last = time.monotonic()
            print(visible(line), file=sys.stderr)


def print_audit(found: "Audit") -> None:
    """Show the verdict; names in it are not ours, so no markup is read."""
    from rich.console import Console
    from rich.text import Text

    from looksgood.reports.audit_words import LEVELS, heading

    verdict = found.verdict
    console = Console(highlight=False)
    level = f"{LEVELS[verdict.level]}: " if verdict.runs else ""
    console.print(Text(f"{level}{heading(verdict)}", style="bold"))
    votes = [line for section in found.sections if not section.run for line in section.says]
    console.print(Text(" ".join(verdict.says if verdict.runs else votes)))
    _tests(console, verdict.tests, several=len(verdict.runs) > 1)
    _some(console, "met while reading", [visible(line) for line in found.notes.lines])
    gaps = by_reason(verdict.not_measured)
    _some(console, "not measured", [f"{'; '.join(whats)}: {why}" for whats, why, _ in gaps])


def _tests(console: "Console", tests: Sequence["Test"], several: bool) -> None:
    """Show the tests that could decide, those that do first."""
    from rich.table import Table
    from rich.text import Text

    from looksgood.core.in_words import interval, number, p_value

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("decides", "test", *(["run"] if several else []), "estimate", "95 %", "p"):
        table.add_column(title, overflow="fold")
    asked = [test for test in tests if test.speaks_to and test.p is not None]
    shown = sorted(asked, key=lambda test: (not test.decides, test.p))[:_TESTS]
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
    if more := len(asked) - len(shown):
        console.print(Text(f"{more} more tests, of larger p, in the report"))


def _some(console: "Console", title: str, lines: Sequence[str]) -> None:
    """Show a list, as far as it is short."""
    from rich.text import Text

    if not lines:
        return
    count = f" ({len(lines)}; the report has all)" if len(lines) > _LINES else ""
    console.print(Text(f"{title}{count}:"))
    for line in lines[:_LINES]:
        console.print(Text(f"  {line}"))
