"""The KL-optimal frontier of r̂, from a pool of base samples: what the least KL could buy."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.ops.tilt import tilted_policy

LEAST_EFFECTIVE = 30.0
"""Effective samples per prompt (harmonic mean) below which a tilt is not reported. KL and scores of
a self-normalised estimate are biased by the order of 1/effective samples, and prompts do not
average that away."""
EFFECTIVE = "channel.effective_samples"

Columns = dict[str, Float[Tensor, " prompts"]]


def frontier_points(
    scores: Mapping[str, Float[Tensor, " responses"]], k: int, betas: Sequence[float]
) -> list[tuple[float, Columns]]:
    """Return, for each penalty β that the pool can tell, what π_β ∝ π₀ e^{r̂/β} does, by prompt.

    `scores` hold `proxy` (base sd), which is tilted by, and whatever else is averaged; k responses
    per prompt. Every prompt is tilted by the same β: of all policies of that mean KL these have
    the highest mean proxy. Columns are those of `scores`, `kl` (nats) and `EFFECTIVE` (1/Σw²).
    An estimate, blind to what the pool does not hold. Penalties are tried from the strongest on;
    from the first that leaves fewer than `LEAST_EFFECTIVE` samples nothing is returned.

    Source: math.md §A; Korbak et al. (2022), arXiv:2205.11275 §2, for the optimum; Owen (2013),
    Monte Carlo theory §9.2, for the weights.

    Raises:
        ValueError: a penalty is 0, or a score is not finite.
    """
    if any(beta <= 0 for beta in betas):
        raise ValueError("a frontier's penalty is above 0: without one it is the best response")
    tables = {name: score.double().reshape(-1, k).numpy() for name, score in scores.items()}
    equal = np.full(k, 1 / k)
    found: list[tuple[float, Columns]] = []
    for beta in sorted(betas, reverse=True):
        tilted = [tilted_policy(equal, row, 1 / beta) for row in tables["proxy"]]
        weights = np.stack([one.probs for one in tilted])
        effective = 1 / (weights**2).sum(1)
        if 1 / (1 / effective).mean() < LEAST_EFFECTIVE:
            break
        columns = {"kl": torch.tensor([one.kl_nats for one in tilted], dtype=torch.float64)}
        columns |= {
            name: torch.from_numpy((weights * table).sum(1)) for name, table in tables.items()
        }
        found.append((beta, columns | {EFFECTIVE: torch.from_numpy(effective)}))
    return found
