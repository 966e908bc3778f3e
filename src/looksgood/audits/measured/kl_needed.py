"""The least KL that a change of scores proves: a logged KL below it is no KL per sequence."""

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.subjects.subject import Subject
from looksgood.core.errors import TooFew
from looksgood.ops.betting import betting_high, betting_low
from looksgood.ops.binary_kl import binary_kl_nats

PROMPTS = 2000
"""Looked at, at most: more would prove little more."""


def kl_needed_nats(subject: Subject, alpha: float = 0.05) -> float | None:
    """Return a lower limit, at error α, of KL(last ‖ first checkpoint) from the proxy alone.

    The event is a proxy above the median of both checkpoints; where its rate rises from q to p, an
    averaged KL of kl(p‖q) or more was spent (data processing, and KL is jointly convex). Both rates
    have betting limits over prompts' means at α/2. None without proxies at two checkpoints.
    """
    try:
        rows, checkpoints = subject.rows()
    except TooFew:
        return None
    if len(checkpoints) < 2:
        return None
    known = np.isfinite(rows.proxy)
    ends = [known & (checkpoints.place == place) for place in (0, len(checkpoints) - 1)]
    if not (ends[0].any() and ends[1].any()):
        return None
    middle = float(np.median(np.concatenate([rows.proxy[end] for end in ends])))
    before, after = (_shares(rows.proxy[end] > middle, rows.prompt[end]) for end in ends)
    q, p = betting_high(before, alpha / 2), betting_low(after, alpha / 2)
    return binary_kl_nats(p, q) if p > q else 0.0


def _shares(event: np.ndarray, prompt: Int[np.ndarray, " rows"]) -> Float[np.ndarray, " prompts"]:
    """Return each prompt's share, in the order in which prompts came."""
    _, first, place = np.unique(prompt, return_index=True, return_inverse=True)
    share = np.bincount(place, weights=event) / np.bincount(place)
    return share[np.argsort(first)][:PROMPTS]
