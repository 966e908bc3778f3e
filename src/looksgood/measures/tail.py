"""How heavy the upper tail of a score is on base samples, as one seed's data can tell."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import TooFew
from looksgood.ops.score_tail import SHARE, exceedances_of, said_once
from looksgood.ops.tail_index import gpd_tail_index, hill_tail_index


def tail_of(scores: Float[Tensor, " responses"], texts: Sequence[str], k: int) -> dict[str, Any]:
    """Return ξ of the scores less their prompt's mean: `xi` (generalised Pareto) and `hill`.

    `k` responses per prompt lie next to each other. Each distinct response to a prompt counts once,
    so this is the tail over *what* the base says, not over how often: a small base repeats itself,
    and repeats are atoms that have no tail. The standard errors (`xi_se`, `hill_se`) take the
    responses as independent; seeds tell more. What cannot be read is None, with the `reason`.
    """
    values = _centred(scores.double().numpy(), texts, k)
    found: dict[str, Any] = {"responses": len(values), "exceedances": round(SHARE * len(values))}
    found |= dict.fromkeys(("reason", "xi", "xi_se", "hill", "hill_se"))
    try:
        count = exceedances_of(values)
    except ValueError as error:
        found["reason"] = str(error)
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
    scores: Float[np.ndarray, " responses"], texts: Sequence[str], k: int
) -> Float[np.ndarray, " distinct"]:
    """Return the scores of each prompt's distinct responses, less their mean."""
    said = np.unique(np.asarray(texts), return_inverse=True)[1]
    prompt = np.arange(len(scores)) // k
    once = said_once(prompt, said)
    values, prompt = scores[once], prompt[once]
    return values - (np.bincount(prompt, weights=values) / np.bincount(prompt))[prompt]
