"""The folder of one cell (arm × seed): its lines, its checkpoint, and whether it is done."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looksgood.runs import checkpoint
from looksgood.runs.atomic import sweep, write_atomically
from looksgood.runs.lines import Lines, without
from looksgood.runs.lock import locked
from looksgood.runs.strict import dumps, plain, read_json
from looksgood.runs.tables import COLUMNS, Kind, check_columns, write_table

if TYPE_CHECKING:
    from torch import Tensor

Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a cell stands: what it committed last."""

    position: int
    tensors: "dict[str, Tensor]"
    meta: dict[str, Any]


class CellFolder:
    """One unit of work on the disk. One process at a time works in it: see `working`.

    The order of events is `working`, `resume`, `commit` …, `finish`; the package's docstring says
    why a kill between any two of them loses and doubles nothing.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self.lines: dict[Kind, Lines] = {k: Lines(self.path / f"{k}.jsonl") for k in COLUMNS}
        self._counts: dict[Kind, int] | None = None
        self._committed = -1

    @contextmanager
    def working(self) -> Iterator["CellFolder"]:
        """Hold the cell; wait where a process of an earlier, killed run is still on its way out."""
        with locked(self.path / ".lock"):
            sweep(self.path)
            yield self

    def resume(self) -> Progress | None:
        """Return what was committed last and drop the lines beyond it; None to start from nothing.

        Raises:
            DataError: the checkpoint or a line is damaged.
        """
        saved = checkpoint.load_checkpoint(self.path)
        if saved is not None:
            tensors, header = saved
            position = header["position"]
            for lines in self.lines.values():
                lines.keep(position)
            self._counts = {kind: len(lines) for kind, lines in self.lines.items()}
            if self._counts == header["lines"]:
                self._committed = position
                return Progress(position, tensors, header["meta"])
        for lines in self.lines.values():
            lines.clear()
        self._counts, self._committed = dict.fromkeys(self.lines, 0), -1
        return None

    def commit(
        self,
        position: int,
        tensors: "Mapping[str, Tensor]",
        meta: Mapping[str, Any] | None = None,
        *,
        points: Rows = (),
        prompts: Rows = (),
        samples: Rows = (),
    ) -> None:
        """Record what was measured at `position`, then the state to go on from, in this order.

        Rows need only hold the columns they know; see `tables.COLUMNS`.

        Raises:
            LooksgoodError: the disk is full; the former commit stands.
            ValueError: a row has an unknown column, or the position is not beyond the last one
                committed (its lines could be lost or doubled); nothing was written.
        """
        self.note(position, points=points, prompts=prompts, samples=samples)
        header = {"position": position, "lines": self._counts, "meta": dict(meta or {})}
        checkpoint.save_checkpoint(self.path, tensors, header)
        self._committed = position

    def note(
        self, position: int, *, points: Rows = (), prompts: Rows = (), samples: Rows = ()
    ) -> None:
        """Record rows without a checkpoint: a resumed cell measures them again."""
        if self._counts is None:
            raise RuntimeError("call resume() first: lines of a killed process may lie here")
        if position <= self._committed:
            raise ValueError(f"position {position} is not beyond {self._committed}, the committed")
        given: dict[Kind, list[Mapping[str, Any]]] = {
            "points": list(points),
            "prompts": list(prompts),
            "samples": list(samples),
        }
        for kind, rows in given.items():
            for row in rows:
                check_columns(kind, row)
        for kind, rows in given.items():
            self.lines[kind].append(*({"position": position, **row} for row in rows))
            self._counts[kind] += len(rows)

    def finish(self, result: Mapping[str, Any] | None = None, *, keep_state: bool = False) -> None:
        """Write the cell's tables and mark it done; `result` is kept in `done.json`.

        The checkpoint goes, unless `keep_state`: nobody resumes a cell that is done.
        """
        for kind, lines in self.lines.items():
            write_table(self.table(kind), kind, without(lines.read(), "position"))
        self._mark("done", {"result": plain(dict(result or {})), "at": time.time()})
        (self.path / "failed.json").unlink(missing_ok=True)
        if not keep_state:
            (self.path / checkpoint.NAME).unlink(missing_ok=True)

    def fail(self, reason: str, details: str = "") -> None:
        """Mark the cell failed; its lines and its last checkpoint stay, and a rerun resumes it."""
        self._mark("failed", {"reason": reason, "details": details, "at": time.time()})

    @property
    def is_done(self) -> bool:
        """Whether the cell is finished and its tables are complete."""
        return (self.path / "done.json").exists()

    @property
    def result(self) -> dict[str, Any]:
        """What `finish` was given.

        Raises:
            DataError: the cell is not done.
        """
        return read_json(self.path / "done.json")["result"]

    @property
    def failure(self) -> str | None:
        """The one-line reason why the cell failed when it was last tried, or None."""
        path = self.path / "failed.json"
        return read_json(path)["reason"] if path.exists() and not self.is_done else None

    def table(self, kind: Kind) -> Path:
        """Return where the cell's own table of this kind lies once it is done."""
        return self.path / f"{kind}.parquet"

    def _mark(self, name: str, content: Mapping[str, Any]) -> None:
        write_atomically(self.path / f"{name}.json", dumps(content, indent=1).encode())
