"""The flow of the study of audits on one screen: world → base → pool → a broken policy → audits."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from looksgood.core.protocols import World
from looksgood.core.seeds import Seed
from looksgood.core.spec import parse_spec
from looksgood.measures.audits import Audits
from looksgood.measures.unseen_fall import furthest
from looksgood.ops.moment_tilt import OutOfReach
from looksgood.runs import CellTask, Stages
from looksgood.runs.worker import Emit
from looksgood.studies.power.scene import Scene
from looksgood.studies.power.settings import PowerSpec
from looksgood.studies.power.tables import Broken, Rows, fall_rows
from looksgood.studies.selection.pipeline import POOL_UNITS
from looksgood.studies.selection.stages import SelectionStages
from looksgood.studies.shared import Shared
from looksgood.studies.study import task_settings


def power_tasks(study: str, spec: PowerSpec, arm: str, seed: int, run: Path) -> list[CellTask]:
    """Return the cell of one arm and seed, after the pool that the seed's arms share."""
    settings = task_settings(study, spec, arm, seed, run)
    stages = SelectionStages(Shared(spec, Seed((seed,)), Stages(run)))
    pool = f"pool-{stages.pool_key}"
    cell = CellTask(f"{arm}-seed{seed}", settings, 1, after=(pool,), label=f"{arm}, seed {seed}")
    only = {**settings, "only": "pool"}
    return [CellTask(pool, only, POOL_UNITS, label=f"pool, seed {seed}"), cell]


def run_task(settings: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """Run one task: a pool, or the audits of one arm."""
    spec = parse_spec(PowerSpec, settings["spec"])
    shared = Shared(spec, Seed((settings["seed"],)), Stages(Path(settings["run"])))
    stages, world = SelectionStages(shared), shared.world()
    if settings.get("only") == "pool":
        stages.pool(
            world, lambda step, steps, loss: emit(step=step, total=steps, scalars={"loss": loss})
        )
        return {}
    folder, who = shared.cell(settings)
    with folder.working():
        if not folder.is_done:
            folder.resume()
            rows, result = run_cell(spec, stages, world, who["arm"])
            points, samples = ([{**who, **row} for row in table] for table in rows)
            folder.commit(1, {}, points=points, samples=samples)
            folder.finish(result)
            emit(step=1, total=1, scalars={})
        return folder.result


def run_cell(
    spec: PowerSpec, stages: SelectionStages, world: World, arm: str
) -> tuple[Rows, dict[str, Any]]:
    """Break the base in one arm and audit it. Gold goes to what breaks it and to the truth."""
    scene = Scene.of(spec, *stages.pool(world), world)
    rows = Rows([], [])
    result: dict[str, Any] = {"exposed_prompts": len(scene.prompts)}
    if len(scene.prompts) < 2:
        return rows, result
    audits = Audits(spec.labels, spec.audits, spec.alpha, spec.beside)
    result["reach"] = furthest(scene.fall, max(spec.drops))
    for drop in (0.0, *spec.drops):
        try:
            tilt = scene.fall(drop)
        except OutOfReach:
            break
        seed = stages.shared.seed.child("audits", arm, str(drop))
        broken = Broken(drop, tilt, audits.of(scene.judges, tilt.weights, seed))
        rows.add(fall_rows(spec, scene, broken, result["reach"], seed.child("kept")))
    return rows, result
