"""The local engine: long-lived worker processes, one thread each, as many as cores."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from looksgood.core.errors import ConfigError
from looksgood.runs.strict import dumps
from looksgood.runs.tasks import CellTask, Engine, OnEvent, Outcome, Schedule
from looksgood.runs.worker import ONE_THREAD, attempt

_START = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from looksgood.runs.worker import serve
serve(int(sys.argv[2]), sys.argv[3])
"""
_TRIES = 2


def run_cells(
    cells: Sequence[CellTask],
    worker: str,
    workers: int | None = None,
    on_event: OnEvent | None = None,
    *,
    kind: str = "local",
    logs: Path | None = None,
) -> list[Outcome]:
    """Run `cells` through the function that `worker` ("module:function") names.

    Raises:
        ConfigError: the engine is unknown or its package is missing.
        Interrupted: Ctrl-C; the message says how to go on.
    """
    return engine(kind, worker, workers, logs=logs).run(cells, on_event)


def engine(
    kind: str, worker: str, workers: int | None = None, *, logs: Path | None = None
) -> Engine:
    """Return the engine that `--engine` names; `workers=0` is this process, for debuggers.

    Raises:
        ConfigError: the engine is unknown or its package is missing.
    """
    if workers is not None and workers < 0:
        raise ConfigError(f"workers = {workers}: give a count, or 0 for this very process")
    if kind == "ray":
        from looksgood.runs.engine_ray import RayEngine

        return RayEngine(worker, workers)
    if kind != "local":
        raise ConfigError(f"engine = {kind!r} is unknown: local or ray")
    return InProcess(worker) if workers == 0 else LocalEngine(worker, workers, logs)


@dataclass(frozen=True)
class InProcess:
    """Runs tasks one after the other in this process: for tests and debuggers."""

    worker: str

    def run(self, tasks: Sequence[CellTask], on_event: OnEvent | None = None) -> list[Outcome]:
        """Run all tasks; see `Engine`."""
        schedule = Schedule(tasks, on_event)
        try:
            while task := schedule.next():
                schedule.tell("start", task.id)
                cell = task.id

                def emit(cell: str = cell, **event: Any) -> None:
                    schedule.tell("progress", cell, **json.loads(dumps(event)))

                fields = attempt(self.worker, json.loads(dumps(task.settings)), emit)
                schedule.finished(Outcome(task.id, **fields))
        except KeyboardInterrupt:
            raise schedule.interrupted() from None
        return schedule.in_order()


@dataclass(frozen=True)
class LocalEngine:
    """Runs tasks in worker processes; one that dies is replaced and its task tried once more.

    `workers=None` means as many as cores. `logs` is a folder for what workers print; without it
    they print where we do.
    """

    worker: str
    workers: int | None = None
    logs: Path | None = None

    def run(self, tasks: Sequence[CellTask], on_event: OnEvent | None = None) -> list[Outcome]:
        """Run all tasks; see `Engine`."""
        schedule = Schedule(tasks, on_event)
        pool = _Pool(self, schedule, min(self.workers or cores(), len(tasks)))
        try:
            while not schedule.is_over:
                pool.hand_out()
                pool.listen()
        except KeyboardInterrupt:
            raise schedule.interrupted() from None
        finally:
            pool.stop()
        return schedule.in_order()


def cores() -> int:
    """Count the cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass
class _Worker:
    """A child process, our end of the line to it, and the task it is on."""

    process: subprocess.Popen[bytes]
    line: Connection
    task: CellTask | None = None


@dataclass
class _Pool:
    engine: LocalEngine
    schedule: Schedule
    size: int
    workers: list[_Worker] = field(default_factory=list)
    again: list[CellTask] = field(default_factory=list)
    tries: dict[str, int] = field(default_factory=dict)
    started: int = 0

    def hand_out(self) -> None:
        """Give tasks that may start to idle workers, and start workers while there are cores."""
        while True:
            idle = next((worker for worker in self.workers if worker.task is None), None)
            if idle is None and len(self.workers) >= self.size:
                return
            task = self.again.pop() if self.again else self.schedule.next()
            if task is None:
                return
            self._give(idle or self._start(), task)

    def listen(self) -> None:
        """Wait for a message or a death, for at most half a second."""
        for line in wait([worker.line for worker in self.workers], timeout=0.5):
            worker = next(w for w in self.workers if w.line is line)
            try:
                message = json.loads(worker.line.recv_bytes())
            except (EOFError, OSError):
                self._lost(worker)
            else:
                self._heard(worker, message)
        for worker in [w for w in self.workers if w.process.poll() is not None]:
            if not worker.line.poll():  # its last words come first
                self._lost(worker)

    def stop(self) -> None:
        """End every worker. They are killed: all that they leave on the disk is safe against it."""
        for worker in self.workers:
            worker.line.close()
            worker.process.kill()
        for worker in self.workers:
            worker.process.wait()
        self.workers.clear()

    def _give(self, worker: _Worker, task: CellTask) -> None:
        worker.task = task
        self.tries[task.id] = self.tries.get(task.id, 0) + 1
        self.schedule.tell("start", task.id)
        try:
            worker.line.send_bytes(dumps(task.settings).encode())
        except OSError:
            self._lost(worker)

    def _heard(self, worker: _Worker, message: dict[str, Any]) -> None:
        assert worker.task is not None, "an idle worker spoke"
        if "progress" in message:
            self.schedule.tell("progress", worker.task.id, **message["progress"])
        else:
            task, worker.task = worker.task, None
            self.schedule.finished(Outcome(task.id, **message["outcome"]))

    def _lost(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.line.close()
        worker.process.kill()
        reason = _death(worker.process.wait())
        task = worker.task
        if task is None:
            return
        if self.tries[task.id] < _TRIES:
            self.schedule.tell("retry", task.id, reason=reason)
            self.again.append(task)
        else:
            reason = f"{reason}, {_TRIES} times in a row; what it committed before is kept"
            self.schedule.finished(Outcome(task.id, "failed", reason=reason, exit_status=1))

    def _start(self) -> _Worker:
        ours, theirs = socket.socketpair()
        self.started += 1
        command = [sys.executable, "-c", _START, json.dumps(sys.path)]
        output = self._log()
        try:
            process = subprocess.Popen(
                [*command, str(theirs.fileno()), self.engine.worker],
                env={**os.environ, **ONE_THREAD},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for the parent, which ends its workers
            )
        finally:
            theirs.close()
            if output is not None:
                os.close(output)
        worker = _Worker(process, Connection(ours.detach()))
        self.workers.append(worker)
        return worker

    def _log(self) -> int | None:
        if self.engine.logs is None:
            return None
        self.engine.logs.mkdir(parents=True, exist_ok=True)
        path = self.engine.logs / f"worker-{self.started}.log"
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)


def _death(code: int) -> str:
    """Say how a process ended, from its exit code as `subprocess` gives it."""
    if code >= 0:
        return f"its worker process ended by itself with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    hint = " (often: out of memory)" if name == "SIGKILL" else ""
    return f"its worker process was killed by {name}{hint}"
