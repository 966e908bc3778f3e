"""The nouns of control: episodes and clips of a body that moves, and what their parts promise.

A policy here sees numbers and answers with motor commands; a response is an episode, and raters
compare clips of it. Arrays are numpy: so are simulators.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from looksgood.core.records import Channels
from looksgood.core.seeds import Seed


class Label(IntEnum):
    """What a pixel of a picture shows."""

    NOTHING = 0
    BALL = 1
    LEFT_FINGER = 2
    RIGHT_FINGER = 3
    PALM = 4
    BALL_SHADOW = 5
    HAND_SHADOW = 6


@dataclass(frozen=True, slots=True)
class Episodes:
    """Whole episodes side by side. Frame 0 is the start; action t leads from frame t to t + 1."""

    observations: Float[np.ndarray, "episodes frames features"]
    states: Float[np.ndarray, "episodes frames numbers"]
    """What the world needs to judge and to picture a frame; learners never see it."""
    actions: Float[np.ndarray, "episodes steps motors"]

    def __len__(self) -> int:
        """Count the episodes."""
        return len(self.actions)

    @property
    def steps(self) -> int:
        """Actions per episode."""
        return self.actions.shape[1]

    def clips(
        self,
        episode: Int[np.ndarray, " clips"],
        start: Int[np.ndarray, " clips"],
        steps: int,
        every: int,
    ) -> "Clips":
        """Cut clips of `steps` actions and keep each `every`-th frame, the last one always.

        `start` is the action that a clip begins with; the frame before it is not part of it.
        """
        offsets = np.arange(steps, 0, -every)[::-1]
        frames = start[:, None] + offsets
        rows = episode[:, None]
        return Clips(self.observations[rows, frames], self.states[rows, frames])

    def last(self, steps: int, every: int) -> "Clips":
        """Return the last `steps` actions of each episode as a clip."""
        every_one = np.arange(len(self))
        return self.clips(every_one, np.full(len(self), self.steps - steps), steps, every)

    def and_then(self, others: "Episodes") -> "Episodes":
        """Return these episodes and `others` behind them."""
        return Episodes(
            np.concatenate([self.observations, others.observations]),
            np.concatenate([self.states, others.states]),
            np.concatenate([self.actions, others.actions]),
        )


@dataclass(frozen=True, slots=True)
class Clips:
    """Short pieces of episodes, as frames: what raters compare and r̂ is fitted to."""

    observations: Float[np.ndarray, "clips frames features"]
    states: Float[np.ndarray, "clips frames numbers"]

    def __len__(self) -> int:
        """Count the clips."""
        return len(self.observations)

    def take(self, index: Int[np.ndarray, " chosen"]) -> "Clips":
        """Return the chosen clips."""
        return Clips(self.observations[index], self.states[index])

    def thinned(self, every: int) -> "Clips":
        """Keep each `every`-th frame, the last one always: as if cut so by `Episodes.clips`."""
        kept = np.arange(self.states.shape[1] - 1, -1, -every)[::-1]
        return Clips(self.observations[:, kept], self.states[:, kept])


@runtime_checkable
class Simulation(Protocol):
    """Many bodies at once, each in its own episode; all episodes have the same length."""

    observations: Float[np.ndarray, "bodies features"]
    """What each policy sees now."""
    states: Float[np.ndarray, "bodies numbers"]

    def step(self, actions: Float[np.ndarray, "bodies motors"]) -> None:
        """Move on by one action each; commands are clipped to [−1, 1].

        Raises:
            NotFinite: the simulation became unstable; names the body and the step.
        """
        ...


@runtime_checkable
class ControlWorld(Protocol):
    """A body, its surroundings, and the truth about what it does."""

    name: str
    features: int
    """Numbers in an observation."""
    motors: int
    """Numbers in an action, each in [−1, 1]."""
    steps: int
    """Actions per episode."""
    action_seconds: float
    """How long an action lasts."""
    weights: Mapping[str, float]
    """Points per unit of each channel of a clip: what an oracle who judges clips goes by."""
    cameras: tuple[str, ...]
    """The cameras there are; empty where the world cannot be pictured."""

    def start(self, bodies: int, seed: Seed) -> Simulation:
        """Return `bodies` fresh episodes at their first frame."""
        ...

    def channels(self, clips: Clips) -> Channels:
        """Return the true traits of each clip, from its states."""
        ...

    def outcome(self, episodes: Episodes) -> Mapping[str, Float[np.ndarray, " episodes"]]:
        """Return the truth about whole episodes by name, `gold` (the headline) among them."""
        ...

    def pictures(
        self, states: Float[np.ndarray, "frames numbers"], cameras: Sequence[str]
    ) -> UInt8[np.ndarray, "frames cameras height width"]:
        """Return what each camera sees: a `Label` for each pixel."""
        ...

    def film(
        self, states: Float[np.ndarray, "frames numbers"], camera: str, pixels: int
    ) -> tuple[UInt8[np.ndarray, "frames height width 3"], str]:
        """Return RGB pictures for people, square, and the name of what drew them."""
        ...


@runtime_checkable
class Controller(Protocol):
    """A policy that moves bodies."""

    def act(
        self, observations: Float[np.ndarray, "bodies features"], seed: Seed
    ) -> Float[np.ndarray, "bodies motors"]:
        """Draw an action for each body."""
        ...


@runtime_checkable
class FrameReward(Protocol):
    """A reward for each frame: r̂ of clips, or in a control the truth."""

    def score(
        self,
        observations: Float[np.ndarray, "frames features"],
        states: Float[np.ndarray, "frames numbers"],
    ) -> Float[np.ndarray, " frames"]:
        """Score frames, standardised. r̂ looks at observations only; gold at states only."""
        ...


@runtime_checkable
class Eye(Protocol):
    """Whoever looks at clips: what it perceives, as channels that a rater weighs."""

    def look(self, clips: Clips) -> Channels:
        """Return the traits of each clip as they appear."""
        ...


@runtime_checkable
class ControlTrainer(Protocol):
    """Optimisation of a controller in progress, one batch of episodes at a time."""

    position: int
    """Steps taken so far."""

    @property
    def policy(self) -> Controller:
        """The policy as it is now."""
        ...

    def step(self, reward: FrameReward) -> Episodes:
        """Run one batch of episodes, improve the policy on them, and return them.

        Raises:
            NotFinite: the policy or the simulation is no longer finite.
        """
        ...

    def scalars(self) -> dict[str, float]:
        """Return what the last step measured of itself."""
        ...

    def state(self) -> dict[str, Tensor]:
        """Return everything a resumed run needs, as named tensors."""
        ...

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Continue from `state`: what follows equals an unbroken run."""
        ...
