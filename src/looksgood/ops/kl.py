"""KL(policy ‖ base) per sequence, in nats: three estimators from log-probabilities, one exact sum.

All hold for responses drawn from the *policy*, and sum over response tokens: a KL of a whole
response, which grows with its length. Average them over responses; they are never clipped.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def kl_k1_nats(
    logp_policy: Float[Tensor, "samples tokens"],
    logp_base: Float[Tensor, "samples tokens"],
    is_response: Bool[Tensor, "samples tokens"],
) -> Float[Tensor, " samples"]:
    """Sum log π/π₀: unbiased, noisy; single values may be negative.

    Source: Schulman (2020), joschu.net/blog/kl-approx.html, estimator k1.
    """
    return _log_ratio(logp_policy, logp_base, is_response).sum(dim=-1)


def kl_k2_nats(
    logp_policy: Float[Tensor, "samples tokens"],
    logp_base: Float[Tensor, "samples tokens"],
    is_response: Bool[Tensor, "samples tokens"],
) -> Float[Tensor, " samples"]:
    """Sum ½ (log π/π₀)² of each token: never negative, biased beyond small KL.

    Its gradient along samples of π is that of the KL, which is what it is good for.

    Source: Schulman (2020), estimator k2.
    """
    return _log_ratio(logp_policy, logp_base, is_response).square().sum(dim=-1) / 2


def kl_k3_nats(
    logp_policy: Float[Tensor, "samples tokens"],
    logp_base: Float[Tensor, "samples tokens"],
    is_response: Bool[Tensor, "samples tokens"],
) -> Float[Tensor, " samples"]:
    """Sum ρ − 1 − log ρ of each token, ρ = π₀/π: never negative, unbiased where supports agree.

    Where π lacks support that π₀ has it is too low. A token that π₀ finds e^10 times likelier
    than π adds 22 000 nats: the variance may be infinite.

    Source: Schulman (2020), estimator k3.
    """
    log_ratio = _log_ratio(logp_policy, logp_base, is_response)
    # expm1, not exp - 1: near 0 the difference of near-equal numbers is noise
    return (torch.expm1(-log_ratio) + log_ratio).sum(dim=-1)


def kl_exact_per_position_nats(
    policy_logits: Float[Tensor, "samples tokens vocabulary"],
    base_logits: Float[Tensor, "samples tokens vocabulary"],
    is_response: Bool[Tensor, "samples tokens"],
) -> Float[Tensor, " samples"]:
    """Sum over response positions of the exact KL between the two next-token distributions.

    Unbiased for the KL of sequences (chain rule), and usually less noisy than k1: only which
    prefixes are visited is sampled. Logits may be −inf: a token that the policy excludes adds 0,
    one that only the base excludes makes the KL infinite.
    """
    # chosen by mask before any arithmetic: padding may hold anything, NaN included
    logp = policy_logits[is_response].log_softmax(dim=-1)
    logq = base_logits[is_response].log_softmax(dim=-1)
    p = logp.exp()
    # p == 0 also where it underflowed: 0 × inf would be NaN
    each = (p * (logp - logq).masked_fill(p == 0, 0.0)).sum(dim=-1)
    tokens = torch.zeros(is_response.shape, dtype=each.dtype, device=each.device)
    return tokens.masked_scatter(is_response, each).sum(dim=-1)


def _log_ratio(logp_policy: Tensor, logp_base: Tensor, is_response: Tensor) -> Tensor:
    # masked_fill, not a product: padding may hold -inf, and -inf - -inf is NaN
    return (logp_policy - logp_base).masked_fill(~is_response, 0.0)
