"""Rewards that nobody's comparisons made: one at random, and the truth itself."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import NotFinite
from looksgood.rewards.clips.ensemble import ClipEnsemble

GoldOf = Callable[[Float[np.ndarray, "frames numbers"]], Float[np.ndarray, " frames"]]
"""The truth about each frame, from its state."""


class RandomFrameReward:
    """A fixed random function of observations: what optimising nothing in particular does.

    Inputs are normalised on the first frames it is standardised on and never again: else the
    function would move with the policy.
    """

    def __init__(self, ensemble: ClipEnsemble) -> None:
        self.ensemble = ensemble
        self._started = False

    def score(
        self,
        observations: Float[np.ndarray, "frames features"],
        states: Float[np.ndarray, "frames numbers"] | None = None,
    ) -> Float[np.ndarray, " frames"]:
        """Return the random reward, standardised."""
        return self.ensemble.score(observations, states)

    def standardise(
        self,
        observations: Float[np.ndarray, "frames features"],
        states: Float[np.ndarray, "frames numbers"] | None = None,
    ) -> None:
        """Make `score` have mean 0 and sd 1 on these frames."""
        if not self._started:
            self.ensemble.normalise_inputs(observations)
            self._started = True
        self.ensemble.standardise(observations, states)

    def state(self) -> dict[str, Tensor]:
        """Return everything a resumed run needs, as named tensors."""
        return self.ensemble.state() | {"started": torch.tensor(self._started)}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Continue from `state`."""
        self.ensemble.restore(state)
        self._started = bool(state["started"])


class GoldFrameReward:
    """The truth about each frame, standardised like every other reward. Nothing is learned."""

    def __init__(self, gold: GoldOf) -> None:
        self.gold = gold
        self._mean, self._sd = 0.0, 1.0

    def score(
        self,
        observations: Float[np.ndarray, "frames features"],  # noqa: ARG002 - looks at states only
        states: Float[np.ndarray, "frames numbers"],
    ) -> Float[np.ndarray, " frames"]:
        """Return standardised gold."""
        return (self.gold(states) - self._mean) / self._sd

    def standardise(
        self,
        observations: Float[np.ndarray, "frames features"],  # noqa: ARG002 - looks at states only
        states: Float[np.ndarray, "frames numbers"],
    ) -> None:
        """Make `score` have mean 0 and sd 1 on these frames; where gold is constant, sd stays.

        A truth may well be constant at first: a reward for holding the ball, before any hand has.

        Raises:
            NotFinite: gold is NaN or infinite.
        """
        gold = np.asarray(self.gold(states), dtype=np.float64)
        if not np.isfinite(gold).all():
            raise NotFinite(f"gold is NaN or infinite on some of {len(gold)} frames")
        sd = float(gold.std())
        self._mean, self._sd = float(gold.mean()), sd if sd > 0 else self._sd

    def state(self) -> dict[str, Tensor]:
        """Return everything a resumed run needs, as named tensors."""
        return {"scale": torch.tensor([self._mean, self._sd], dtype=torch.float64)}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Continue from `state`."""
        self._mean, self._sd = state["scale"].tolist()
