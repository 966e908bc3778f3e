"""How far best-of-n goes from the base where scores tie: the exact KL."""

import torch
from jaxtyping import Float
from torch import Tensor


def best_of_n_kl_nats(class_probs: Float[Tensor, " classes"], n: int) -> Float[Tensor, ""]:
    """Return the exact KL(best-of-n ‖ base) for discrete rewards, ties broken at random.

    `class_probs` are base probabilities of each reward value, worst first. With F the cumulative
    sum, class c is chosen with F_c^n − F_{c−1}^n, and within a class best-of-n is the base. It
    never exceeds `best_of_n_kl_bound_nats`, nor −log of the best class's probability.

    Raises:
        ValueError: n is below 1, or the probabilities are negative or do not sum to 1.
    """
    if n < 1:
        raise ValueError(f"n={n}: the best of none does not exist")
    base = class_probs.double()
    if (base < 0).any() or abs(float(base.sum()) - 1) > 1e-6:
        raise ValueError(f"class probabilities sum to {float(base.sum()):.6g}: they must sum to 1")
    base = base / base.sum()
    below = torch.cat([base.new_zeros(1), base.cumsum(0)[:-1]])
    # from the ratio below/here by expm1 and log1p: F^n - (F - p)^n cancels for rare classes
    here = below + base
    log_chosen = n * here.log() + torch.log(-torch.expm1(n * torch.log1p(-base / here)))
    chosen = log_chosen.exp()
    terms = chosen * (log_chosen - base.log())
    # at n = 1 rounding may leave −1e-16
    return terms.masked_fill((base == 0) | (chosen == 0), 0.0).sum().clamp(min=0)


def tie_class_shares(proxy: Float[Tensor, " pool"]) -> Float[Tensor, " classes"]:
    """Return the share of the pool at each distinct proxy score, worst first.

    As `class_probs` these give the KL of drawing from the pool itself, at most log of its size:
    an estimate from below where n is not far smaller than the pool.
    """
    _, counts = proxy.unique(return_counts=True)
    return counts.double() / len(proxy)
