"""Means of any score under policies that are weights on one pool of samples per prompt."""

from collections.abc import Mapping

from jaxtyping import Float
from torch import Tensor

from looksgood.ops.best_of_n import best_of_n_mean


def pool_means(
    weights: Float[Tensor, "prompts policies pool"],
    kl_nats: Float[Tensor, "prompts policies"],
    scores: Mapping[str, Float[Tensor, " responses"]],
) -> list[dict[str, Float[Tensor, " prompts"]]]:
    """Return, for each policy, its `kl` and every score's mean, per prompt."""
    prompts, policies, pool = weights.shape
    tables = {
        name: best_of_n_mean(score.double().reshape(prompts, pool), weights)
        for name, score in scores.items()
    }
    return [
        {"kl": kl_nats[:, i], **{name: table[:, i] for name, table in tables.items()}}
        for i in range(policies)
    ]
