"""The ray engine: the same tasks, on a cluster, one core each."""

import importlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from looksgood.core.errors import ConfigError
from looksgood.runs.engine import InProcess
from looksgood.runs.strict import dumps
from looksgood.runs.tasks import CellTask, OnEvent, Outcome, Schedule
from looksgood.runs.worker import ONE_THREAD, attempt


@dataclass(frozen=True)
class RayEngine:
    """Runs tasks as ray tasks with `num_cpus=1`; ray tries again, once, when a worker dies.

    Joins the cluster that `RAY_ADDRESS` names, or starts one on this machine with `workers` cores
    (all of them when None). The run folder must be on a disk that every node sees.
    """

    worker: str
    workers: int | None = None

    def __post_init__(self) -> None:
        """Refuse at the door where ray is missing."""
        _ray()

    def run(self, tasks: Sequence[CellTask], on_event: OnEvent | None = None) -> list[Outcome]:
        """Run all tasks; see `Engine`."""
        if self.workers == 0:
            return InProcess(self.worker).run(tasks, on_event)
        ray = _ray()
        schedule = Schedule(tasks, on_event)
        ours = not ray.is_initialized()
        if ours:
            self._join(ray)
        try:
            _drive(ray, schedule, self.worker)
        except KeyboardInterrupt:
            raise schedule.interrupted() from None
        finally:
            if ours:
                ray.shutdown()
        return schedule.in_order()

    def _join(self, ray: Any) -> None:
        path = os.pathsep.join(entry for entry in sys.path if entry)
        on_cluster = "RAY_ADDRESS" in os.environ
        ray.init(
            num_cpus=None if on_cluster else self.workers,
            runtime_env={"env_vars": {**ONE_THREAD, "PYTHONPATH": path}},
            include_dashboard=False,
            log_to_driver=False,
            logging_level="ERROR",
        )


def _drive(ray: Any, schedule: Schedule, worker: str) -> None:
    """Submit what may start, pass events on, collect outcomes, until all is over."""
    remote = ray.remote(num_cpus=1, max_retries=1)(_attempt)
    events = importlib.import_module("ray.util.queue").Queue(actor_options={"num_cpus": 0})
    running: dict[Any, str] = {}
    try:
        while not schedule.is_over:
            while task := schedule.next():
                settings = dumps(task.settings)
                running[remote.remote(worker, task.id, settings, events)] = task.id
            ready, _ = ray.wait(list(running), timeout=0.5)
            _pass_on(events, schedule)
            for reference in ready:
                cell = running.pop(reference)
                schedule.finished(Outcome(cell, **_fetch(ray, reference)))
    finally:
        for reference in running:
            ray.cancel(reference, force=True)
        events.shutdown(force=True)


def _attempt(worker: str, cell: str, settings: str, events: Any) -> str:
    """Run one task on a node; text in, text out."""
    events.put(dumps({"event": "start", "cell": cell}))

    def emit(**event: Any) -> None:
        events.put(dumps({"event": "progress", "cell": cell, **event}))

    return dumps(attempt(worker, json.loads(settings), emit))


def _pass_on(events: Any, schedule: Schedule) -> None:
    for text in events.get_nowait_batch(events.qsize()):
        event = json.loads(text)
        schedule.tell(event.pop("event"), event.pop("cell"), **event)


def _fetch(ray: Any, reference: Any) -> Mapping[str, Any]:
    try:
        return json.loads(ray.get(reference))
    except ray.exceptions.RayError as error:
        line = " ".join(str(error).split())[:300]
        reason = f"its ray worker died, twice in a row ({type(error).__name__}: {line})"
        return {"status": "failed", "reason": reason, "exit_status": 1}


def _ray() -> Any:
    try:
        return importlib.import_module("ray")
    except ImportError as error:
        raise ConfigError(
            "engine = 'ray' needs a package that is missing: pip install 'looksgood[cluster]'"
        ) from error
