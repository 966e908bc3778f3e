"""A MuJoCo task of gymnasium, stepped by its vector environment; gold is the task's own return."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import gymnasium
import numpy as np
import torch
from gymnasium.envs.mujoco import MujocoEnv
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from jaxtyping import Float, UInt8

from looksgood.core.control import Clips, Episodes
from looksgood.core.errors import ConfigError, NotFinite
from looksgood.core.records import Channels
from looksgood.core.seeds import Seed

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "Hopper-v5": {"terminate_when_unhealthy": False},  # an ending would leak the reward
}


class GymTask:
    """A state is one number: the task's reward of the frame, 0 at the first, which has none.

    An observation is the task's own with the commands that led to it behind (0 at the first
    frame): the task charges for commands, and r̂, which sees observations alone, must see what is
    charged for. A clip's `return` is the sum over the frames that it keeps, not over those between.
    """

    cameras: tuple[str, ...] = ()

    def __init__(self, task: str, steps: int) -> None:
        self.name, self.steps = task, steps
        self.weights: Mapping[str, float] = {"return": 1.0}
        self._free: dict[int, list[SyncVectorEnv]] = defaultdict(list)
        body = self._made(1).envs[0].unwrapped
        assert isinstance(body, MujocoEnv)
        self.motors = body.model.nu
        self.features = len(body.reset()[0]) + self.motors
        self.action_seconds = float(body.dt)

    def start(self, bodies: int, seed: Seed) -> "GymSimulation":
        """Return `bodies` fresh episodes at their first frame."""
        free = self._free[bodies]
        envs = free.pop() if free else self._made(bodies)
        return GymSimulation(envs, self.steps, seed, done=free.append)

    def channels(self, clips: Clips) -> Channels:
        """Return the true return of each clip."""
        values = torch.from_numpy(clips.states.sum(1)).float()
        return Channels(("return",), values)

    def outcome(self, episodes: Episodes) -> Mapping[str, Float[np.ndarray, " episodes"]]:
        """Return the return of each whole episode, undiscounted, as gold."""
        return {"gold": episodes.states[:, 1:, 0].sum(1)}

    def pictures(
        self, states: Float[np.ndarray, "frames numbers"], cameras: Sequence[str]
    ) -> UInt8[np.ndarray, "frames cameras height width"]:
        """Refuse: nobody can look at this world.

        Raises:
            ConfigError: always.
        """
        raise self._unseen(cameras, len(states))

    def film(
        self, states: Float[np.ndarray, "frames numbers"], camera: str, pixels: int
    ) -> tuple[UInt8[np.ndarray, "frames height width 3"], str]:
        """Refuse likewise: a state is a reward, from which nothing can be drawn.

        Raises:
            ConfigError: always.
        """
        del pixels
        raise self._unseen((camera,), len(states))

    def _unseen(self, cameras: Sequence[str], frames: int) -> ConfigError:
        return ConfigError(
            f"the world {self.name} has no cameras, so {list(cameras)} of {frames} frames "
            "cannot be pictured; use a rater that is handed the truth"
        )

    def _made(self, bodies: int) -> SyncVectorEnv:
        settings = SETTINGS.get(self.name, {})

        def one() -> gymnasium.Env:
            # -1: no time limit of its own, the simulation counts
            return gymnasium.make(
                self.name, max_episode_steps=-1, disable_env_checker=True, **settings
            )

        return SyncVectorEnv([one] * bodies, autoreset_mode=AutoresetMode.DISABLED)


class GymSimulation:
    """Bodies in gymnasium's vector environment, which goes back to its world when all is done."""

    def __init__(
        self,
        envs: SyncVectorEnv,
        steps: int,
        seed: Seed,
        done: Callable[[SyncVectorEnv], None],
    ) -> None:
        """Reset `envs`, every body from a seed of its own."""
        self._envs, self._steps, self._done, self._taken = envs, steps, done, 0
        seeds: list[int | None] = [seed.child(body).number for body in range(envs.num_envs)]
        observations, _ = envs.reset(seed=seeds)
        self.observations: Float[np.ndarray, "bodies features"] = np.concatenate(
            [observations, np.zeros(envs.action_space.shape or ())], 1
        )
        self.states: Float[np.ndarray, "bodies numbers"] = np.zeros((envs.num_envs, 1))

    def step(self, actions: Float[np.ndarray, "bodies motors"]) -> None:
        """Move on by one action each; commands are clipped to [−1, 1].

        Raises:
            NotFinite: the simulation became unstable; names the body and the step.
            ValueError: the episodes are over.
        """
        if self._taken == self._steps:
            raise ValueError(f"the episodes are over after {self._steps} steps: start new ones")
        commands = np.clip(actions, -1, 1).astype(np.float32)
        observations, rewards, *_ = self._envs.step(commands)
        fine = np.isfinite(observations).all(1) & np.isfinite(rewards)
        if not fine.all():
            raise NotFinite(f"body {int(fine.argmin())} became unstable at step {self._taken}")
        self.observations = np.concatenate([observations, commands], 1)
        self.states = rewards[:, None].copy()
        self._taken += 1
        if self._taken == self._steps:
            self._done(self._envs)
