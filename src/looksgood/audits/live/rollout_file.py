"""One file of recorded responses per process: whole lines, written as they come.

A folder holds `rollouts-HOST-PID.jsonl` of every process that took part in a run. The first line
of each says what it is: `{"looksgood_rollouts": 1, "run": …, "steps": …, "function": …}`; every
other one is a response under the names of `record.COLUMNS`, with what else the trainer told as
extras. What is not known is left out. `steps` is "optimizer" where the trainer told its steps, else
what was counted for them. A process that is killed may leave its last line torn: a reader drops it.
`formats.recorded` reads it.
"""

import json
import os
import re
import socket
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from looksgood.audits.formats.recorded import HEADER, VERSION


class RolloutFile:
    """Appends to this process's own file; another process, or a fork, writes another.

    `run` names the run, else the folder does: the files of one folder are one run's. Rows whose
    step the trainer does not tell are counted: calls from 0, or `rows_per_step` rows a step.
    """

    def __init__(
        self, folder: Path, run: str = "", function: str = "", rows_per_step: int | None = None
    ) -> None:
        self.folder = folder
        self.run = run or folder.resolve().name
        self.function = function
        self.rows_per_step = rows_per_step
        self._calls = self._rows = 0
        self._open: tuple[int, int] | None = None  # process, file
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it was made of: a worker that receives it writes a file of its own."""
        return (RolloutFile, (self.folder, self.run, self.function, self.rows_per_step))

    def append(self, rows: Sequence[Mapping[str, Any]], step: int | None, run: str) -> None:
        """Write the rows, all at once.

        Raises:
            OSError: the folder cannot be written to.
        """
        with self._lock:
            steps = self._counted(len(rows)) if step is None else [step] * len(rows)
            at = self._file("optimizer" if step is not None else self._unit())
            named = ({"run": run, "step": n, **row} for n, row in zip(steps, rows, strict=True))
            _write(at, "".join(map(_line, named)))

    def _counted(self, rows: int) -> list[int]:
        first, call = self._rows, self._calls
        self._rows, self._calls = first + rows, call + 1
        if self.rows_per_step is None:
            return [call] * rows
        return [(first + i) // self.rows_per_step for i in range(rows)]

    def _unit(self) -> str:
        return (
            "calls" if self.rows_per_step is None else f"batches of {self.rows_per_step} responses"
        )

    def _file(self, steps: str) -> int:
        """Return this process's file; the first time it is made, with its header."""
        process = os.getpid()
        if self._open is None or self._open[0] != process:
            self._open = (process, _new_file(self.folder, process))
            header = {HEADER: VERSION, "run": self.run, "steps": steps}
            _write(self._open[1], _line({**header, "function": self.function}))
        return self._open[1]


def _new_file(folder: Path, process: int) -> int:
    """Return a file that nobody wrote before: process numbers come again."""
    folder.mkdir(parents=True, exist_ok=True)
    host = re.sub(r"[^A-Za-z0-9_.-]", "_", socket.gethostname())
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
    again = 1
    while True:
        name = f"rollouts-{host}-{process}{f'-{again}' if again > 1 else ''}.jsonl"
        try:
            return os.open(folder / name, flags, 0o644)
        except FileExistsError:
            again += 1


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"


def _write(at: int, text: str) -> None:
    # half a surrogate pair, which a tokenizer may leave, is no UTF-8: it becomes "?"
    left = memoryview(text.encode("utf-8", "replace"))
    while left:
        left = left[os.write(at, left) :]
