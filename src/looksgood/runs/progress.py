"""Live progress on standard error: one bar over all work, one line for each running cell."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, TextIO

from looksgood.runs.tasks import CellTask, Event, OnEvent

Stream = TextIO | StringIO
"""Both: at run time what is kept in memory is no TextIO, though it is typed as one."""
_EVERY_SECONDS = 30.0
_SHOWN = ("kl", "proxy", "rater", "gold")


@dataclass
class Tally:
    """How much of the declared work is finished, and how long the rest will take.

    Work that a resumed cell had done before is finished work, but says nothing about speed.
    """

    tasks: Sequence[CellTask]
    start: float = field(default_factory=time.monotonic)
    _share: dict[str, float] = field(default_factory=dict)
    _inherited: dict[str, float] = field(default_factory=dict)
    running: dict[str, Event] = field(default_factory=dict)
    """The last event of each cell that is running."""

    def on_event(self, event: Event) -> None:
        """Take an event into account."""
        cell, kind = event["cell"], event["event"]
        if kind == "progress" and "step" in event:
            share = event["step"] / event["total"] if event.get("total") else 0.0
            if cell not in self._inherited:  # a cell's first report comes after its first step
                self._inherited[cell] = max(0.0, share - 1 / (event.get("total") or 1))
            self._share[cell] = min(1.0, share)
        if kind in ("done", "failed"):
            self._share[cell] = 1.0
            self.running.pop(cell, None)
        else:
            former = self.running.get(cell, {})
            # whoever goes on no longer waits
            self.running[cell] = {**former, "waiting": None, **event}

    @property
    def waiting(self) -> dict[str, str]:
        """What cells that cannot go on wait for."""
        return {cell: event["waiting"] for cell, event in self.running.items() if event["waiting"]}

    @property
    def units(self) -> float:
        """All declared work, in units."""
        return sum(task.units for task in self.tasks)

    @property
    def finished(self) -> float:
        """Finished work, in units."""
        return sum(task.units * self._share.get(task.id, 0.0) for task in self.tasks)

    def seconds_left(self, now: float | None = None) -> float | None:
        """Estimate the time left from what was finished since the start; None before a thousandth.

        What is finished of so little says nothing, and a rounding error of it says centuries.
        """
        here = sum(
            task.units * (self._share.get(task.id, 0.0) - self._inherited.get(task.id, 0.0))
            for task in self.tasks
        )
        if here < self.units / 1000:
            return None
        elapsed = (time.monotonic() if now is None else now) - self.start
        return elapsed / here * (self.units - self.finished)


@contextmanager
def progress(tasks: Sequence[CellTask], stream: Stream | None = None) -> Iterator[OnEvent]:
    """Show progress while the context lasts; feed it the engine's events.

    On a terminal the display is live; elsewhere one line appears every 30 seconds, and one for
    each failure.
    """
    output = stream or sys.stderr
    if output.isatty():
        with _live(tasks, output) as on_event:
            yield on_event
    else:
        yield _Plain(tasks, output).on_event


class _Plain:
    """Lines for a log file."""

    def __init__(self, tasks: Sequence[CellTask], stream: Stream) -> None:
        self.tally = Tally(tasks)
        self.labels = _labels(tasks)
        self.stream = stream
        self.last = time.monotonic()

    def on_event(self, event: Event) -> None:
        had_waited = set(self.tally.waiting)
        self.tally.on_event(event)
        cell = event["cell"]
        if cell in self.tally.waiting and cell not in had_waited:
            self._say(f"{self.labels[cell]} waits: {self.tally.waiting[cell]}")
        if event["event"] in ("failed", "retry") and "of" not in event:  # one reason, once
            self._say(f"{self.labels[event['cell']]} {event['event']}: {event['reason']}")
        if (
            time.monotonic() - self.last >= _EVERY_SECONDS
            or self.tally.finished >= self.tally.units
        ):
            self.last = time.monotonic()
            self._say(summary(self.tally))
            for cell, waiting in self.tally.waiting.items():
                self._say(f"{self.labels[cell]} waits: {waiting}")

    def _say(self, line: str) -> None:
        print(line, file=self.stream, flush=True)


@contextmanager
def _live(tasks: Sequence[CellTask], stream: Stream) -> Iterator[OnEvent]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TaskID, TextColumn

    tally, labels, rows = Tally(tasks), _labels(tasks), dict[str, TaskID]()
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"))
    with Progress(*columns, console=Console(file=stream)) as shown:
        whole = shown.add_task("all work", total=tally.units, note="")

        def on_event(event: Event) -> None:
            cell, kind = event["cell"], event["event"]
            tally.on_event(event)
            if kind in ("failed", "retry") and "of" not in event:
                shown.console.print(
                    f"[red]{kind}[/] {escape(labels[cell])}: {escape(event['reason'])}"
                )
            if kind in ("done", "failed") and cell in rows:
                shown.remove_task(rows.pop(cell))
            elif kind == "start" and cell not in rows:
                rows[cell] = shown.add_task(f"  {escape(labels[cell])}", total=None, note="")
            elif kind == "progress" and cell in rows:
                shown.update(
                    rows[cell],
                    completed=event.get("step"),
                    total=event.get("total"),
                    note=escape(describe(tally.running[cell])),
                )
            shown.update(whole, completed=tally.finished, note=summary(tally))

        yield on_event


def summary(tally: Tally) -> str:
    """Return how far all the work is, on one line."""
    share = tally.finished / tally.units if tally.units else 1.0
    left = tally.seconds_left()
    rest = "time left not known yet" if left is None else f"about {clock(left)} left"
    return f"{share:4.0%} of all work, {len(tally.running)} running, {rest}"


def describe(event: Event) -> str:
    """Return a running cell's step and main scores, on one line; what is unknown is left out.

    Of one that waits (for people, say): what it waits for.
    """
    if event.get("waiting"):
        return event["waiting"]
    scalars: dict[str, Any] = event.get("scalars") or {}
    known = [f"{name} {scalars[name]:.2f}" for name in _SHOWN if scalars.get(name) is not None]
    return "  ".join([f"step {event.get('step', 0)}/{event.get('total', '?')}", *known])


def clock(seconds: float) -> str:
    """Return a duration as people say it: 42 s, 3 min 05 s, 2 h 10 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def _labels(tasks: Sequence[CellTask]) -> dict[str, str]:
    return {task.id: task.label or task.id for task in tasks}
