"""The flow of a debate: check the schools, record what they predict, run what is missing."""

from collections.abc import Callable, Sequence
from pathlib import Path

from looksgood.core.errors import ConfigError, LooksgoodError
from looksgood.core.spec import kinds
from looksgood.evidence.measured import Measured, measured
from looksgood.evidence.school import School, as_record, check_names
from looksgood.runs import Interrupted, RunFolder
from looksgood.runs.predictions import record_predictions
from looksgood.runs.strict import plain
from looksgood.studies.runner import run_study
from looksgood.studies.size import Size
from looksgood.studies.study import Study, find_study


def hold_debate(
    schools: Sequence[School],
    size: Size,
    tell: Callable[[str], None],
    done: Callable[[RunFolder], None],
    only: Sequence[str] = (),
) -> list[Measured]:
    """Return every study that a school predicts, run; `only` these, if any are named.

    All predictions are on the disk before the first run begins. A study that fails is returned
    with its reason, and the others go on. `done` is called with each run that was made here.

    Raises:
        ConfigError: a school or a study is unknown, or a folder holds another run.
        Interrupted: Ctrl-C; the same call goes on from there.
    """
    studies = _studies(schools, only)
    missing = [study for study in studies if not _is_done(study, size)]
    for study in missing:
        if _begun(size.path(study)) is None:
            _record(schools, study, size)
    problems: dict[str, str] = {}
    for study in missing:
        tell(f"{study.name} ({size.preset}): running in {size.path(study)}")
        try:
            done(_run(study, size))
        except Interrupted:
            raise
        except LooksgoodError as error:
            problems[study.name] = str(error)
            tell(f"{study.name}: {error}")
    return [_measured(study, size, problems.get(study.name, "")) for study in studies]


def _studies(schools: Sequence[School], only: Sequence[str]) -> list[Study]:
    predicted = dict.fromkeys(p.study for school in schools for p in school.predictions)
    exist = sorted(kinds("studies"))
    found = {name: find_study(name) for name in predicted if name in exist}
    known = dict.fromkeys(exist) | {name: study.finding_names() for name, study in found.items()}
    check_names(schools, known)
    for name in only:
        if name not in found:
            raise ConfigError(
                f"--studies {name}: no school predicts it; predicted are {', '.join(found)}"
            )
    return [study for name, study in found.items() if not only or name in only]


def _is_done(study: Study, size: Size) -> bool:
    """Return whether the run is there and complete.

    Raises:
        ConfigError: the folder holds a run of something else, or on other seeds.
    """
    path = size.path(study)
    run = _begun(path)
    if run is None:
        return False
    spec = study.configure(size.preset, {})
    settings = {"preset": size.preset, "settings": plain(spec.model_dump(mode="json"))}
    seeds = run.info["seeds"]
    advice = "choose another folder with --out, or remove this one"
    if run.study != study.name or any(run.config.get(name) != settings[name] for name in settings):
        raise ConfigError(
            f"{path} was not run with the settings that {study.name} --preset {size.preset} has "
            f"now: {advice}"
        )
    if size.first_seed is not None and seeds[:1] != [size.first_seed]:
        raise ConfigError(f"{path} has seeds {seeds}, not from {size.first_seed} on: {advice}")
    return run.info.get("status") == "done"


def _begun(path: Path) -> RunFolder | None:
    """Return the run in which work has begun; one that was refused has computed nothing."""
    run = RunFolder.read(path) if (path / "run.json").exists() else None
    return None if run is None or run.info.get("status") == "refused" else run


def _record(schools: Sequence[School], study: Study, size: Size) -> None:
    records = [as_record(school, p) for school in schools for p in school.of(study.name)]
    record_predictions(size.path(study), records, headline=_headline(study))


def _run(study: Study, size: Size) -> RunFolder:
    path = size.path(study)
    begun = _begun(path)
    seeds = [] if begun is None else begun.info["seeds"]
    return run_study(
        study,
        preset=size.preset,
        first_seed=seeds[0] if seeds else size.first_seed,
        seeds=len(seeds) or None,
        out=path,
        engine=size.engine,
        workers=size.workers,
        command=size.command,
        store=size.shared,
    )


def _measured(study: Study, size: Size, problem: str) -> Measured:
    path = size.path(study)
    if problem:
        return Measured(study=study.name, headline=_headline(study), problem=problem, path=path)
    return measured(RunFolder.read(path), _headline(study))


def _headline(study: Study) -> str:
    names = study.finding_names() or ("",)
    return study.headline or names[0]
