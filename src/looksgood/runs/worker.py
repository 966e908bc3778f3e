"""A worker process: takes tasks as JSON text, calls one function, sends back events and results.

It lives long (importing torch costs seconds) and ends at once when its parent does, whatever it
is doing: everything it leaves on the disk is safe against that.
"""

import importlib
import json
import os
import queue
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any

from looksgood.core.errors import ConfigError, LooksgoodError
from looksgood.runs.strict import dumps, plain

Emit = Callable[..., None]
"""`emit(step=…, total=…, scalars={…})`: tell the parent how far the task got."""

Work = Callable[[dict[str, Any], Emit], Any]
"""What a worker runs: settings and `emit` in, a result that has a JSON form out."""

ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "RAYON_NUM_THREADS",
    ),
    "1",
) | {"TOKENIZERS_PARALLELISM": "false"}
"""Environment of a worker, set before it starts: torch reads it when it is imported."""


def find(name: str) -> Any:
    """Import the function that "package.module:function" names.

    Raises:
        ConfigError: there is no such module or function.
    """
    module, _, function = name.partition(":")
    try:
        return getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"worker function {name!r} cannot be imported: {error}") from error


def attempt(name: str, settings: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """Run one task; return its outcome's fields, whatever it raised (except Ctrl-C and exit)."""
    start, cpu = time.monotonic(), time.process_time()
    try:
        fields = {"status": "done", "result": plain(find(name)(dict(settings), emit))}
    except Exception as error:  # noqa: BLE001 - the others go on
        fields = failure(error)
    fields["seconds"] = time.monotonic() - start
    fields["cpu_seconds"] = time.process_time() - cpu
    return fields


def failure(error: Exception) -> dict[str, Any]:
    """Return the fields of a failed outcome: one line for people, the traceback for the curious."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, LooksgoodError):
        reason, status = str(error), error.exit_status
    else:
        last = traceback.extract_tb(error.__traceback__)[-1:]
        where = "".join(f" ({os.path.basename(f.filename)}:{f.lineno})" for f in last)
        reason, status = f"{type(error).__name__}: {error}{where}", 1
    reason = " ".join(reason.split())
    return {"status": "failed", "reason": reason, "details": details, "exit_status": status}


def serve(handle: int, name: str) -> None:
    """Take tasks from the connection `handle` until the parent closes it or dies."""
    connection = Connection(handle)
    tasks: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_receive, args=(connection, tasks), daemon=True).start()

    def emit(**event: Any) -> None:
        connection.send_bytes(dumps({"progress": event}).encode())

    while True:
        fields = attempt(name, tasks.get(), emit)
        connection.send_bytes(dumps({"outcome": fields}).encode())


def _receive(connection: Connection, tasks: "queue.Queue[dict[str, Any]]") -> None:
    """Hand tasks to the main thread; end the process when there can be no more."""
    try:
        while True:
            tasks.put(json.loads(connection.recv_bytes()))
    except (EOFError, OSError):
        os._exit(0)
