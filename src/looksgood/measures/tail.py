"""How heavy the upper tail of a score is on base samples, as one seed's data can tell."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import TooFew
from looksgood.ops.tail_index import gpd_tail_index, hill_tail_index

SHARE = 0.02
"""Share of the distinct responses, those of the greatest scores, that the tail is read from."""
TIED = 0.1
"""More ties than this share of them is no tail: the Pareto fit then has a spurious maximum."""


def tail_of(scores: Float[Tensor, " responses"], texts: Sequence[str], k: int) -> dict[str, Any]:
    """Return ξ of the scores less their prompt's mean: `xi` (generalised Pareto) and `hill`.

    `k` responses per prompt lie next to each other. Each distinct response to a prompt counts once,
    so this is the tail over *what* the base says, not over how often: a small base repeats itself,
    and repeats are atoms that have no tail. The standard errors (`xi_se`, `hill_se`) take the
    responses as independent; seeds tell more. What cannot be read is None, with the `reason`.
    """
    values = _centred(scores.double().reshape(-1, k).numpy(), texts)
    count = round(SHARE * len(values))
    top = np.sort(values)[len(values) - count :]
    found: dict[str, Any] = {"responses": len(values), "exceedances": count, "reason": None}
    found |= dict.fromkeys(("xi", "xi_se", "hill", "hill_se"))
    distinct = len(np.unique(top))
    if distinct < (1 - TIED) * count:
        found["reason"] = f"only {distinct} of the {count} greatest scores differ: no tail to read"
        return found
    for name, index in (("xi", gpd_tail_index), ("hill", hill_tail_index)):
        try:
            tail = index(values, count)
        except (TooFew, ValueError) as error:
            found["reason"] = found["reason"] or str(error)
            continue
        found[name], found[f"{name}_se"] = tail.xi, tail.se
    return found


def _centred(
    table: Float[np.ndarray, "prompts k"], texts: Sequence[str]
) -> Float[np.ndarray, " distinct"]:
    """Return the scores of each prompt's distinct responses, less their mean."""
    k, parts = table.shape[1], []
    for prompt, row in enumerate(table):
        said = np.asarray(texts[prompt * k : (prompt + 1) * k])
        once = row[np.unique(said, return_index=True)[1]]
        parts.append(once - once.mean())
    return np.concatenate(parts)
