"""Many hands at once, each with its own ball: what happens, and what a policy sees of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import mujoco
import numpy as np
from jaxtyping import Bool, Float
from mujoco.rollout import Rollout

from looksgood.core.errors import NotFinite
from looksgood.core.seeds import Seed
from looksgood.worlds.grasp.scene import MOTORS, PHYSICS_SECONDS, PHYSICS_STEPS, Scene

FEATURES = 19
METRES, RADIANS, METRES_PER_SECOND, RADIANS_PER_SECOND = 0.1, 0.5, 0.25, 2.0
"""The units of an observation; 0.25 m/s is the hand's top speed."""
UNITS = np.repeat([METRES, RADIANS, METRES_PER_SECOND, RADIANS_PER_SECOND], [9, 2, 6, 2])

HAND_X, HAND_Z, BALL_XY = (-0.08, 0.08), (0.20, 0.34), (-0.06, 0.06)
HAND_Y = {"shoulder": (-0.26, -0.06), "above": (-0.18, 0.10)}
"""Where hand and ball may start, in metres: over the shoulder is between camera and ball."""
FINGERS_START = -0.3
"""Radians; open."""


class GraspSimulation:
    """Episodes side by side through `mujoco.rollout`, which keeps nothing between two calls."""

    def __init__(
        self, scene: Scene, states: Float[np.ndarray, "bodies numbers"], threads: int = 1
    ) -> None:
        self.scene = scene
        self.states = states
        self.observations = observe(scene, states)
        self._physics = Physics(scene, threads)
        self._taken = 0

    def step(self, actions: Float[np.ndarray, "bodies motors"]) -> None:
        """Move on by one action each; commands are clipped to [−1, 1].

        Raises:
            NotFinite: the simulation became unstable; names the body and the step.
        """
        if not np.isfinite(actions).all():
            body = int((~np.isfinite(actions)).any(1).argmax())
            raise NotFinite(f"body {body} was given a command that is no number at {self._when}")
        commands = np.clip(actions, -1, 1).astype(float)
        held = np.repeat(commands[:, None], PHYSICS_STEPS, axis=1)
        after, stable = self._physics.roll(self.states, held)
        if not stable.all():
            raise NotFinite(f"body {int((~stable).argmax())} became unstable at {self._when}")
        self.states = after
        self.observations = observe(self.scene, after)
        self._taken += 1

    @property
    def _when(self) -> str:
        return f"step {self._taken}"


class Physics:
    """Moves many states on by physics steps, with the commands of each."""

    def __init__(self, scene: Scene, threads: int = 1) -> None:
        self.scene = scene
        self._data = [mujoco.MjData(scene.model) for _ in range(threads)]
        self._rollout = Rollout(nthread=threads if threads > 1 else 0)

    def roll(
        self,
        states: Float[np.ndarray, "bodies numbers"],
        commands: Float[np.ndarray, "bodies steps motors"],
    ) -> tuple[Float[np.ndarray, "bodies numbers"], Bool[np.ndarray, " bodies"]]:
        """Return the last states, and which of them came there without a breakdown."""
        full = self.scene.full
        before = np.ascontiguousarray(states[:, :full], dtype=float)
        with _no_log():
            path, _ = self._rollout.rollout(
                self.scene.model, self._data, before, np.ascontiguousarray(commands)
            )
        after = np.asarray(path)[:, -1]
        # MuJoCo resets what is unstable, or stands still: its clock then shows another time
        expected = before[:, 0] + commands.shape[1] * PHYSICS_SECONDS
        stable = np.isfinite(after).all(1) & np.isclose(after[:, 0], expected, atol=1e-6)
        return np.concatenate([after, commands[:, -1]], axis=1), stable


@contextmanager
def _no_log() -> Iterator[None]:
    """Within, MuJoCo does not write MUJOCO_LOG.TXT where somebody works: we raise instead."""
    before = mujoco.get_mju_user_warning()
    mujoco.set_mju_user_warning(lambda _: None)
    try:
        yield
    finally:
        mujoco.set_mju_user_warning(before)


def observe(
    scene: Scene, states: Float[np.ndarray, "bodies numbers"]
) -> Float[np.ndarray, "bodies 19"]:
    """Return what a policy sees: numbers about 1 in size.

    By column: 0-2 hand minus ball, 3-5 hand, 6-8 ball (x, y, z; in 0.1 m; the hand's place is
    its palm's); 9-10 angles of left and right finger (in 0.5 rad; positive is closed); 11-13
    velocity of the hand, 14-16 of the ball (in 0.25 m/s); 17-18 of the fingers (in 2 rad/s).
    """
    hand, ball = states[:, scene.hand], states[:, scene.ball]
    columns = [hand - ball, hand, ball, states[:, scene.fingers], states[:, scene.velocities]]
    return np.concatenate(columns, axis=1) / UNITS


def start_states(
    scene: Scene, bodies: int, home: str, seed: Seed
) -> Float[np.ndarray, "bodies numbers"]:
    """Draw first frames: the ball near the table's middle, the open hand at `home`, all at rest."""
    draw = seed.numpy()
    states = np.tile(scene.rest, (bodies, 1))
    ball_x, ball_y = scene.ball[:2]
    hand_x, hand_y, hand_z = scene.hand
    states[:, ball_x] = draw.uniform(*BALL_XY, bodies)
    states[:, ball_y] = draw.uniform(*BALL_XY, bodies)
    states[:, scene.ball[2]] = scene.radius
    states[:, hand_x] = draw.uniform(*HAND_X, bodies)
    states[:, hand_y] = draw.uniform(*HAND_Y[home], bodies)
    states[:, hand_z] = draw.uniform(*HAND_Z, bodies)
    states[:, scene.fingers] = FINGERS_START
    states[:, -len(MOTORS) :] = 0
    return states
