"""The KL-optimal policy from a pool of base samples: π_β ∝ π₀ e^{r̂/β}, the pool for π₀."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.ops.tilt import tilted_policy
from looksgood.optimizers.pool_means import pool_means


@dataclass(frozen=True, slots=True)
class Tilt:
    """What maximises E[r̂] − β KL among policies that say nothing the pool does not hold.

    Exact for the pool, of which its KL is measured too: at most log(pool). No training comes
    nearer to r̂ at the same KL, so what is lost here is lost to r̂ and not to an optimizer.

    Source: Korbak et al. (2022), arXiv:2205.11275 §2.
    """

    betas: tuple[float, ...]
    weights: Float[Tensor, "prompts betas pool"]
    kl_nats: Float[Tensor, "prompts betas"]

    @classmethod
    def from_pool(cls, proxy: Float[Tensor, "prompts pool"], betas: Sequence[float]) -> "Tilt":
        """Tilt the pool of each prompt by its proxy scores, at each penalty.

        Raises:
            ValueError: a penalty is not positive, or a score is NaN.
        """
        if any(not beta > 0 for beta in betas):
            raise ValueError(f"betas={tuple(betas)}: without a penalty nothing is optimal but ∞")
        pool = proxy.shape[1]
        base = np.full(pool, 1 / pool)
        tilted = [
            [tilted_policy(base, row, 1 / b) for b in betas] for row in proxy.double().numpy()
        ]
        return cls(
            tuple(betas),
            torch.from_numpy(np.array([[one.probs for one in row] for row in tilted])),
            torch.tensor([[one.kl_nats for one in row] for row in tilted], dtype=torch.float64),
        )

    def means(
        self, scores: Mapping[str, Float[Tensor, " responses"]]
    ) -> list[dict[str, Float[Tensor, " prompts"]]]:
        """Return, for each penalty, every score's mean per prompt under its policy."""
        return pool_means(self.weights, self.kl_nats, scores)
