"""Ziegler's controller: a KL penalty that steers towards a target KL."""

import math

from looksgood.core.errors import NotFinite


def adapted_kl_penalty(
    beta: float, kl_nats: float, target_nats: float, samples: int, horizon: int = 10_000
) -> float:
    """Return β (1 + e · samples/horizon), e = KL/target − 1 clipped to ±0.2.

    `samples` were drawn since the last update; `horizon` is counted in samples too, so β changes
    by a factor of at most e^±0.2 per horizon. KL is nats per sequence, from the base.

    Source: Ziegler et al. (2019), arXiv:1909.08593 §2.2; constants from openai/lm-human-preferences
    (target 6 nats, horizon 10 000, β₀ 0.15).

    Raises:
        NotFinite: the measured KL is NaN.
        ValueError: `target_nats` is not positive.
    """
    if not target_nats > 0:
        raise ValueError(f"target_nats={target_nats}: give a KL above 0, or use a fixed penalty")
    if math.isnan(kl_nats):
        raise NotFinite("the KL that should steer the penalty is NaN: the policy's logits broke")
    error = min(max(kl_nats / target_nats - 1, -0.2), 0.2)
    return beta * (1 + error * samples / horizon)
