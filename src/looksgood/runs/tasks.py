"""Units of work, what became of them, and which may start now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from looksgood.core.errors import LooksgoodError

Event = dict[str, Any]
"""JSON-able: `event` (start, progress, retry, done, failed) and `cell`; progress adds `step`,
`total` and `scalars`, or where a cell waits `waiting`: for what, in one line; retry and failed add
`reason`, and `of`, the task that failed first, where a task fails only because of that one."""

OnEvent = Callable[[Event], None]


class Interrupted(LooksgoodError):
    """Ctrl-C stopped the work; the message says how to go on."""


@dataclass(frozen=True, slots=True)
class CellTask:
    """One unit of work: `settings` (plain data) are handed to the worker function.

    `units` is the work it declares, in any unit that all tasks share; `after` names the tasks
    that must be done before it starts. `label` is what people read (arm and seed).
    """

    id: str
    settings: Mapping[str, Any]
    units: float = 1.0
    after: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task. `exit_status` is the failed one's, as in core.errors."""

    id: str
    status: Literal["done", "failed"]
    result: Any = None
    reason: str = ""
    details: str = ""
    exit_status: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def is_done(self) -> bool:
        """Whether the task did what it should."""
        return self.status == "done"


@runtime_checkable
class Engine(Protocol):
    """Where tasks run."""

    def run(self, tasks: Sequence[CellTask], on_event: OnEvent | None = None) -> list[Outcome]:
        """Run all tasks and return their outcomes in the order of `tasks`.

        A task that fails does not stop the others, except those that come after it.

        Raises:
            Interrupted: Ctrl-C; every process of ours has ended.
        """
        ...


@dataclass
class Schedule:
    """Which tasks wait, which are out, and what became of the rest."""

    tasks: Sequence[CellTask]
    on_event: OnEvent | None = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    _waiting: dict[str, CellTask] = field(init=False)

    def __post_init__(self) -> None:
        """Refuse tasks that can never start."""
        self._waiting = {task.id: task for task in self.tasks}
        if len(self._waiting) < len(self.tasks):
            raise ValueError("two tasks have the same id")
        startable: set[str] = set()
        while more := {
            t.id for t in self.tasks if t.id not in startable and startable.issuperset(t.after)
        }:
            startable |= more
        for task in self.tasks:
            if task.id not in startable:
                raise ValueError(
                    f"task {task.id!r} can never start: {', '.join(task.after)} "
                    "is not among the tasks, or waits for it in turn"
                )

    def next(self) -> CellTask | None:
        """Take the first task whose predecessors are done, or None if none may start now."""
        for task in list(self._waiting.values()):
            if all(self._is_done(name) for name in task.after):
                return self._waiting.pop(task.id)
        return None

    @property
    def is_over(self) -> bool:
        """Whether every task has its outcome."""
        return len(self.outcomes) == len(self.tasks)

    def finished(self, outcome: Outcome, of: str | None = None) -> None:
        """Note an outcome; what comes after a failed task fails with it."""
        self.outcomes[outcome.id] = outcome
        if outcome.is_done:
            self.tell("done", outcome.id, seconds=outcome.seconds)
            return
        because = {"of": of} if of else {}
        self.tell("failed", outcome.id, reason=outcome.reason, **because)
        for task in list(self._waiting.values()):
            if outcome.id in task.after and task.id in self._waiting:
                del self._waiting[task.id]
                reason = f"needs {outcome.id}, which failed: {outcome.reason}"
                self.finished(
                    Outcome(task.id, "failed", reason=reason, exit_status=outcome.exit_status),
                    of=of or outcome.id,
                )

    def tell(self, event: str, cell: str, **more: Any) -> None:
        """Pass an event on."""
        if self.on_event is not None:
            self.on_event({"event": event, "cell": cell, **more})

    def in_order(self) -> list[Outcome]:
        """Return the outcomes in the order of the tasks."""
        return [self.outcomes[task.id] for task in self.tasks]

    def interrupted(self) -> Interrupted:
        """Return the error that says how far the work got and how to go on."""
        done = sum(outcome.is_done for outcome in self.outcomes.values())
        return Interrupted(
            f"stopped with {done} of {len(self.tasks)} units of work done. Nothing computed is "
            "lost: run the same command again to go on."
        )

    def _is_done(self, name: str) -> bool:
        return name in self.outcomes and self.outcomes[name].is_done
