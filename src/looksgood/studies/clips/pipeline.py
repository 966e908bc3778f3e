"""The flow of control on one screen: world → episodes → comparisons → r̂ → policy → measures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from looksgood.core.control import Clips, ControlWorld, Eye
from looksgood.core.errors import ConfigError
from looksgood.core.seeds import Seed
from looksgood.core.spec import content_key, parse_spec
from looksgood.raters.picture_spec import PictureSpec
from looksgood.rewards.clips.baselines import GoldFrameReward, RandomFrameReward
from looksgood.rewards.clips.ensemble import ClipEnsemble
from looksgood.rewards.clips.spec import ClipGoldSpec
from looksgood.runs import CellFolder, CellTask, RunFolder
from looksgood.runs.worker import Emit
from looksgood.studies.clips.asking import clip_asker_of, eye_of, prepare_people
from looksgood.studies.clips.cell import ClipCell
from looksgood.studies.clips.learning import Asking, Learning
from looksgood.studies.clips.settings import ClipSpec
from looksgood.studies.study import task_settings


def clip_tasks(study: str, spec: ClipSpec, arm: str, seed: int, run: Path) -> list[CellTask]:
    """Return the cell of one arm and seed; nothing is shared.

    Raises:
        ConfigError: the world has no bodies to move, or lacks a motor that is to be shifted, or
            people are to be asked and cannot be; known before any work starts.
    """
    world = spec.world.build(Seed((seed,)).child("world"))
    if not isinstance(world, ControlWorld):
        raise ConfigError(
            f"world.kind={spec.world.kind!r} has no body to move: choose grasp or gym_task"
        )
    for motor in spec.preferences.shift_motors or ():
        if motor >= world.motors:
            raise ConfigError(
                f"preferences.shift_motors: {world.name} has no motor {motor}, only "
                f"{world.motors} of them from 0; name some of those, or null for any"
            )
    prepare_people(spec, world)
    settings = task_settings(study, spec, arm, seed, run)
    label = f"{arm}, seed {seed}"
    return [CellTask(f"{arm}-seed{seed}", settings, spec.iterations, label=label)]


def run_task(settings: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """Run one cell, from where it stands."""
    spec = parse_spec(ClipSpec, settings["spec"])
    who = {name: settings[name] for name in ("study", "arm", "seed")}
    key = content_key(spec.key)
    folder = RunFolder.read(Path(settings["run"])).cell(who["arm"], who["seed"], key)
    with folder.working():
        if not folder.is_done:
            folder.finish(run_cell(spec, Seed((who["seed"],)), folder, who, emit))
        return folder.result


def run_cell(
    spec: ClipSpec, seed: Seed, folder: CellFolder, who: Mapping[str, Any], emit: Emit
) -> dict[str, Any]:
    """Run one arm of one seed. Truth leaves the world for the oracle and the measures only.

    One control optimises it: there it takes the place of r̂.
    """
    world = spec.world.build(seed.child("world"))
    reward = reward_of(spec, world, seed.child("reward"))
    asking = None
    if isinstance(reward, ClipEnsemble):
        asker = clip_asker_of(spec, world, f"{who['arm']}-seed{who['seed']}", emit)
        asking = Asking(spec.preferences, asker, reward, seed.child("preferences"))
    trainer = spec.optimizer.build(world, seed.child("optimizer"))
    learning = Learning(world, trainer, reward, asking, spec.optimizer.bodies, seed.child("first"))
    cell = ClipCell(
        spec, world, eye_of(spec.rater, world), other_eyes(world), learning, seed, folder, who
    )

    went = folder.resume()
    if went is not None:
        learning.restore(went.tensors)
    else:
        learning.prepare()
        cell.record()
    for position in range(trainer.position + 1, spec.iterations + 1):
        learning.prepare()
        scalars = learning.step()
        if position in spec.checkpoints:
            scalars |= cell.record()
        emit(step=position, total=spec.iterations, scalars=scalars)
    return {}


def other_eyes(world: ControlWorld) -> dict[str, Eye]:
    """Return the raters who are asked about every arm's episodes, for comparison."""
    cameras = {"front": ("front",), "both": ("front", "side")}
    return {
        name: PictureSpec(cameras=seen).eye(world.pictures)
        for name, seen in cameras.items()
        if set(seen) <= set(world.cameras)
    }


def reward_of(
    spec: ClipSpec, world: ControlWorld, seed: Seed
) -> ClipEnsemble | RandomFrameReward | GoldFrameReward:
    """Return r̂, unfitted, or what takes its place in a control."""
    if isinstance(spec.reward, ClipGoldSpec):

        def gold(states: Float[np.ndarray, "frames numbers"]) -> Float[np.ndarray, " frames"]:
            frames = Clips(np.zeros((len(states), 1, 0)), states[:, None])
            return world.channels(frames).weighed(world.weights).double().numpy()

        return spec.reward.build(gold)
    built: ClipEnsemble | RandomFrameReward = spec.reward.build(world.features, seed)
    return built
