"""The flow of a sweep on one screen: world → base → comparisons → r̂ → policies → measures."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from torch import Tensor

from looksgood.core.protocols import Rater, Reward, World
from looksgood.core.records import Comparisons, Samples
from looksgood.core.seeds import Seed
from looksgood.core.spec import parse_spec
from looksgood.measures.judges import Judges
from looksgood.measures.scale import Scale
from looksgood.optimizers.dpo_spec import DPOSpec
from looksgood.rewards.gold import GoldReward
from looksgood.rewards.spec import GoldSpec, JudgementSpec
from looksgood.runs import CellFolder, CellTask, Stages
from looksgood.runs.worker import Emit
from looksgood.studies.asking import QUESTION, asker_of, prepare_people
from looksgood.studies.rounds import Rounds
from looksgood.studies.settings import SweepSpec
from looksgood.studies.shared import Shared, held_out_quality
from looksgood.studies.study import task_settings
from looksgood.studies.sweep import Sweep

BASE_UNITS = 160
"""Work of pretraining a base, in RL steps: for the estimate of time left only."""
RESPONSES_PER_UNIT = 150
"""Responses compared or pooled in the time of one RL step: for that estimate, too."""
MakeJudges = Callable[[Samples, World, Rater | None, Reward], Judges]
"""Makes a cell's judges, scaled on base responses."""
RunCell = Callable[[Any, Shared, CellFolder, Mapping[str, Any], Emit], dict[str, Any]]
"""Runs a cell with its settings; returns what is kept as its result."""


def _plain_judges(spec: SweepSpec) -> MakeJudges:
    del spec
    return Judges.on_base


def sweep_tasks(study: str, spec: SweepSpec, arm: str, seed: int, run: Path) -> list[CellTask]:
    """Return the cell of one arm and seed, after the base that the seed's arms share.

    Raises:
        ConfigError: people are to be asked, and cannot be: known before any work starts.
    """
    prepare_people(spec.rater, QUESTION)
    settings = task_settings(study, spec, arm, seed, run)
    shared = Shared(spec, Seed((seed,)), Stages(run))
    base = f"base-{shared.base_key}"
    return [
        CellTask(base, {**settings, "only": "base"}, BASE_UNITS, label=f"base, seed {seed}"),
        CellTask(
            f"{arm}-seed{seed}",
            settings,
            _work(spec),
            after=(base,),
            label=f"{arm}, seed {seed}",
        ),
    ]


def _work(spec: SweepSpec) -> float:
    """Return roughly what a cell costs, in RL steps."""
    compared = spec.preferences.prompts * spec.preferences.samples_per_prompt
    responses = spec.preferences.rounds * compared + spec.measure.prompts * spec.measure.pool
    return spec.runs * spec.optimizer.steps + responses / RESPONSES_PER_UNIT


def run_task(
    settings: Mapping[str, Any],
    emit: Emit,
    kind: type[SweepSpec] = SweepSpec,
    judging: Callable[[Any], MakeJudges] = _plain_judges,
) -> dict[str, Any]:
    """Run one task of a sweep: a shared base, or a cell."""
    return base_or_cell(settings, emit, kind, partial(run_cell, judging=judging))


def base_or_cell(
    settings: Mapping[str, Any], emit: Emit, kind: type[SweepSpec], cell: RunCell
) -> dict[str, Any]:
    """Run one task: pretrain a shared base, or run a cell, once, by `cell`."""
    spec = parse_spec(kind, settings["spec"])
    shared = Shared(spec, Seed((settings["seed"],)), Stages(Path(settings["run"])))
    if settings.get("only") == "base":
        shared.base(
            shared.world(),
            lambda step, steps, loss: emit(step=step, total=steps, scalars={"loss": loss}),
        )
        return {}
    folder, who = shared.cell(settings)
    with folder.working():
        if not folder.is_done:
            folder.finish(cell(spec, shared, folder, who, emit))
        return folder.result


def run_cell(
    spec: SweepSpec,
    shared: Shared,
    folder: CellFolder,
    who: Mapping[str, Any],
    emit: Emit,
    judging: Callable[[Any], MakeJudges] = _plain_judges,
) -> dict[str, Any]:
    """Run one arm of one seed. Gold leaves the world for the oracle, the measures and one control.

    That control, and one that optimises the rater's own score, have no reward model.
    """
    seed = shared.seed
    world = shared.world()
    base, _ = shared.base(world)
    rater = spec.rater.build(world.weights)
    held_out = world.prompts(spec.measure.prompts, seed.child("held-out"))
    pool = base.sample(held_out, spec.measure.pool, seed.child("pool"))
    compared, units = base, pool
    if spec.compared is not None:  # several policies then have r̂ and all units in common
        compared = shared.compared(world)
        units = compared.sample(held_out, spec.measure.pool, seed.child("pool"))
    result: dict[str, Any] = {}
    train: Comparisons | None = None
    if isinstance(spec.reward, GoldSpec | JudgementSpec):

        def points(samples: Samples) -> Tensor:
            seen = world.channels(samples.prompt_of, samples.texts)
            is_gold = isinstance(spec.reward, GoldSpec)
            if is_gold:
                return seen.weighed(world.weights)
            assert rater is not None  # the settings see to it
            return rater.score(seen)

        unit = Scale.of(points(units), units.k)
        reward = GoldReward(points, unit.mean, unit.sd)
    else:
        asker = asker_of(spec.rater, world, spec.preferences, emit)
        asked = Rounds(shared, world, compared, shared.body(world), asker, units)
        train, unseen = asked.comparisons()
        reward = asked.reward(train)
        result["reward_parameters"] = reward.parameters
        result["reward_quality"] = held_out_quality(reward, unseen).as_dict()
    judges = judging(spec)(units, world, rater, reward)
    sweep = Sweep(spec, base, judges, held_out, seed, folder, who, emit)

    went = folder.resume()
    if went is None:
        sweep.measure_base(pool)
    prompts = world.prompts(spec.training_prompts, seed.child("training"))
    for i, beta in enumerate(spec.penalties):
        first = 1 + i * sweep.steps
        if sweep.is_past(first, went):
            continue
        optimizer, at = spec.optimizer_at(beta), seed.child("optimize", who["arm"], str(beta))
        if isinstance(optimizer, DPOSpec):
            assert train is not None  # the settings see to it
            trainer = optimizer.build(base, train, at)
        else:
            trainer = optimizer.build(base, reward, prompts, at)
        sweep.optimize(trainer, beta, first, went)
    return result
