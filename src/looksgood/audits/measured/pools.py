"""Responses that may be compared with one another: one prompt's at one step."""

import numpy as np
from jaxtyping import Int


def pools_of(
    prompt: Int[np.ndarray, " rows"], step: Int[np.ndarray, " rows"]
) -> Int[np.ndarray, " rows"]:
    """Number the pools from 0: rows of equal prompt and step share one."""
    steps = np.unique(step, return_inverse=True)[1].astype(np.int64)
    return np.unique(prompt * (steps.max(initial=0) + 1) + steps, return_inverse=True)[1]
