"""Films for people: OpenGL without a screen where it works, else our own ray casting."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import mujoco
import numpy as np
from jaxtyping import Float, UInt8

from looksgood.worlds.grasp.rays import FULL, camera_number
from looksgood.worlds.grasp.shaded import shaded

RAY_CASTING = "ray casting"
PATIENCE_SECONDS = 600.0
"""A driver that hangs counts as one that does not work."""

Frames = UInt8[np.ndarray, "frames height width 3"]


def frames_rgb(
    model: mujoco.MjModel,
    states: Float[np.ndarray, "frames numbers"],
    camera: str,
    height: int,
    width: int,
    *,
    shadow: bool | None = None,
) -> tuple[Frames, str]:
    """Return what `camera` sees at each state, in colour, and what drew it.

    Tried in turn: EGL, OSMesa (elsewhere than on Linux the system's own OpenGL), ray casting;
    what worked first is kept to. The variable MUJOCO_GL names the only one to try, or with
    `disable` none. `shadow` draws what light from above casts; if not said, the model's lights
    say, so that a film shows the cues that raters have.

    Raises:
        ConfigError: the MJCF lacks the camera, or the states are another model's.
    """
    camera_number(model, camera)
    if shadow is None:
        shadow = bool(model.light_castshadow.any())
    chosen = renderer(os.environ.get("MUJOCO_GL", ""))
    if chosen != RAY_CASTING:
        pictures = _by_opengl(chosen, model, states, camera, height, width, shadow)
        if pictures is not None:
            return pictures, chosen
    return shaded(model, states, camera, height, width, shadow=shadow), RAY_CASTING


@cache
def renderer(wished: str) -> str:
    """Return the first that draws a trial picture: "egl", "osmesa" … or "ray casting"."""
    trial = mujoco.MjModel.from_xml_string(
        "<mujoco><worldbody><camera name='eye' pos='0 0 1'/><geom size='.1'/></worldbody></mujoco>"
    )
    state = np.zeros((1, mujoco.mj_stateSize(trial, FULL)))
    for candidate in _candidates(wished):
        if _by_opengl(candidate, trial, state, "eye", 16, 16, True) is not None:
            return candidate
    return RAY_CASTING


def _candidates(wished: str) -> tuple[str, ...]:
    if wished:
        off = wished.lower() in ("disable", "disabled", "off", "false", "0")
        return () if off else (wished.lower(),)
    return {"linux": ("egl", "osmesa"), "darwin": ("cgl",), "win32": ("wgl",)}.get(sys.platform, ())


def _by_opengl(
    gl: str,
    model: mujoco.MjModel,
    states: Float[np.ndarray, "frames numbers"],
    camera: str,
    height: int,
    width: int,
    shadow: bool,
) -> Frames | None:
    """Draw in a process of its own; None where that fails, for whatever reason."""
    with TemporaryDirectory(prefix="looksgood-film-") as name:
        folder = Path(name)
        mujoco.mj_saveModel(model, str(folder / "model.mjb"))
        np.savez(
            folder / "frames.npz",
            states=states,
            camera=camera,
            shadow=shadow,
            height=height,
            width=width,
        )
        command = [sys.executable, "-m", "looksgood.worlds.grasp.offscreen", name]
        environment = {**os.environ, "MUJOCO_GL": gl}
        environment.pop("PYOPENGL_PLATFORM", None)  # MuJoCo sets it to what MUJOCO_GL says
        try:
            subprocess.run(
                command, env=environment, check=True, capture_output=True, timeout=PATIENCE_SECONDS
            )
            return np.load(folder / "pictures.npy")
        except (subprocess.SubprocessError, OSError):
            return None
