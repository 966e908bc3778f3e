"""What is true of frames, from their states alone: where the ball is, and what presses on it."""

from typing import NamedTuple

import mujoco
import numpy as np
import torch
from jaxtyping import Float

from looksgood.core.control import Clips
from looksgood.core.records import Channels
from looksgood.worlds.grasp.scene import FINGERS, FULL, TIPS, Scene

NAMES = ("closeness", "enclosure")
NEAR_METRES = 0.05
PRESS_NEWTONS = 0.1
"""A finger presses from this normal force on: a sixth of the ball's weight."""


class Frames(NamedTuple):
    """What is measured of each frame."""

    distance: Float[np.ndarray, " frames"]
    """From the midpoint of the fingers' tips to the ball's centre, in metres."""
    forces: Float[np.ndarray, "frames 2"]
    """Normal force of the left and of the right finger on the ball, in newtons."""

    @property
    def presses(self) -> np.ndarray:
        """Which fingers press on the ball."""
        return self.forces >= PRESS_NEWTONS


def measure(scene: Scene, states: Float[np.ndarray, "frames numbers"]) -> Frames:
    """Measure frames; each is solved afresh with the commands that its state holds.

    Fresh, because a sensor that was read while stepping shows the step before.
    """
    model, full = scene.model, scene.full
    data = mujoco.MjData(model)
    states = np.ascontiguousarray(states, dtype=float)
    tips = [model.site(name).id for name in TIPS]
    ball = model.body("ball").id
    sides = {model.body(name).id: side for side, name in enumerate(FINGERS)}
    distance, forces = np.zeros(len(states)), np.zeros((len(states), 2))
    for i, state in enumerate(states):
        mujoco.mj_setState(model, data, state[:full], FULL)
        data.ctrl[:] = state[full:]
        data.qacc_warmstart[:] = 0  # so that a frame's truth does not depend on the one before
        mujoco.mj_forward(model, data)
        distance[i] = np.linalg.norm(data.site_xpos[tips].mean(0) - data.xpos[ball])
        forces[i] = _finger_forces(model, data, ball, sides)
    return Frames(distance, forces)


def _finger_forces(
    model: mujoco.MjModel, data: mujoco.MjData, ball: int, sides: dict[int, int]
) -> np.ndarray:
    total, wrench = np.zeros(2), np.zeros(6)
    for number, geoms in enumerate(data.contact.geom):
        first, second = (int(body) for body in model.geom_bodyid[geoms])
        if ball not in (first, second):
            continue
        side = sides.get(second if first == ball else first)
        if side is not None:
            mujoco.mj_contactForce(model, data, number, wrench)
            total[side] += wrench[0]
    return total


def channels(scene: Scene, clips: Clips) -> Channels:
    """Return `closeness` and `enclosure` of each clip, both from 0 to 1.

    closeness: mean over frames of exp(−distance / 5 cm), tips' midpoint to ball, in space.
    enclosure: share of frames in which a finger presses on the ball, mean of both fingers.
    """
    clip_count, frames = clips.states.shape[:2]
    found = measure(scene, clips.states.reshape(clip_count * frames, -1))
    closeness = np.exp(-found.distance / NEAR_METRES)
    columns = [closeness, found.presses.mean(1)]
    values = np.stack([c.reshape(clip_count, frames).mean(1) for c in columns], axis=1)
    return Channels(NAMES, torch.from_numpy(values).float())
