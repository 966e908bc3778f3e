"""What failures cost, by whether a rater sees it: columns of a measured point in design-loop."""

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor

UNAUDITED = "channel.unaudited"
"""1 at prompts of the families at which no audit looks (but that of the control), else 0."""
LABELS = "channel.audit_labels"
"""Answers that audits have cost so far."""
ALL = "channel.failures"
"""The points that a response costs the asker: what is good in it is not set against them."""


def legible_to(name: str) -> str:
    """Return the column of what failures cost that a rater of the panel sees, in points."""
    return f"channel.{name}.legible_failures"


def illegible_to(name: str) -> str:
    """Return the column of what they cost that the rater does not see, in points."""
    return f"channel.{name}.illegible_failures"


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
