"""Responses that may be compared with one another: one prompt's at one step."""

import numpy as np
from jaxtyping import Int

from looksgood.ops.cells import Cells, cells_of


def pools_of(prompt: Int[np.ndarray, " rows"], step: Int[np.ndarray, " rows"]) -> Cells:
    """Return the pools: rows of equal prompt and step share one."""
    steps = np.unique(step)
    return cells_of(prompt, np.searchsorted(steps, step), len(steps))
