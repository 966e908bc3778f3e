"""The χ² divergence of whole responses, position by position, with the gradient it really has."""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor


class Chi2(NamedTuple):
    """What responses drawn from π say of χ²(π‖π₀) = E_π[π/π₀] − 1, one value each."""

    estimate: Float[Tensor, " samples"]
    """Its mean is χ², too low where clamped; without gradient."""
    surrogate: Float[Tensor, " samples"]
    """Its value means nothing. ∇χ² = E_π[2 · estimate · ∇log π(response) + ∇surrogate]."""
    is_clamped: Bool[Tensor, " samples"]


def chi2_per_position(
    policy_logits: Float[Tensor, "samples tokens vocabulary"],
    base_logits: Float[Tensor, "samples tokens vocabulary"],
    log_ratio: Float[Tensor, "samples tokens"],
    is_response: Bool[Tensor, "samples tokens"],
    log_cap: float,
) -> Chi2:
    """Estimate χ² from responses drawn from the *policy*, the last token of each summed exactly.

    With W_t = Π_{s ≤ t} π/π₀ over the tokens drawn (`log_ratio`: log π/π₀ of each) and
    χ²_t = Σ_v π(v)²/π₀(v) − 1 over the vocabulary at position t, E_π[W_t] = E_π[W_{t−1}(1 + χ²_t)],
    so χ² = E_π[Σ_t W_{t−1} χ²_t]. It is χ² of responses and no sum of per-token ones: a ratio once
    taken counts at every later position. At the base all terms vanish, where π/π₀ of drawn
    responses is noise alone.

    W depends on the policy that is drawn from, so ∇ E_π[W f] = E_π[2 W f ∇log π + W ∇f]: hence the
    2 in `Chi2.surrogate`. Everything is held in logarithms; a term above e^`log_cap` is taken for
    e^`log_cap`, and then the policy is still pushed away, but no harder the further out it is.
    Logits are finite: where the base excludes what the policy says χ² is infinite.

    Source: Laidlaw, Singhal & Dragan (2024), arXiv:2403.03185 §5, who subtract λ√χ²: its optima are
    those of a penalty β = λ/(2√χ²) on χ², which one batch can estimate without bias.

    Raises:
        ValueError: the cap is not above 0.
    """
    if not log_cap > 0:
        raise ValueError(f"log_cap={log_cap}: give more than 0, or everything is clamped")
    shape, most = is_response.shape, torch.tensor(log_cap, dtype=torch.float64).exp()
    before = (log_ratio.detach().double().masked_fill(~is_response, 0.0)).cumsum(1)
    before = (before - log_ratio.detach().double())[is_response]  # log W_{t−1}
    logp = policy_logits[is_response].log_softmax(dim=-1).double()
    logq = base_logits[is_response].log_softmax(dim=-1).double()
    log_mean = torch.logsumexp(2 * logp - logq, dim=-1)  # log(1 + χ²_t), at least 0
    fixed = log_mean.detach()
    term = before.clamp(max=log_cap).exp() * torch.expm1(fixed.clamp(max=log_cap))
    slope = (before + fixed).clamp(max=log_cap).exp()  # of W χ²_t by log(1 + χ²_t)

    def by_response(each: Tensor) -> Tensor:
        tokens = torch.zeros(shape, dtype=each.dtype, device=each.device)
        return tokens.masked_scatter(is_response, each).sum(dim=-1)

    return Chi2(
        by_response(torch.minimum(term, most)).to(policy_logits.dtype),
        by_response(slope * log_mean).to(policy_logits.dtype),
        by_response((before + fixed > log_cap).double()) > 0,
    )


def log_mean_ratio_nats(log_ratio: Float[Tensor, "prompts k"]) -> Float[Tensor, " prompts"]:
    """Return log mean(π/π₀) over k responses of π: an estimate of Rényi's D₂, in nats, by prompt.

    `log_ratio` is log π/π₀ of each response. expm1 of the result is unbiased for the prompt's χ²,
    so average over prompts there. Its tail is heavy: a mode of π that was not drawn is not in it.
    It is an estimate and bounds nothing.

    Source: D₂ = log(1 + χ²), Rényi's divergence of order 2.
    """
    k = log_ratio.shape[1]
    return torch.logsumexp(log_ratio.double() - torch.tensor(float(k)).log(), dim=1)
