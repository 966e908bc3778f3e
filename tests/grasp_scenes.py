"""Hand-placed scenes of the world `grasp`: states for pictures, made from scene.xml alone."""

from pathlib import Path

import mujoco
import numpy as np

import looksgood.worlds.grasp

SCENE = Path(looksgood.worlds.grasp.__file__).with_name("scene.xml")
MODEL = mujoco.MjModel.from_xml_path(str(SCENE))
FULL = mujoco.mjtState.mjSTATE_FULLPHYSICS
ON_TABLE = (0.0, 0.0, 0.035)
AWAY = (0.0, 5.0, 5.0)
"""Out of every picture, and above no part of the table that is in one."""
CLOSED = (0.06, 0.06)
"""Angles at which the fingers touch a ball between them."""
GRASP = (0.0, 0.0, 0.105)


def state(hand=AWAY, fingers=(0.0, 0.0), ball=ON_TABLE):
    """Return a full state with the palm and the ball at these places."""
    data = mujoco.MjData(MODEL)
    places = zip(("hand_x", "hand_y", "hand_z", "left", "right"), (*hand, *fingers), strict=True)
    for joint, value in places:
        data.joint(joint).qpos[0] = value
    data.joint("ball").qpos[:3] = ball
    numbers = np.zeros(mujoco.mj_stateSize(MODEL, FULL))
    mujoco.mj_getState(MODEL, data, numbers, FULL)
    return numbers


def states(*ones):
    """Return states side by side."""
    return np.stack(ones)


def toward_front_camera(metres):
    """Return where a grasping hand is after going towards the front camera, on its line of sight.

    The camera looks down at 45°, so height and nearness rise alike.
    """
    step = metres / np.sqrt(2)
    return (GRASP[0], GRASP[1] - step, GRASP[2] + step)
