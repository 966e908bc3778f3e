"""What raters see: a label for each pixel, by exact ray casting. No OpenGL is needed."""

from collections.abc import Sequence

import mujoco
import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from looksgood.core.control import Label
from looksgood.core.errors import ConfigError
from looksgood.worlds.grasp.rays import cast, posed, straight_up, view

LABELS = {
    "ball": Label.BALL,
    "left": Label.LEFT_FINGER,
    "right": Label.RIGHT_FINGER,
    "palm": Label.PALM,
}
"""The label of each body, and of every body that hangs on it and has none of its own."""

Rays = Float[np.ndarray, "rays 3"]


def labels(
    model: mujoco.MjModel,
    states: Float[np.ndarray, "frames numbers"],
    cameras: Sequence[str],
    pixels: int,
    shadow: bool,
) -> UInt8[np.ndarray, "frames cameras pixels pixels"]:
    """Return what each camera sees at each state: a `Label` for each pixel of a square picture.

    A pixel shows the surface nearest to the camera along the ray through its middle; the table
    and the void are NOTHING. With `shadow`, light falls straight down, and a point of the table is
    in the shadow of whatever is first above it.

    Raises:
        ConfigError: the MJCF lacks a body or a camera, or the states are another model's.
    """
    of_geom = geom_labels(model)
    views = [view(model, name, pixels, pixels) for name in cameras]
    pictures = np.zeros((len(states), len(views), pixels * pixels), np.uint8)
    see = _with_shadows if shadow else _plain
    for frame, data in enumerate(posed(model, states)):
        for place, look in enumerate(views):
            pictures[frame, place] = see(model, data, of_geom, *look(data))
    return pictures.reshape(len(states), len(views), pixels, pixels)


def geom_labels(model: mujoco.MjModel) -> UInt8[np.ndarray, " geoms"]:
    """Return the label of each geom: that of the nearest labelled body it hangs on.

    Raises:
        ConfigError: a body that raters judge is missing.
    """
    of_body = np.zeros(model.nbody, np.uint8)
    for name, label in LABELS.items():
        body = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY, name)
        if body < 0:
            raise ConfigError(f"the MJCF lacks the body {name!r}; needed: {', '.join(LABELS)}")
        of_body[body] = label
    for body in range(1, model.nbody):  # parents come before their children
        of_body[body] = of_body[body] or of_body[model.body_parentid[body]]
    return of_body[model.geom_bodyid]


def _plain(
    model: mujoco.MjModel,
    data: mujoco.MjData,
    of_geom: UInt8[np.ndarray, " geoms"],
    origin: Float[np.ndarray, "3"],
    rays: Rays,
) -> UInt8[np.ndarray, " rays"]:
    # most rays pass by everything that has a label: they need not be followed
    picture = np.zeros(len(rays), np.uint8)
    near = _may_meet(model, data, np.flatnonzero(of_geom), origin, rays)
    geom = cast(model, data, origin, rays[near]).geom
    picture[near] = np.where(geom >= 0, of_geom[geom], Label.NOTHING)
    return picture


def _may_meet(
    model: mujoco.MjModel,
    data: mujoco.MjData,
    geoms: Int[np.ndarray, " some"],
    origin: Float[np.ndarray, "3"],
    rays: Rays,
) -> Bool[np.ndarray, " rays"]:
    """Return which rays pass through the bounding sphere of any of `geoms`."""
    away = data.geom_xpos[geoms] - origin
    distance = np.linalg.norm(away, axis=1)
    # a ray meets a sphere of radius r at distance d where its angle is below asin(r / d)
    sine = np.minimum(model.geom_rbound[geoms] / distance, 1)
    cosine = np.where(sine < 1, np.sqrt(1 - sine**2), -1) - 1e-9
    return ((away / distance[:, None]) @ rays.T >= cosine[:, None]).any(axis=0)


def _with_shadows(
    model: mujoco.MjModel,
    data: mujoco.MjData,
    of_geom: UInt8[np.ndarray, " geoms"],
    origin: Float[np.ndarray, "3"],
    rays: Rays,
) -> UInt8[np.ndarray, " rays"]:
    hits = cast(model, data, origin, rays)
    picture = np.where(hits.geom >= 0, of_geom[hits.geom], Label.NOTHING).astype(np.uint8)
    on_table = np.flatnonzero((hits.geom >= 0) & (picture == Label.NOTHING))
    points = origin + hits.distance[on_table, None] * rays[on_table]
    above = straight_up(model, data, points)
    what = np.where(above >= 0, of_geom[above], Label.NOTHING)
    picture[on_table[what != Label.NOTHING]] = Label.HAND_SHADOW
    picture[on_table[what == Label.BALL]] = Label.BALL_SHADOW
    return picture
