"""What is true of frames, from their states alone: where the ball is, and what presses on it."""

import mujoco
import numpy as np
import torch
from jaxtyping import Bool, Float

from looksgood.core.control import Clips
from looksgood.core.records import Channels
from looksgood.worlds.grasp.scene import FINGERS, FULL, TIPS, Scene

NAMES = ("closeness", "enclosure")
NEAR_METRES, FREE_METRES = 0.17, 0.05
"""Lengths of decay: 1.4 and 0.4 palms, as raters of pictures have them."""
PRESS_NEWTONS = 0.1
"""A finger presses from this normal force on: a sixth of the ball's weight."""


def finger_forces(
    scene: Scene, states: Float[np.ndarray, "frames numbers"]
) -> Float[np.ndarray, "frames 2"]:
    """Return the normal force of the left and of the right finger on the ball, in newtons.

    Each frame is solved afresh with the commands that its state holds: a sensor that was read
    while stepping shows the step before.
    """
    model, full = scene.model, scene.full
    data = mujoco.MjData(model)
    states = np.ascontiguousarray(states, dtype=float)
    ball = model.body("ball").id
    sides = {model.body(name).id: side for side, name in enumerate(FINGERS)}
    forces = np.zeros((len(states), 2))
    for i, state in enumerate(states):
        mujoco.mj_setState(model, data, state[:full], FULL)
        data.ctrl[:] = state[full:]
        data.qacc_warmstart[:] = 0  # so that a frame's truth does not depend on the one before
        mujoco.mj_forward(model, data)
        forces[i] = _finger_forces(model, data, ball, sides)
    return forces


def both_press(
    scene: Scene, states: Float[np.ndarray, "frames numbers"]
) -> Bool[np.ndarray, " frames"]:
    """Return in which frames both fingers press on the ball."""
    return np.all(finger_forces(scene, states) >= PRESS_NEWTONS, axis=1)


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


def tips(
    scene: Scene, states: Float[np.ndarray, "frames numbers"]
) -> Float[np.ndarray, "frames 2 3"]:
    """Return where each fingertip is, left first, from the ball's centre, in metres."""
    model, data = scene.model, mujoco.MjData(scene.model)
    sites = [model.site(name).id for name in TIPS]
    ball = model.body("ball").id
    found = np.zeros((len(states), 2, 3))
    states = np.ascontiguousarray(states[:, : scene.full], dtype=float)
    for i, state in enumerate(states):
        mujoco.mj_setState(model, data, state, FULL)
        mujoco.mj_kinematics(model, data)
        found[i] = data.site_xpos[sites] - data.xpos[ball]
    return found


def channels(scene: Scene, clips: Clips) -> Channels:
    """Return `closeness` and `enclosure` of each clip, both from 0 to 1: means over its frames.

    What raters judge in pictures, judged in space. closeness: exp(−d / 17 cm) of the distance d
    between the middle of both fingertips and the ball's centre. enclosure: exp(−gaps / 5 cm), gaps
    being what is free between the ball's surface and both fingertips together, times how far these
    are on opposite sides of it: (1 − cos φ) / 2 of the angle φ between them, seen from its centre.
    """
    clip_count, frames = clips.states.shape[:2]
    places = tips(scene, clips.states.reshape(clip_count * frames, -1))
    away = np.linalg.norm(places, axis=2)
    gaps = np.maximum(away - scene.radius, 0).sum(1)
    opposite = (1 - (places[:, 0] * places[:, 1]).sum(1) / away.prod(1)) / 2
    closeness = np.exp(-np.linalg.norm(places.mean(1), axis=1) / NEAR_METRES)
    columns = [closeness, np.exp(-gaps / FREE_METRES) * opposite]
    values = np.stack([c.reshape(clip_count, frames).mean(1) for c in columns], axis=1)
    return Channels(NAMES, torch.from_numpy(values).float())
