"""A camera as rays, one through the middle of each pixel, and what they meet: no OpenGL."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import mujoco
import numpy as np
from jaxtyping import Float, Int

from looksgood.core.errors import ConfigError

FULL = int(mujoco.mjtState.mjSTATE_FULLPHYSICS)
VISIBLE = np.array([1, 1, 1, 0, 0, 0], np.uint8)
"""The geom groups that MuJoCo's own pictures show: what a picture shows is what a ray meets."""
FAR_BELOW = 1000.0
"""Metres below the table from where rays to its points are all but straight up: a point 0.4 m from
the middle and 0.4 m high is met 0.2 mm aside."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What rays from one point meet first."""

    geom: Int[np.ndarray, " rays"]
    """Its number, −1 for nothing."""
    distance: Float[np.ndarray, " rays"]
    """Metres from the point, −1 for nothing."""
    normal: Float[np.ndarray, "rays 3"] | None
    """Its outward unit normal there, where asked for."""


def cast(
    model: mujoco.MjModel,
    data: mujoco.MjData,
    origin: Float[np.ndarray, "3"],
    directions: Float[np.ndarray, "rays 3"],
    *,
    static: bool = True,
    normals: bool = False,
) -> Hits:
    """Follow rays to the nearest surface; without `static`, what is fixed to the world lets pass.

    Directions are of unit length, so that distances are metres.
    """
    rays = len(directions)
    geom = np.full(rays, -1, np.int32)
    distance = np.full(rays, -1.0)
    normal = np.zeros(3 * rays) if normals else None
    if rays:
        flat = np.ascontiguousarray(directions).ravel()
        mujoco.mj_multiRay(
            model, data, origin, flat, VISIBLE, static, -1, geom, distance, normal, rays, 1e9
        )
    return Hits(geom, distance, None if normal is None else normal.reshape(rays, 3))


def straight_up(
    model: mujoco.MjModel, data: mujoco.MjData, points: Float[np.ndarray, "points 3"]
) -> Int[np.ndarray, " points"]:
    """Return the first moving geom above each point of the table, −1 where there is none.

    Many rays are fast from one point only, so all start far below the middle (see FAR_BELOW).
    """
    found = np.full(len(points), -1, np.int32)
    moving = np.flatnonzero(model.body_weldid[model.geom_bodyid] != 0)
    if not len(moving):
        return found
    # most points have nothing above them: look only inside a rectangle around all that moves
    radius = model.geom_rbound[moving, None]
    low = (data.geom_xpos[moving, :2] - radius).min(axis=0)
    high = (data.geom_xpos[moving, :2] + radius).max(axis=0)
    x, y = points[:, 0], points[:, 1]
    under = np.flatnonzero((x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1]))
    below = np.array([0.0, 0.0, -FAR_BELOW])
    rays = points[under] - below
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    found[under] = cast(model, data, below, rays, static=False).geom
    return found


def camera_number(model: mujoco.MjModel, name: str) -> int:
    """Return the number of a camera.

    Raises:
        ConfigError: the model has no such camera; names those it has.
    """
    number = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_CAMERA, name)
    if number < 0:
        known = ", ".join(model.camera(i).name for i in range(model.ncam)) or "none"
        raise ConfigError(f"camera {name!r} is not in the MJCF; cameras there: {known}")
    return number


def pixel_rays(
    model: mujoco.MjModel, camera: int, height: int, width: int
) -> Float[np.ndarray, "rays 3"]:
    """Return the unit direction through each pixel's middle, in the camera's frame, row by row.

    The camera looks along −z with x to the right and y up; `fovy` spans the picture's height.
    """
    half = np.tan(np.deg2rad(model.cam_fovy[camera]) / 2)
    right = ((2 * np.arange(width) + 1) / width - 1) * half * width / height
    up = (1 - (2 * np.arange(height) + 1) / height) * half
    x, y = np.meshgrid(right, up)
    rays = np.stack([x, y, -np.ones_like(x)], axis=-1).reshape(-1, 3)
    return rays / np.linalg.norm(rays, axis=1, keepdims=True)


def posed(
    model: mujoco.MjModel, states: Float[np.ndarray, "frames numbers"]
) -> Iterator[mujoco.MjData]:
    """Yield the same data placed at each state in turn: positions only, no dynamics.

    A state is mjSTATE_FULLPHYSICS; what follows it in a row (commands) moves nothing.

    Raises:
        ConfigError: the rows are too short to be states of this model.
    """
    size = mujoco.mj_stateSize(model, FULL)
    if states.shape[1] < size:
        raise ConfigError(
            f"states hold {states.shape[1]} numbers but the MJCF's full state has {size}: "
            "they come from another model"
        )
    data = mujoco.MjData(model)
    for state in np.ascontiguousarray(states[:, :size], dtype=float):
        mujoco.mj_setState(model, data, state, FULL)
        mujoco.mj_kinematics(model, data)
        mujoco.mj_camlight(model, data)
        yield data


def view(
    model: mujoco.MjModel, camera: str, height: int, width: int
) -> Callable[[mujoco.MjData], tuple[Float[np.ndarray, "3"], Float[np.ndarray, "rays 3"]]]:
    """Return a function from posed data to the camera's place and its rays in the world."""
    number = camera_number(model, camera)
    rays = pixel_rays(model, number, height, width)
    turned, turn = rays, np.zeros(9)

    def look(
        data: mujoco.MjData,
    ) -> tuple[Float[np.ndarray, "3"], Float[np.ndarray, "rays 3"]]:
        nonlocal turned, turn
        if not np.array_equal(turn, data.cam_xmat[number]):  # most cameras stand still
            turn = data.cam_xmat[number].copy()
            turned = rays @ turn.reshape(3, 3).T
        return data.cam_xpos[number].copy(), turned

    return look
