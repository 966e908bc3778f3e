"""Best-of-n from one pool of scored samples: every n at once, without drawing again."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import TooFew


def best_of_n_weights(
    proxy: Float[Tensor, "prompts pool"], ns: Sequence[int]
) -> Float[Tensor, "prompts ns pool"]:
    """Return how likely each pool member is the best, by proxy, of n drawn from its pool.

    Draws are without replacement and ties are broken at random. The weighted sum of any score
    over the pool is then an unbiased estimate of its mean under best-of-n, for every n up to the
    pool's size: `best_of_n_mean`. Float64.

    Source: Nakano et al. (2021), arXiv:2112.09332 App. I: E = Σ_i C(i−1, n−1)/C(N, n) g_(i).

    Raises:
        TooFew: an n exceeds the pool.
        ValueError: an n is below 1, or a proxy score is NaN.
    """
    if proxy.isnan().any():
        raise ValueError("a proxy score is NaN: there is no best among what cannot be ordered")
    by_rank = rank_weights(proxy.shape[1], ns).to(proxy.device)
    ordered, order = proxy.sort(dim=1)
    weights = torch.stack([_shared_among_ties(by_rank, row) for row in ordered])
    back = order.argsort(dim=1)[:, None, :].expand_as(weights)
    return weights.gather(2, back)


def best_of_n_mean(
    score: Float[Tensor, "prompts pool"], weights: Float[Tensor, "prompts ns pool"]
) -> Float[Tensor, "prompts ns"]:
    """Return the estimated mean of any score (proxy, rater, gold, a channel) under best-of-n."""
    return torch.einsum("pj,pnj->pn", score.to(weights.dtype), weights)


def rank_weights(pool: int, ns: Sequence[int]) -> Float[Tensor, "ns pool"]:
    """Return C(i−1, n−1)/C(N, n) for rank i = 1 (worst) … N (best); each row sums to 1.

    By w_N = n/N and w_{i−1} = w_i (i − n)/(i − 1): factorials overflow near N = 1030.

    Raises:
        TooFew: an n exceeds the pool.
        ValueError: an n is below 1.
    """
    if min(ns, default=1) < 1:
        raise ValueError(f"n={min(ns)}: the best of none does not exist")
    if max(ns, default=1) > pool:
        raise TooFew(f"best of {max(ns)} cannot be told from {pool} samples per prompt: draw more")
    n = torch.tensor(list(ns), dtype=torch.float64)
    columns = [n / pool]
    for i in range(pool, 1, -1):
        columns.append(columns[-1] * (i - n).clamp(min=0) / (i - 1))
    return torch.stack(columns[::-1], dim=1)


def _shared_among_ties(by_rank: Tensor, ordered: Tensor) -> Tensor:
    """Give members of a tie the mean weight of the ranks they share."""
    _, group, size = ordered.unique_consecutive(return_inverse=True, return_counts=True)
    totals = by_rank.new_zeros(len(by_rank), len(size)).index_add(1, group, by_rank)
    return (totals / size)[:, group]
