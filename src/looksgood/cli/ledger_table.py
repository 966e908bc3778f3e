"""The ledger in a terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from looksgood.core.in_words import interval, number
from looksgood.evidence.ledger import Between, FindingLine, Ledger, Pair
from looksgood.reports.interval_words import RANGES
from looksgood.reports.ledger_words import (
    READING,
    advice,
    cost,
    coverage,
    decibans,
    decibans_range,
    nats,
    notes,
    verdict,
)

if TYPE_CHECKING:  # imported where used: rich is not needed for --json
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_SURPRISES = 3
_WIDE = 100
"""Columns from which on ranges find room beside the findings."""


def print_ledger(ledger: Ledger) -> None:
    """Print it: every finding, the running totals, the surprises, what would be told next."""
    from rich.console import Console

    console = Console()
    console.print(_findings(ledger, console.width))
    _print_notes(console, ledger)
    if told := coverage(ledger):
        _say(console, told)
    _say(console, RANGES)
    for pair in ledger.pairs:
        _print_pair(console, ledger, pair)
    for school, found in ledger.surprises.items():
        told = ", ".join(f"{s.study} {s.finding} ({s.sds:.1f} sd)" for s in found[:_SURPRISES])
        _say(console, f"{school} was most surprised by: {told or 'nothing yet'}")
    _say(console, READING)


def _say(console: "Console", text: str) -> None:
    console.print(text, markup=False, highlight=False)


def _table(heads: Sequence[str]) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for at, head in enumerate(heads):
        table.add_column(head, overflow="fold", no_wrap=at == 0)
    return table


def _findings(ledger: Ledger, width: int) -> "Table":
    """Every finding; ranges where the terminal has room for them."""
    from rich.text import Text

    names = [school.name for school in ledger.schools]
    versus = [f"dB {pair[0]}/{pair[1]}" for pair in ledger.pairs]
    table = _table(["finding", "measured", *names, *(versus if len(versus) > 1 else ["dB"])])
    for study in ledger.studies:
        if not study.findings:
            continue
        table.add_row(Text(study.measured.study, "bold"))
        for line in study.findings:
            scores = [_scores(line, name) for name in names]
            between = [_between(line.between[pair], width >= _WIDE) for pair in ledger.pairs]
            mark = "* " if line.is_headline else "  "
            table.add_row(Text(mark + line.name), _measured(line), *scores, *between)
    table.caption = (
        "Under schools: log scores in nats; dB: evidence for the first. * headline: it alone "
        "enters the total. (…): a prediction that was not stated before the run."
    )
    table.caption_justify = "left"
    return table


def _measured(line: FindingLine) -> "Text":
    from rich.text import Text  # as text: brackets would be read as markup

    if line.outcome is None:
        return Text("–")
    return Text(f"{number(line.outcome.estimate)} {interval(line.outcome.low, line.outcome.high)}")


def _scores(line: FindingLine, school: str) -> str:
    said = line.said.get(school)
    if said is None or said.best is None or said.best.score is None:
        return "–"
    told = nats(said.best.score.nats)
    return told if said.counted is not None else f"({told})"


def _between(between: Between, with_range: bool) -> str:
    found = between.clean or between.apart
    if found is None:
        return "–"
    told = decibans(found.decibans) + (f"  {decibans_range(found)}" if with_range else "")
    return told if between.clean is not None else f"({told})"


def _print_notes(console: "Console", ledger: Ledger) -> None:
    """Say why something was not scored, and which predictions are not as they were stated."""
    for study in ledger.studies:
        if study.measured.problem:
            _say(console, f"{study.measured.study}: {study.measured.problem}")
        for line in study.findings:
            told = [line.unscored] if line.unscored and study.measured.is_run else []
            for school, said in line.said.items():
                told += [f"{school} {note}" for note in notes(said) if note != "not run"]
            if told:
                _say(console, f"{study.measured.study} {line.name}: {'; '.join(told)}")


def _print_pair(console: "Console", ledger: Ledger, pair: Pair) -> None:
    _say(console, "")
    _say(console, verdict(ledger, pair))
    if ledger.running[pair]:
        table = _table(
            ["running total", "headline", f"dB for {pair[0]}", "range", "total", "range"]
        )
        for step in ledger.running[pair]:
            found, total = step.evidence, step.total
            table.add_row(
                step.study,
                step.finding,
                decibans(found.decibans),
                decibans_range(found),
                decibans(total.decibans),
                decibans_range(total),
            )
        console.print(table)
    if ledger.apart[pair]:
        total = ledger.apart[pair][-1].total
        studies = ", ".join(step.study for step in ledger.apart[pair])
        _say(
            console,
            f"not counted, since stated or changed after the run: {decibans(total.decibans)} dB "
            f"for {pair[0]} ({decibans_range(total)}) from {studies}",
        )
    if ledger.informative[pair]:
        table = _table(["would tell most", "expected |dB|", "CPU-minutes", "|dB| per CPU-minute"])
        for study in ledger.informative[pair]:
            name = study.study if study.is_run else f"{study.study} (not run)"
            table.add_row(name, f"{study.expected_decibans:.1f}", *cost(study))
        console.print(table)
        _say(console, advice(ledger, pair))
