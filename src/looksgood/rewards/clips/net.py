"""Several small networks of one shape, evaluated as one batched network."""

from itertools import pairwise

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from looksgood.core.seeds import Seed

LEAK = 0.01


class MemberNets(nn.Module):
    """Each member maps an observation to one number through leaky ReLU layers.

    Weights of all members lie in one tensor per layer, so a batched product serves all at once.
    They start as torch's linear layers do: uniform within ±1/√inputs.
    """

    def __init__(self, members: int, features: int, hidden: int, layers: int, seed: Seed) -> None:
        super().__init__()
        draw = seed.torch()
        widths = [features, *[hidden] * layers, 1]
        self.weights = nn.ParameterList()
        self.biases = nn.ParameterList()
        for inputs, outputs in pairwise(widths):
            for held, rows in ((self.weights, inputs), (self.biases, 1)):
                uniform = 2 * torch.rand(members, rows, outputs, generator=draw) - 1
                held.append(nn.Parameter(uniform / inputs**0.5))

    def forward(
        self, inputs: Float[Tensor, "members rows features"]
    ) -> Float[Tensor, "members rows"]:
        """Return each member's number for each of its own rows."""
        x, last = inputs, len(self.weights) - 1
        for i, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = torch.baddbmm(bias, x, weight)
            if i < last:
                x = F.leaky_relu(x, LEAK)
        return x.squeeze(-1)
