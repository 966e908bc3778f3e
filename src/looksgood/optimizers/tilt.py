"""The KL-optimal policy from a pool of base samples: π_β ∝ π₀ e^{r̂/β}, the pool for π₀."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.ops.tilt import tilted_policy
from looksgood.optimizers.pool_means import pool_means

LEAST_EFFECTIVE = 30.0
"""Effective samples per prompt (harmonic mean) below which the frontier is not told. KL and scores
of a self-normalised estimate are biased by the order of 1/effective samples, and prompts do not
average that away."""
EFFECTIVE = "channel.effective_samples"

Columns = dict[str, Float[Tensor, " prompts"]]


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
        _refuse_no_penalty(betas)
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

    @property
    def effective_samples(self) -> Float[Tensor, "prompts betas"]:
        """Return 1/Σw²: of how many samples the weights are worth (Owen 2013, §9.3)."""
        return 1 / (self.weights**2).sum(-1)

    def means(self, scores: Mapping[str, Float[Tensor, " responses"]]) -> list[Columns]:
        """Return, for each penalty, every score's mean per prompt under its policy."""
        return pool_means(self.weights, self.kl_nats, scores)


def frontier_points(
    scores: Mapping[str, Float[Tensor, " responses"]], k: int, betas: Sequence[float]
) -> list[tuple[float, Columns]]:
    """Return, for each penalty β that the pool can tell, what π_β ∝ π₀ e^{r̂/β} does, by prompt.

    `scores` hold `proxy` (base sd), which is tilted by, and whatever else is averaged; k responses
    per prompt. Every prompt is tilted by the same β: of all policies of that mean KL these have
    the highest mean proxy. Columns are those of `scores`, `kl` (nats) and `EFFECTIVE`.
    An estimate, blind to what the pool does not hold. Penalties are tried from the strongest on;
    from the first that leaves fewer than `LEAST_EFFECTIVE` samples nothing is returned.

    Source: Korbak et al. (2022), arXiv:2205.11275 §2, for the optimum; Owen (2013),
    Monte Carlo theory §9.2, for the weights.

    Raises:
        ValueError: a penalty is not positive, or a score is NaN.
    """
    _refuse_no_penalty(betas)
    found: list[tuple[float, Columns]] = []
    for beta in sorted(betas, reverse=True):
        tilt = Tilt.from_pool(scores["proxy"].reshape(-1, k), (beta,))
        effective = tilt.effective_samples[:, 0]
        if 1 / float((1 / effective).mean()) < LEAST_EFFECTIVE:
            break
        [columns] = tilt.means(scores)
        found.append((beta, columns | {EFFECTIVE: effective}))
    return found


def _refuse_no_penalty(betas: Sequence[float]) -> None:
    if any(not beta > 0 for beta in betas):
        raise ValueError(
            f"betas={tuple(betas)}: a penalty is above 0; without a penalty only ∞ is optimal"
        )
