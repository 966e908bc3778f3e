"""How heavy the upper tail of a score is on base samples, as one seed's data can tell."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import TooFew
from looksgood.ops.tail_index import gpd_tail_index, hill_tail_index

SHARE = 0.01
"""Share of responses, the greatest, that the tail is read from."""


def tail_of(scores: Float[Tensor, " responses"], k: int) -> dict[str, Any]:
    """Return ξ of the scores less their prompt's mean: `xi` (generalised Pareto) and `hill`.

    `k` responses per prompt lie next to each other. The standard errors (`xi_se`, `hill_se`) take
    responses as independent draws: where few texts make up the tail, they are too small, and
    seeds tell more. What cannot be read is None, with the `reason`.
    """
    table = scores.double().reshape(-1, k)
    values = (table - table.mean(1, keepdim=True)).flatten().numpy()
    exceedances = round(SHARE * len(values))
    found: dict[str, Any] = {"exceedances": exceedances, "share": SHARE, "reason": None}
    top = torch.from_numpy(values).topk(exceedances).values
    found["distinct"] = len(top.unique())
    for name, index in (("xi", gpd_tail_index), ("hill", hill_tail_index)):
        found[name] = found[f"{name}_se"] = None
        try:
            tail = index(values, exceedances)
        except (TooFew, ValueError) as error:
            found["reason"] = found["reason"] or str(error)
            continue
        found[name], found[f"{name}_se"] = tail.xi, tail.se
    return found
