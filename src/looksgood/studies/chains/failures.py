"""What failures cost, by whether a rater sees it, at each prompt."""

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.studies.chains.loop_channels import ALL, illegible_to, legible_to


def failure_columns(
    measured: Mapping[str, Float[Tensor, " prompts"]],
    legible: Mapping[str, Mapping[str, float]],
    weights: Mapping[str, float],
) -> dict[str, Float[Tensor, " prompts"]]:
    """Return what failures cost at each prompt, from the measured means of its channels.

    `legible` are the shares of each failure's cost that the raters of the panel see, by their
    names. A cost is linear in channels, so that of means is the mean of costs.
    """
    costs = {
        name: -weight * measured[f"channel.{name}"].double()
        for name, weight in weights.items()
        if weight < 0
    }
    total = torch.stack(list(costs.values())).sum(0)
    columns = {ALL: total}
    for name, shares in legible.items():
        seen = torch.stack([share * costs[failure] for failure, share in shares.items()]).sum(0)
        columns |= {legible_to(name): seen, illegible_to(name): total - seen}
    return columns
