"""Run or resume a study: its tasks, its tables, its findings and its report, in one run folder."""

import shlex
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from looksgood import __version__
from looksgood.core.errors import CellFailed, ConfigError, LooksgoodError
from looksgood.core.spec import Spec
from looksgood.runs import CellFolder, CellTask, Outcome, RunFolder, run_cells, share_stages
from looksgood.runs.progress import progress
from looksgood.runs.tasks import Event
from looksgood.runs.worker import find
from looksgood.studies.study import Study


def run_study(
    study: Study,
    *,
    preset: str = "standard",
    seeds: int | None = None,
    first_seed: int | None = None,
    out: Path | None = None,
    engine: str = "local",
    workers: int | None = None,
    settings: Mapping[str, Any] | None = None,
    command: Sequence[str] = (),
    tensorboard: bool = False,
    store: Path | None = None,
) -> RunFolder:
    """Run a study; the same call again resumes it. Returns its finished folder.

    Its seeds are `first_seed` (the study's own by default) and those that follow. Bases,
    comparisons and reward models lie in `store`, where other runs find them; by default in the run.

    Raises:
        ConfigError: a name or a setting is wrong, or `out` holds another study.
        CellFailed: a cell failed; the others are done and kept, and the tables hold them.
        Interrupted: Ctrl-C; the same call goes on from there.
    """
    if seeds is not None and seeds < 1:
        raise ConfigError(f"seeds = {seeds}: give a count, 1 or more")
    start = study.first_seed if first_seed is None else first_seed
    if start < 0:
        raise ConfigError(f"first_seed = {start}: give 0 or more")
    spec = study.configure(preset, settings or {})
    used = range(start, start + (seeds or study.presets[preset].seeds))
    path = out or Path("runs") / f"{study.name}-{preset}"
    arms = study.presets[preset].arms or tuple(study.arms)
    tasks = _tasks(study, spec, arms, used, path.resolve())  # before the folder is claimed
    config = {"study": study.about(), "preset": preset, "settings": spec.model_dump(mode="json")}
    with RunFolder.open(path, study.name, config, seeds=used, version=__version__) as run:
        run.info["command"] = shlex.join(command)
        run.info["arms"] = list(arms)
        if store is not None:
            share_stages(path, store)
        outcomes = _run_tasks(study, tasks, run, engine, workers, tensorboard)
        run.merge()
        run.info["results"] = {c.path.name: c.result for c in run.cells() if c.is_done}
        if run.info["results"]:
            run.write_findings(findings_of(study, run, spec))
        failed = [outcome for outcome in outcomes if not outcome.is_done]
        if failed:
            error = _failure(failed, len(outcomes), path)
            refused = isinstance(error, ConfigError) and not run.cells()
            run.save("refused" if refused else "failed")
            raise error
    return RunFolder.read(path)


def _failure(failed: Sequence[Outcome], tasks: int, path: Path) -> LooksgoodError:
    """One line: the first reason, and what is kept; a wrong setting if that is all there was."""
    first = failed[0]
    if all(outcome.exit_status == ConfigError.exit_status for outcome in failed):
        return ConfigError(first.reason)
    return CellFailed(
        f"{len(failed)} of {tasks} tasks failed, the first {first.id}: {first.reason}; what the "
        f"others computed is in {path}, and the same command tries the failed ones again"
    )


def findings_of(study: Study, run: RunFolder, spec: Spec) -> list[dict[str, Any]]:
    """Compute the study's findings from the run's own tables."""
    return find(study.findings)(study.name, run, spec)


def _tasks(
    study: Study, spec: Spec, arms: Sequence[str], seeds: Sequence[int], path: Path
) -> list[CellTask]:
    """Return every arm's and seed's tasks; those that cells share, once."""
    make = find(study.tasks)
    specs = {arm: study.arm_spec(spec, arm) for arm in arms}
    tasks: dict[str, CellTask] = {}
    for seed in seeds:
        for arm, arm_spec in specs.items():
            for task in make(study.name, arm_spec, arm, seed, path):
                tasks.setdefault(task.id, task)
    return list(tasks.values())


def _run_tasks(
    study: Study,
    tasks: Sequence[CellTask],
    run: RunFolder,
    engine: str,
    workers: int | None,
    tensorboard: bool,
) -> list[Outcome]:
    done = {task.id for task in tasks if (c := _cell_of(run, task)) and c.is_done}
    needed = {id for task in tasks if task.id not in done for id in (task.id, *task.after)}
    todo = [task for task in tasks if task.id in needed and task.id not in done]
    # bases first: a cell that waits for its base would hold a core idle
    ordered = sorted(todo, key=lambda task: len(task.after))
    if not ordered:
        return []
    with ExitStack() as stack:
        listeners = [stack.enter_context(progress(ordered))]
        if tensorboard:
            from looksgood.runs.scalars import tensorboard as to_tensorboard

            listeners.append(stack.enter_context(to_tensorboard(run.path / "tensorboard")))

        def tell_all(event: Event) -> None:
            for listen in listeners:
                listen(event)

        outcomes = run_cells(
            ordered,
            study.work,
            workers,
            tell_all,
            kind=engine,
            logs=run.path / "logs",
        )
    for task, outcome in zip(ordered, outcomes, strict=True):
        run.finish_cell(_cell_of(run, task), outcome)
    return outcomes


def _cell_of(run: RunFolder, task: CellTask) -> CellFolder | None:
    """Return the cell a task has begun; a shared stage has none."""
    return next((c for c in run.cells() if c.path.name.startswith(f"{task.id}-")), None)
