"""A policy that moves bodies: a Gaussian around a small network's answer, kept as plain tensors."""

from collections.abc import Mapping

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.seeds import Seed

LOG_SD = "log_sd"


class GaussianController:
    """Commands are drawn from N(μ(observation), sd²), each motor by itself, then cut to [−1, 1].

    μ is a network of tanh layers; sd is the same everywhere. Frozen: training makes new ones.
    """

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        """Take `<i>.weight` (outputs × inputs) and `<i>.bias` of each layer i, and `log_sd`."""
        self.weights = {name: tensor.detach().clone() for name, tensor in weights.items()}
        self._layers = (len(self.weights) - 1) // 2

    def act(
        self, observations: Float[np.ndarray, "bodies features"], seed: Seed
    ) -> Float[np.ndarray, "bodies motors"]:
        """Draw an action for each body."""
        return np.clip(self.draw(observations, seed), -1, 1)

    def draw(
        self, observations: Float[np.ndarray, "bodies features"], seed: Seed
    ) -> Float[np.ndarray, "bodies motors"]:
        """Draw as `act` does, before commands are cut: what the density speaks of."""
        mean = self._mean(observations)
        noise = torch.randn(mean.shape, generator=seed.torch())
        return (mean + self.weights[LOG_SD].exp() * noise).numpy()

    def _mean(self, observations: Float[np.ndarray, "bodies features"]) -> Tensor:
        x = torch.from_numpy(np.asarray(observations, dtype=np.float32))
        for i in range(self._layers):
            x = torch.nn.functional.linear(
                x, self.weights[f"{i}.weight"], self.weights[f"{i}.bias"]
            )
            if i < self._layers - 1:
                x = torch.tanh(x)
        return x
