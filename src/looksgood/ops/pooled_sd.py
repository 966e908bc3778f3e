"""How much responses to one prompt differ, checkpoint by checkpoint."""

import numpy as np
from jaxtyping import Float, Int

from looksgood.ops.cells import cells_of
from looksgood.ops.checks import finite, same_length


def pooled_sd(
    values: Float[np.ndarray, " rows"],
    checkpoint: Int[np.ndarray, " rows"],
    prompt: Int[np.ndarray, " rows"],
    checkpoints: int,
) -> Float[np.ndarray, " checkpoints"]:
    """Return √(Σ (y − its prompt's mean)² / Σ (n − 1)) over a checkpoint's prompts, in units of y.

    NaN where no prompt has two responses: unknown, not 0.

    Raises:
        ValueError: a value is not finite, or lengths differ.
    """
    same_length(values=values, checkpoint=checkpoint, prompt=prompt)
    values = finite("values", values, 0)
    cells = cells_of(prompt, checkpoint, checkpoints)
    rows = cells.rows()
    off = values - (cells.sums(values) / rows)[cells.of_row]
    squares = np.bincount(checkpoint, weights=off**2, minlength=checkpoints)
    free = np.bincount(cells.checkpoint, weights=rows - 1, minlength=checkpoints)
    return np.sqrt(squares / np.where(free > 0, free, np.nan))
