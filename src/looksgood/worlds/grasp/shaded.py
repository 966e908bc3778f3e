"""Pictures for people, drawn by ray casting where there is no OpenGL."""

import mujoco
import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from looksgood.worlds.grasp.rays import Hits, cast, posed, straight_up, view

AMBIENT, FROM_ABOVE, FROM_CAMERA = 0.5, 0.45, 0.25
"""Brightness of a surface that no lamp reaches, and what a lamp straight above and one at the
camera add to a surface that faces them."""
IN_SHADOW = 0.62
"""Brightness of the table in shadow."""
SKY = np.array([0.93, 0.95, 0.97])
GRID_METRES = 0.05
LINE_METRES = 0.0016
LINE = 0.85
"""Brightness of the table where a line is drawn."""
TABLE_METRES = 0.01
"""Lines are drawn on what is level with z = 0, not on a floor further down."""
FINER = 2
"""Rays per pixel and direction: their mean smooths edges."""

Colours = Float[np.ndarray, "rays 3"]


def shaded(
    model: mujoco.MjModel,
    states: Float[np.ndarray, "frames numbers"],
    camera: str,
    height: int,
    width: int,
    *,
    shadow: bool = True,
) -> UInt8[np.ndarray, "frames height width 3"]:
    """Return what `camera` sees at each state, in colour: matt surfaces on a table with a grid.

    Without `shadow` nothing darkens the table: that is how it looks to a rater without that cue.

    Raises:
        ConfigError: the MJCF lacks the camera, or the states are another model's.
    """
    look = view(model, camera, height * FINER, width * FINER)
    frames = np.zeros((len(states), height, width, 3), np.uint8)
    for i, data in enumerate(posed(model, states)):
        origin, rays = look(data)
        colours = _colours(model, data, origin, rays, shadow)
        fine = colours.reshape(height, FINER, width, FINER, 3)
        frames[i] = np.round(255 * fine.mean(axis=(1, 3)).clip(0, 1))
    return frames


def _colours(
    model: mujoco.MjModel,
    data: mujoco.MjData,
    origin: Float[np.ndarray, "3"],
    rays: Float[np.ndarray, "rays 3"],
    shadow: bool,
) -> Colours:
    hits = cast(model, data, origin, rays, normals=True)
    met = hits.geom >= 0
    points = origin + hits.distance[:, None] * rays
    colours = np.where(met[:, None], _paint(model)[hits.geom] * _light(hits, rays), SKY)
    table = np.flatnonzero(met & (model.body_weldid[model.geom_bodyid[hits.geom]] == 0))
    colours[table[_on_line(points[table])]] *= LINE
    if shadow:
        dark = straight_up(model, data, points[table]) >= 0
        colours[table[dark]] *= IN_SHADOW
    return colours


def _paint(model: mujoco.MjModel) -> Float[np.ndarray, "geoms 3"]:
    """Return each geom's own colour, or its material's where it has one."""
    material: Int[np.ndarray, " geoms"] = model.geom_matid
    if not model.nmat:
        return model.geom_rgba[:, :3].astype(float)
    has_one = (material >= 0)[:, None]
    return np.where(has_one, model.mat_rgba[material], model.geom_rgba)[:, :3].astype(float)


def _light(hits: Hits, rays: Float[np.ndarray, "rays 3"]) -> Float[np.ndarray, "rays 1"]:
    """Return how bright a matt surface is, by the cosine law."""
    assert hits.normal is not None
    above = hits.normal[:, 2].clip(0)
    ahead = -(hits.normal * rays).sum(axis=1).clip(None, 0)
    return (AMBIENT + FROM_ABOVE * above + FROM_CAMERA * ahead)[:, None]


def _on_line(points: Float[np.ndarray, "rays 3"]) -> Bool[np.ndarray, " rays"]:
    aside = np.abs((points[:, :2] + GRID_METRES / 2) % GRID_METRES - GRID_METRES / 2)
    near = aside < LINE_METRES / 2
    return (near[:, 0] | near[:, 1]) & (points[:, 2] > -TABLE_METRES)
