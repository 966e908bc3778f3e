"""Draws frames with OpenGL in a process of its own: `python -m looksgood.worlds.grasp.offscreen`.

MuJoCo chooses its OpenGL when it is first imported, and a driver may crash: neither must touch a
process that simulates. In: a folder with `model.mjb` and `frames.npz`; out: `pictures.npy` there.
"""

import sys
from pathlib import Path

import mujoco
import numpy as np
from jaxtyping import Float, UInt8

from looksgood.worlds.grasp.rays import posed

SHADOW_TEXELS = 1024


def draw(
    model: mujoco.MjModel,
    states: Float[np.ndarray, "frames numbers"],
    camera: str,
    height: int,
    width: int,
    shadow: bool,
) -> UInt8[np.ndarray, "frames height width 3"]:
    """Return what `camera` sees at each state, in colour, by MuJoCo's own renderer."""
    # the offscreen buffer is as large as the MJCF says, which is no business of ours
    model.vis.global_.offheight = max(height, model.vis.global_.offheight)
    model.vis.global_.offwidth = max(width, model.vis.global_.offwidth)
    # without a graphics card, shadows as sharp as MuJoCo's default of 4096 take most of the time
    model.vis.quality.shadowsize = min(SHADOW_TEXELS, model.vis.quality.shadowsize)
    model.light_castshadow[:] = shadow
    frames = np.zeros((len(states), height, width, 3), np.uint8)
    with mujoco.Renderer(model, height, width) as renderer:
        for i, data in enumerate(posed(model, states)):
            renderer.update_scene(data, camera)
            frames[i] = renderer.render()
    return frames


def main(folder: Path) -> None:
    """Draw what `folder` asks for."""
    model = mujoco.MjModel.from_binary_path(str(folder / "model.mjb"))
    with np.load(folder / "frames.npz") as asked:
        pictures = draw(
            model,
            asked["states"],
            str(asked["camera"]),
            int(asked["height"]),
            int(asked["width"]),
            bool(asked["shadow"]),
        )
    np.save(folder / "pictures.npy", pictures)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
