"""The world `grasp` as a gymnasium environment of the usual kind: one hand, one MjData.

It gives the same observations and does nothing else: no reward, no rendering, no time limit. Free
of torch, since gymnasium's AsyncVectorEnv starts a process for each hand.
"""

import time
from typing import Any

import gymnasium
import mujoco
import numpy as np
from gymnasium.spaces import Box

from looksgood.worlds.grasp.scene import FULL, PHYSICS_STEPS, load_scene
from looksgood.worlds.grasp.simulation import FEATURES, UNITS


class GraspEnv(gymnasium.Env):
    """Starts from `state`, always."""

    def __init__(self, state: np.ndarray) -> None:
        self._scene = load_scene(None, "cupped", shadow=False)
        self._start = np.ascontiguousarray(state[: self._scene.full])
        self._data = mujoco.MjData(self._scene.model)
        self.observation_space = Box(-np.inf, np.inf, (FEATURES,), np.float64)
        self.action_space = Box(-1, 1, (self._scene.model.nu,), np.float64)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Go back to the start."""
        super().reset(seed=seed, options=options)
        mujoco.mj_resetData(self._scene.model, self._data)
        mujoco.mj_setState(self._scene.model, self._data, self._start, FULL)
        return self._observed(), {}

    def step(self, action: np.ndarray) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Take one action."""
        self._data.ctrl[:] = np.clip(action, -1, 1)
        mujoco.mj_step(self._scene.model, self._data, nstep=PHYSICS_STEPS)
        return self._observed(), 0.0, False, False, {}

    def cpu_seconds(self) -> float:
        """Return the CPU time of this environment's process so far."""
        return time.process_time()

    def _observed(self) -> np.ndarray:
        qpos, qvel = self._data.qpos, self._data.qvel
        # scene.xml puts the ball first, then the hand, then its fingers
        ball, hand = qpos[0:3], qpos[7:10]
        parts = [hand - ball, hand, ball, qpos[10:12], qvel[6:9], qvel[0:3], qvel[9:11]]
        return np.concatenate(parts) / UNITS
