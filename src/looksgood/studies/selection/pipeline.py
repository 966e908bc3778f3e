"""The flow of selection on one screen: world → base → pool → r̂'s scores → best-of-n, optima."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.protocols import World
from looksgood.core.records import Samples
from looksgood.core.seeds import Seed
from looksgood.core.spec import parse_spec
from looksgood.measures.judges import Judged
from looksgood.measures.scale import Scale
from looksgood.measures.tail import tail_of
from looksgood.rewards.aggregate import aggregated
from looksgood.rewards.planted_error import planted_error
from looksgood.rewards.quality import quality
from looksgood.rewards.spec import EnsembleSpec
from looksgood.runs import CellFolder, CellTask, Stages
from looksgood.runs.worker import Emit
from looksgood.studies.selected import selected
from looksgood.studies.selection.settings import SelectionSpec
from looksgood.studies.selection.stages import MemberScores, SelectionStages
from looksgood.studies.shared import Shared
from looksgood.studies.study import task_settings

POOL_UNITS, MEMBER_UNITS = 4, 3
"""Work of a base with its pool, and of one reward model, in cells: for the time left only."""


def selection_tasks(
    study: str, spec: SelectionSpec, arm: str, seed: int, run: Path
) -> list[CellTask]:
    """Return the cell of one arm and seed, after the pool and the reward models it needs."""
    settings = task_settings(study, spec, arm, seed, run)
    stages = SelectionStages(Shared(spec, Seed((seed,)), Stages(run)))
    pool = f"pool-{stages.pool_key}"
    tasks = [CellTask(pool, {**settings, "only": "pool"}, POOL_UNITS, label=f"pool, seed {seed}")]
    tasks += [
        CellTask(
            f"scores-{stages.member_key(i)}",
            {**settings, "only": "member", "member": i},
            MEMBER_UNITS,
            after=(pool,),
            label=f"r̂ {i + 1} of {arm}, seed {seed}",
        )
        for i in range(stages.members)
    ]
    after = tuple(task.id for task in tasks)
    label = f"{arm}, seed {seed}"
    return [*tasks, CellTask(f"{arm}-seed{seed}", settings, 1, after=after, label=label)]


def run_task(settings: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """Run one task: a pool, one reward model's scores of it, or a cell."""
    spec = parse_spec(SelectionSpec, settings["spec"])
    shared = Shared(spec, Seed((settings["seed"],)), Stages(Path(settings["run"])))
    stages, world = SelectionStages(shared), shared.world()
    match settings.get("only"):
        case "pool":
            stages.pool(
                world,
                lambda step, steps, loss: emit(step=step, total=steps, scalars={"loss": loss}),
            )
            return {}
        case "member":
            stages.member(settings["member"], world)
            return {}
    folder, who = shared.cell(settings)
    with folder.working():
        if not folder.is_done:
            folder.finish(run_cell(spec, stages, world, folder, who))
            emit(step=1, total=1, scalars={})
        return folder.result


def run_cell(
    spec: SelectionSpec,
    stages: SelectionStages,
    world: World,
    folder: CellFolder,
    who: Mapping[str, Any],
) -> dict[str, Any]:
    """Select from the pool in one arm. Gold goes to the measures, and to r̂ in the gold arm only."""
    pool, channels = stages.pool(world)
    gold = channels.weighed(world.weights)
    members = [stages.member(i, world) for i in range(stages.members)]
    points = {
        "proxy": _proxy(spec, members, pool, stages.shared.seed) if members else gold,
        "rater": spec.rater.build(world.weights).score(channels),
        "gold": gold,
    }
    in_base_units = {name: Scale.of(s, pool.k).apply(s) for name, s in points.items()}
    judged = Judged(channels, in_base_units)
    tables = selected(pool, judged, spec.best_of, spec.tilts, spec.measure.keep_prompts)
    folder.resume()
    rows = {kind: [{**who, **row} for row in table] for kind, table in tables.items()}
    folder.commit(1, {}, points=rows["points"], prompts=rows["prompts"], samples=rows["samples"])
    return {"tail": tail_of(judged.scores["proxy"], pool.texts, pool.k), **_quality(members)}


def _proxy(
    spec: SelectionSpec, members: list[MemberScores], pool: Samples, seed: Seed
) -> Float[Tensor, " responses"]:
    """Return r̂ in base sd: one model or several as one, and the planted error where there is one.

    Members are standardised before they are put together, r̂ before an error is added.
    """
    scores = [Scale.of(member.pool, pool.k).apply(member.pool) for member in members]
    proxy = scores[0]
    if isinstance(spec.reward, EnsembleSpec):
        proxy = aggregated(torch.stack(scores), spec.reward.aggregate, spec.reward.weight)
    if spec.error is None:
        return proxy
    error = planted_error(spec.error, pool, seed.child("error"))
    return Scale.of(proxy, pool.k).apply(proxy) + error


def _quality(members: list[MemberScores]) -> dict[str, Any]:
    """Return how well the members' mean margin predicts comparisons that none has seen."""
    if not members or not len(members[0].choice):
        return {}
    margins = torch.stack([member.margins for member in members]).mean(0)
    return {"reward_quality": quality(margins, members[0].choice).as_dict()}
