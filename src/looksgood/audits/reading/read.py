"""From paths to one set of rows, or one log of scalars: every path by its reader, then together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from looksgood.audits.arrow import compute
from looksgood.audits.experts.checked import checked
from looksgood.audits.experts.checker import Checker
from looksgood.audits.experts.labelled import Labelled
from looksgood.audits.formats.files import name_of, sound
from looksgood.audits.formats.reader import Reader, ScalarReader
from looksgood.audits.formats.registry import reader_for
from looksgood.audits.formats.table import Table
from looksgood.audits.notes import Notes
from looksgood.audits.reading.collect import collect
from looksgood.audits.rollouts import Rollouts
from looksgood.audits.scalar_log import ScalarLog
from looksgood.core.errors import ConfigError, DataError

if TYPE_CHECKING:
    import pyarrow as pa


def read(
    paths: Sequence[Path],
    format: str,
    mapping: Mapping[str, str],
    notes: Notes,
    checker: Checker | None = None,
    tell: Callable[[str], object] | None = None,
    labelled: Labelled | None = None,
) -> Rollouts | ScalarLog:
    """Read all paths; rows that name no run are of a run called as their path.

    With a `checker` gold is what it says of each response; `tell` hears how far it is. Texts of
    rows that are `labelled` are kept.

    Raises:
        ConfigError: no path, an unknown format, or responses and logs of scalars together.
        DataError: a path cannot be read, or holds no row.
    """
    if not paths:
        raise ConfigError("no path was given: there is nothing to audit")
    paths = list({path.resolve(): path for path in paths}.values())  # one given twice counts once
    readers = [reader_for(path, format, mapping) for path in paths]
    names = names_of(paths)
    logs = [reader for reader in readers if isinstance(reader, ScalarReader)]
    rows = [reader for reader in readers if isinstance(reader, Reader)]
    if not logs:
        batches = _batches(paths, names, rows, notes)
        if checker is None:
            return collect(batches, notes, labelled)
        for reader in rows:
            if isinstance(reader, Table):
                reader.keep(checker.wants)
        return collect(checked(batches, checker, notes, tell), notes, labelled)
    if checker is not None:
        raise ConfigError(f"{paths[readers.index(logs[0])]} has no responses that can be checked")
    if rows:
        raise ConfigError(
            f"{paths[readers.index(rows[0])]} holds responses and "
            f"{paths[readers.index(logs[0])]} a log of scalars: audit them one by one"
        )
    read_all = zip(paths, names, logs, strict=True)
    return joined([named(log.scalars(path, notes), name) for path, name, log in read_all])


def names_of(paths: Sequence[Path]) -> list[str]:
    """Return what each path's run is called: its file's name, and folders where that is not one."""
    absolute = [Path(sound(str(path.resolve()))) for path in paths]
    names: list[str] = []
    for depth in range(1, max(len(path.parts) for path in absolute) + 1):
        names = ["/".join([*path.parts[-depth:-1], name_of(path)]) for path in absolute]
        if len(set(names)) == len(names):
            break
    return names


def _batches(
    paths: Sequence[Path], names: Sequence[str], readers: Sequence[Reader], notes: Notes
) -> Iterator["pa.Table"]:
    """Yield the batches of all paths, with a run in every row.

    Raises:
        DataError: no path holds a row; one that holds none beside others is told.
    """
    empty: list[str] = []
    for path, name, reader in zip(paths, names, readers, strict=True):
        rows = 0
        for batch in reader.batches(path, notes):
            rows += batch.num_rows
            yield _with_run(batch, name)
        empty += [f"{path}: no row in it"] if not rows else []
    if len(empty) == len(paths):
        raise DataError(f"{empty[0]}: there is nothing to audit")
    notes.lines += [f"{line}." for line in empty]


def _with_run(batch: "pa.Table", name: str) -> "pa.Table":
    """Return the batch with `name` in the rows that name no run."""
    import pyarrow as pa

    pc = compute()
    place = batch.schema.get_field_index("run")
    if place < 0:
        return batch.append_column("run", pa.array([name]).take(pa.array([0] * len(batch))))
    run = batch.column(place).cast(pa.string())
    run = pc.if_else(pc.equal(run.fill_null(""), ""), name, run)
    return batch.set_column(place, "run", run)


def named(log: ScalarLog, name: str) -> ScalarLog:
    """Return the log with `name` for a run that has none."""
    return replace(log, runs=tuple(run or name for run in log.runs))


def joined(logs: Sequence[ScalarLog]) -> ScalarLog:
    """Return the points of all logs; runs of one name in two logs are one run."""
    runs = tuple(dict.fromkeys(run for log in logs for run in log.runs))
    place = {run: i for i, run in enumerate(runs)}

    def column(part: str, name: str) -> np.ndarray:
        return np.concatenate(
            [getattr(log, part).get(name, np.full(len(log), np.nan)) for log in logs]
        )

    def columns(part: str) -> dict[str, np.ndarray]:
        found = dict.fromkeys(name for log in logs for name in getattr(log, part))
        return {name: column(part, name) for name in found}

    places = [np.array([place[run] for run in log.runs], np.int64)[log.run] for log in logs]
    labels = {log.x_label for log in logs}
    return ScalarLog(
        runs=runs,
        run=np.concatenate(places),
        step=np.concatenate([log.step for log in logs]),
        kl=np.concatenate([log.kl for log in logs]),
        scores=columns("scores"),
        errors=columns("errors"),
        x_label=labels.pop() if len(labels) == 1 else "step",
    )
