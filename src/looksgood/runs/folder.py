"""The folder of a run: opened by one process at a time, resumed only by the same work."""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from looksgood.core.errors import ConfigError, DataError, LooksgoodError
from looksgood.runs.atomic import is_leftover, sweep, write_atomically
from looksgood.runs.cell import CellFolder
from looksgood.runs.cell_names import cell_name, in_order
from looksgood.runs.findings import read_findings, write_findings
from looksgood.runs.lock import Lock
from looksgood.runs.machine import git_commit, machine, packages
from looksgood.runs.predictions import PREDICTIONS, file_sha256
from looksgood.runs.stages import Stages
from looksgood.runs.strict import dumps, plain, read_json
from looksgood.runs.tables import COLUMNS, Kind, merge_tables, read_table, write_table
from looksgood.runs.tasks import Interrupted, Outcome

if TYPE_CHECKING:
    import pyarrow as pa

Status = Literal["running", "done", "failed", "interrupted", "refused"]
"""How the work ended; "refused": a setting was wrong and nothing was computed."""


class RunFolder:
    """Where a run lies. `open` it to work in it, `read` it to look at it.

    Used as a context manager it writes down how the work ended; a killed run says "running".
    """

    def __init__(self, path: Path, info: dict[str, Any], lock: Lock | None = None) -> None:
        self.path = Path(path)
        self.info = info
        self._lock = lock
        self._since = time.monotonic()
        self._before = (info.get("wall_seconds") or 0.0, info.get("cpu_seconds"))
        self._cpu_seconds = 0.0

    @classmethod
    def open(
        cls,
        path: Path,
        study: str,
        config: Mapping[str, Any],
        *,
        seeds: Sequence[int] = (),
        version: str = "",
    ) -> "RunFolder":
        """Create the run at `path`, or resume it if it is the same study with the same config.

        `config` is what results depend on, so without workers, engine or folder. Seeds may be
        added to a run later, never taken away.

        Raises:
            ConfigError: the folder is not a run, or is of another study or config.
            LooksgoodError: another process is working in it.
        """
        path = Path(path)
        wanted = {"study": study, "config": plain(dict(config)), "seeds": plain(list(seeds))}
        lock = _claim(path)
        try:
            sweep(path)
            former = _info(path) if (path / "run.json").exists() else None
            if former is None:
                _refuse_strangers(path)
            elif former.get("status") == "refused":  # the corrected command may have the folder
                former = None
            else:
                _refuse_another(path, former, wanted)
            run = cls(path, _begun(former, wanted, version), lock)
            if former is None:  # later ones are no predictions
                run.info["predictions"] = file_sha256(path)
            run.save()
        except BaseException:
            lock.release()
            raise
        return run

    @classmethod
    def read(cls, path: Path) -> "RunFolder":
        """Return the run at `path` to look at; nothing is changed or locked.

        Raises:
            ConfigError: there is no run, or its run.json is damaged.
        """
        path = Path(path)
        if not (path / "run.json").is_file():
            raise ConfigError(f"{path} is not a run folder: it has no run.json")
        return cls(path, _info(path))

    @property
    def study(self) -> str:
        """The study's name."""
        return self.info["study"]

    @property
    def config(self) -> dict[str, Any]:
        """The full config."""
        return self.info["config"]

    @property
    def stages(self) -> Stages:
        """What the run's cells share."""
        return Stages(self.path)

    def cell(self, arm: str, seed: int, key: str) -> CellFolder:
        """Return the folder of one cell; `key` is the hash of all that its result depends on."""
        return CellFolder(self.path / "cells" / cell_name(arm, seed, key))

    def cells(self) -> list[CellFolder]:
        """Return every cell begun so far, by arm as its study lists them, then by seed."""
        begun = (self.path / "cells").glob("*")
        return [CellFolder(path) for path in in_order(begun, self.info.get("arms", ()))]

    def finish_cell(self, cell: CellFolder | None, outcome: Outcome) -> None:
        """Note what became of a task; a worker writes the tables of its cell, if it has one."""
        if cell is not None and not outcome.is_done:
            cell.fail(outcome.reason, outcome.details)
        self._cpu_seconds += outcome.cpu_seconds
        self.save()

    def merge(self) -> None:
        """Write the run's tables from those of the cells that are done."""
        done = [cell for cell in self.cells() if cell.is_done]
        for kind in COLUMNS:
            merged = merge_tables(kind, [cell.table(kind) for cell in done])
            write_table(self.path / f"{kind}.parquet", kind, merged)

    def table(self, kind: Kind) -> "pa.Table":
        """Read one of the run's tables.

        Raises:
            DataError: it is not there yet.
        """
        return read_table(self.path / f"{kind}.parquet", kind)

    def points(self) -> "pa.Table":
        """Read points.parquet: one row per measured checkpoint."""
        return self.table("points")

    def samples(self) -> "pa.Table":
        """Read samples.parquet: one row per kept response."""
        return self.table("samples")

    def prompts(self) -> "pa.Table":
        """Read prompts.parquet: one row per measured checkpoint and prompt."""
        return self.table("prompts")

    def write_findings(self, findings: Iterable[Mapping[str, Any]]) -> None:
        """Replace findings.json."""
        write_findings(self.path / "findings.json", findings)

    def findings(self) -> list[dict[str, Any]]:
        """Read findings.json."""
        return read_findings(self.path / "findings.json")

    def save(self, status: Status | None = None) -> None:
        """Write run.json with the time used so far; the last word on `status` counts."""
        wall, cpu = self._before
        self.info["wall_seconds"] = wall + time.monotonic() - self._since
        if cpu is not None or self._cpu_seconds:
            self.info["cpu_seconds"] = (cpu or 0.0) + self._cpu_seconds
        if status is not None:
            self.info["status"] = status
            self.info["finished"] = None if status == "running" else _now()
        write_atomically(self.path / "run.json", dumps(self.info, indent=1).encode())

    def close(self, status: Status | None = None) -> None:
        """Write down how the work ended and let other processes in."""
        if self._lock is None:
            return
        try:
            self.save(status)
        finally:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> "RunFolder":
        """Return the run itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close as done, interrupted or failed, unless a status other than running was saved."""
        if self.info.get("status") != "running":
            self.close()
        elif kind is None:
            self.close("done")
        else:
            stopped = issubclass(kind, KeyboardInterrupt | Interrupted)
            self.close("interrupted" if stopped else "failed")


def _claim(path: Path) -> Lock:
    lock = Lock(path / ".lock")
    try:
        if not lock.take(wait=False):
            raise LooksgoodError(
                f"process {lock.holder()} is working in {path}: wait for it, or choose another "
                "folder with --out"
            )
    except (FileExistsError, NotADirectoryError) as error:
        raise ConfigError(f"{path} is not a folder: choose another with --out") from error
    except PermissionError as error:
        raise ConfigError(f"{path} cannot be written: choose another with --out") from error
    return lock


def _info(path: Path) -> dict[str, Any]:
    info = read_json(path / "run.json")
    if not isinstance(info, dict) or not {"study", "config", "seeds"} <= info.keys():
        raise DataError(f"{path / 'run.json'} does not say which study, config and seeds were run")
    return info


def _refuse_strangers(path: Path) -> None:
    for found in sorted(path.iterdir()):
        if found.name not in (".lock", PREDICTIONS) and not is_leftover(found):
            raise ConfigError(
                f"{path} holds {found.name} and no run.json, so it is no run of ours: choose "
                "another folder with --out"
            )


def _refuse_another(path: Path, former: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    advice = "choose another folder with --out, or remove this one"
    if former["study"] != wanted["study"]:
        raise ConfigError(
            f"{path} holds a run of study {former['study']!r}, not {wanted['study']!r}: {advice}"
        )
    for name, then, now in _differences(former["config"], wanted["config"]):
        raise ConfigError(f"{path} was run with {name} = {then}, not {now}: {advice}")
    lacking = [seed for seed in former["seeds"] if seed not in wanted["seeds"]]
    if lacking:
        raise ConfigError(
            f"{path} has seeds {former['seeds']}, and {lacking} would be left out; seeds can only "
            f"be added: {advice}"
        )


def _differences(then: Any, now: Any, name: str = "") -> Iterable[tuple[str, str, str]]:
    """Yield the dotted name, old and new value of every setting that differs."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in sorted({*then, *now}):
            inner = f"{name}.{key}" if name else key
            absent = object()
            if then.get(key, absent) is absent or now.get(key, absent) is absent:
                shown = [dumps(side[key]) if key in side else "unset" for side in (then, now)]
                yield inner, shown[0], shown[1]
            else:
                yield from _differences(then[key], now[key], inner)
    elif then != now:
        yield name or "config", dumps(then), dumps(now)


def _begun(
    former: Mapping[str, Any] | None, wanted: Mapping[str, Any], version: str
) -> dict[str, Any]:
    """Return run.json as it stands when work begins or goes on."""
    commit = git_commit()
    session = {
        "began": _now(),
        "version": version,
        "git": commit,
        "packages": packages(),
        "machine": machine(),
    }
    info = dict(former or {"started": session["began"], "wall_seconds": 0.0, "cpu_seconds": None})
    return {
        **wanted,
        "predictions": info.get("predictions"),
        "version": version,
        "git_commit": commit["commit"] if commit else None,
        "git_changed": commit["changed"] if commit else None,
        "packages": session["packages"],
        "machine": session["machine"],
        "status": "running",
        "started": info["started"],
        "finished": None,
        "wall_seconds": info["wall_seconds"],
        "cpu_seconds": info["cpu_seconds"],
        "sessions": [*info.get("sessions", []), session],
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
