"""Best-of-n from one pool of base samples: every n at once, and its exact KL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.ops.best_of_n import best_of_n_weights
from looksgood.ops.best_of_n_kl import best_of_n_kl_nats, tie_class_shares
from looksgood.optimizers.pool_means import pool_means


@dataclass(frozen=True, slots=True)
class BestOfN:
    """The best by proxy of n samples, estimated without drawing again from a pool per prompt."""

    ns: tuple[int, ...]
    weights: Float[Tensor, "prompts ns pool"]
    kl_nats: Float[Tensor, "prompts ns"]
    """Exact for the pool's tie classes; ln n − (n−1)/n where no two responses tie."""

    @classmethod
    def from_pool(cls, proxy: Float[Tensor, "prompts pool"], ns: Sequence[int]) -> "BestOfN":
        """Rank the pools by proxy.

        Raises:
            TooFew: an n exceeds the pool.
        """
        kl = [[best_of_n_kl_nats(tie_class_shares(row), n) for n in ns] for row in proxy]
        weights = best_of_n_weights(proxy.double(), ns)
        return cls(tuple(ns), weights, torch.tensor(kl, dtype=torch.float64))

    def means(
        self, scores: Mapping[str, Float[Tensor, " responses"]]
    ) -> list[dict[str, Float[Tensor, " prompts"]]]:
        """Return, for each n, every score's mean per prompt under best-of-n."""
        return pool_means(self.weights, self.kl_nats, scores)
