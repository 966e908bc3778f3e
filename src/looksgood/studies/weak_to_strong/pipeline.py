"""The flow of weak-to-strong: base → questions → weak labels → student → examination."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jaxtyping import Float
from torch import Tensor

from looksgood.core.records import Comparisons
from looksgood.core.seeds import Seed
from looksgood.core.spec import content_key, parse_spec
from looksgood.models.language_model import LanguageModel
from looksgood.models.next_word import next_word_log_odds
from looksgood.preferences.noise import equally_wrong
from looksgood.rewards.fit import fit_bradley_terry
from looksgood.runs import CellTask, RunFolder, Stages
from looksgood.runs.worker import Emit
from looksgood.studies.study import task_settings
from looksgood.studies.weak_to_strong.examined import (
    ACCURACY,
    LABELS,
    PARAMETERS,
    SHARED,
    SUPERVISOR,
    ZERO_SHOT,
)
from looksgood.studies.weak_to_strong.settings import WeakToStrongSpec
from looksgood.studies.weak_to_strong.stages import Labels, WeakToStrongStages
from looksgood.worlds.almanac.sentences import REPLIES
from looksgood.worlds.almanac.world import Almanac

BASE_UNITS, STAGE_UNITS = 25, 2
"""Work of a base, and of questions or weak labels, in students taught: for the time left only."""


def weak_to_strong_tasks(
    study: str, spec: WeakToStrongSpec, arm: str, seed: int, run: Path
) -> list[CellTask]:
    """Return the cell of one arm and seed, after the bases, questions and labels it needs."""
    settings = task_settings(study, spec, arm, seed, run)
    stages = WeakToStrongStages(spec, Seed((seed,)), Stages(run))
    who = ["student"]
    who += ["writer"] * (spec.task == "comparisons") + ["weak_model"] * (spec.supervisor == "model")
    bases = {f"base-{stages.base_key(name)}": name for name in who}
    tasks = [
        CellTask(id, {**settings, "only": name}, BASE_UNITS, label=f"base, seed {seed}")
        for id, name in bases.items()
    ]
    shared = {f"questions-{stages.questions_key}": "questions"}
    if spec.supervisor == "model":
        shared[f"weak-{stages.weak_key}"] = "weak_labels"
    for id, name in shared.items():
        after = tuple(task.id for task in tasks)
        label = f"{name.replace('_', ' ')} ({spec.task}), seed {seed}"
        tasks.append(CellTask(id, {**settings, "only": name}, STAGE_UNITS, after, label))
    after = tuple(task.id for task in tasks)
    label = f"{arm}, seed {seed}"
    return [*tasks, CellTask(f"{arm}-seed{seed}", settings, 1, after=after, label=label)]


def run_task(settings: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """Run one task: a base, the questions, the weak labels, or a cell."""
    spec = parse_spec(WeakToStrongSpec, settings["spec"])
    run = Path(settings["run"])
    stages = WeakToStrongStages(spec, Seed((settings["seed"],)), Stages(run))
    world = stages.world()
    if "only" in settings:
        _share(stages, world, settings["only"], emit)
        return {}
    who = {name: settings[name] for name in ("study", "arm", "seed")}
    used = [stages.questions_key, stages.base_key("student"), stages.weak_key]
    folder = RunFolder.read(run).cell(who["arm"], who["seed"], content_key(*used, spec.key))
    with folder.working():
        if not folder.is_done:
            folder.resume()
            point, prompts = run_cell(spec, stages, world)
            how = {**who, "optimizer": "confident" if spec.fit.confidence else "bradley_terry"}
            folder.commit(
                1,
                {},
                points=[{**how, "step": 0, **point}],
                prompts=[{**how, "step": 0, **row} for row in prompts],
            )
            folder.finish()
            emit(step=1, total=1, scalars={})
        return folder.result


def _share(stages: WeakToStrongStages, world: Almanac, what: str, emit: Emit) -> None:
    """Make one of the shared stages, where it is missing."""
    if what == "questions":
        stages.questions(world)
    elif what == "weak_labels":
        stages.weak_labels(world)
    else:
        stages.base(
            what,
            world,
            lambda step, steps, loss: emit(step=step, total=steps, scalars={"loss": loss}),
        )


def run_cell(
    spec: WeakToStrongSpec, stages: WeakToStrongStages, world: Almanac
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Teach one student and examine it; return its point, and a row for each fact examined on.

    The truth goes to the weak model (about facts of its own), to the examination, and to the
    student where it is the supervisor. Nothing is stopped early, so nothing is stopped by it.
    """
    questions = stages.questions(world)
    _, labelled, examined = (questions.about(facts) for facts in stages.parts(world))
    labels = {"truth": lambda: questions.truth, "rater": lambda: questions.rater}
    supervisor = labels.get(spec.supervisor, lambda: stages.weak_labels(world))()
    if spec.noise:
        supervisor = _noise(questions.truth, supervisor, (labelled, examined), stages.seed)

    base = stages.base("student", world)
    student = fit_bradley_terry(
        spec.fit,
        base,
        Comparisons(questions.asked.pairs.take(labelled), supervisor[labelled]),
        world.response_tokens,
        stages.seed.child("student", spec.task),
    )
    examination = questions.asked.take(examined)
    answers = (student.margins(examination) > 0).float()
    untaught = zero_shot(LanguageModel.load(base, world.response_tokens), examination)
    truth, theirs = examination.choice, supervisor[examined]
    columns = {
        ACCURACY: answers == truth,
        SUPERVISOR: theirs == truth,
        ZERO_SHOT: (untaught > 0).float() == truth,
        SHARED: (answers != truth) & (theirs != truth),
    }
    rows = _by_fact(columns, [questions.subjects[i] for i in examined])
    point = {
        "samples": len(examined),
        **{name: sum(row[name] for row in rows) / len(rows) for name in columns},
        PARAMETERS: student.parameters,
        LABELS: float((supervisor == questions.truth)[labelled].double().mean()),
    }
    return point, rows


def zero_shot(base: LanguageModel, asked: Comparisons) -> Float[Tensor, " pairs"]:
    """Return the log-odds that readers would call the first true, less those of the second.

    Claims have no second response: the first one's own log-odds decide.
    """
    pairs = asked.pairs
    right, wrong = REPLIES["right"], REPLIES["wrong"]

    def odds(responses: Sequence[str]) -> Tensor:
        return next_word_log_odds(base, pairs.prompts, responses, right, wrong)

    if not any(pairs.second):
        return odds(pairs.first)
    return odds(pairs.first) - odds(pairs.second)


def _noise(truth: Labels, labels: Labels, parts: Sequence[list[int]], seed: Seed) -> Labels:
    """Make errors random, as many of them in each part as there were."""
    made = labels.clone()
    for number, part in enumerate(parts):
        made[part] = equally_wrong(truth[part], labels[part], seed.child("noise", number))
    return made


def _by_fact(columns: Mapping[str, Tensor], subjects: Sequence[str]) -> list[dict[str, Any]]:
    """Return each fact's means: questions about one fact are no independent questions."""
    places: dict[str, list[int]] = {}
    for i, name in enumerate(subjects):
        places.setdefault(name, []).append(i)
    return [
        {
            "prompt_id": name,
            "samples": len(own),
            **{column: float(said[own].double().mean()) for column, said in columns.items()},
        }
        for name, own in sorted(places.items())
    ]
