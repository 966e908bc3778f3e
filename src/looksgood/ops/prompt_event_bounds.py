"""An event's rate over many prompts: what a KL of each proves, and what their average does.

Prompts x have weights w_x that sum to 1, base rates q_x and KLs ε_x in nats (of π(·|x) from
π₀(·|x)). The average hides which prompt it was spent on.
"""

import numpy as np
from jaxtyping import Float

from looksgood.ops.binary_kl import check_nats, max_event_probability


def per_prompt_max_event_probability(
    weights: Float[np.ndarray, " prompts"],
    base_rates: Float[np.ndarray, " prompts"],
    kl_nats: Float[np.ndarray, " prompts"],
) -> float:
    """Return Σ w p_max(q_x, ε_x): the tight bound where the KL of every prompt is known.

    Raises:
        ValueError: weights are negative or do not sum to 1, a base rate is no probability, or a
            KL is negative or NaN.
    """
    _check_weights(weights)
    each = [
        max_event_probability(float(q), float(eps)).p
        for q, eps in zip(base_rates, kl_nats, strict=True)
    ]
    return float(weights @ np.array(each))


def averaged_max_event_probability(
    weights: Float[np.ndarray, " prompts"],
    base_rates: Float[np.ndarray, " prompts"],
    kl_nats: Float[np.ndarray, " prompts"],
) -> float:
    """Return p_max(Σ w q_x, Σ w ε_x): what the averages alone prove, never less.

    p_max is concave in (q, ε) together, so averaging first only loosens.

    Raises:
        ValueError: as `per_prompt_max_event_probability`.
    """
    _check_weights(weights)
    for eps in kl_nats:
        check_nats(float(eps))
    q = min(1.0, float(weights @ base_rates))
    return max_event_probability(q, float(weights @ kl_nats)).p


def subset_max_event_probability(base_rate: float, kl_nats: float, weight: float) -> float:
    """Return p_max(q_S, ε/w(S)): the event's rate among a subset S of prompts, of weight w(S).

    All of an averaged KL ε may have been spent on S: a trigger on 1 % of the prompts has a
    hundredfold budget. `base_rate` is the base's rate within S.

    Raises:
        ValueError: the weight is not within (0, 1], the base rate is no probability, or the KL is
            negative or NaN.
    """
    if not 0 < weight <= 1:
        raise ValueError(f"weight = {weight:g}: a subset's share of prompts lies within (0, 1]")
    check_nats(kl_nats)
    return max_event_probability(base_rate, kl_nats / weight).p


def _check_weights(weights: Float[np.ndarray, " prompts"]) -> None:
    if not len(weights) or not (weights >= 0).all() or abs(float(weights.sum()) - 1) > 1e-9:
        raise ValueError(
            f"{len(weights)} weights that sum to {float(weights.sum()):.6g}: they must be at least "
            "0 and sum to 1"
        )
