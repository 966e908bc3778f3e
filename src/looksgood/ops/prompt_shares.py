"""Weighted means at checkpoints, and each prompt's share in the error of each."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from looksgood.core.errors import TooFew
from looksgood.ops.cells import cells_of
from looksgood.ops.clustered import cluster_dof

if TYPE_CHECKING:  # imported where used
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True)
class PromptShares:
    """Means, and what their joint error is made of: Σ over prompts of products of shares."""

    mean: Float[np.ndarray, " checkpoints"]
    table: "csr_array"
    """(prompts, checkpoints); only cells that have rows take memory."""
    prompts: Int[np.ndarray, " checkpoints"]
    """How many each checkpoint has."""
    dof: Float[np.ndarray, " checkpoints"]


def prompt_shares(
    values: Float[np.ndarray, " rows"],
    weights: Float[np.ndarray, " rows"],
    checkpoint: Int[np.ndarray, " rows"],
    prompt: Int[np.ndarray, " rows"],
    shape: tuple[int, int],
) -> PromptShares:
    """Return Σ w y/Σ w at each checkpoint, with shares Σ w (y − mean)/Σ w over a prompt's rows.

    CR2: a share is divided by √(1 − h), h the prompt's part of the checkpoint's weight, and the
    degrees of freedom are Bell and McCaffrey's. Weights are above 0; prompts are numbers from 0,
    below shape[0], checkpoints below shape[1].

    Source: Bell & McCaffrey (2002), Survey Methodology 28:169.

    Raises:
        TooFew: a checkpoint has fewer than 2 prompts; says which by its place.
    """
    from scipy.sparse import csr_array

    total = np.bincount(checkpoint, weights=weights, minlength=shape[1])
    part = weights / total[checkpoint]
    mean = np.bincount(checkpoint, weights=part * values, minlength=shape[1])
    cells = cells_of(prompt, checkpoint, shape[1])
    parts = cells.sums(part)
    prompts = np.bincount(cells.checkpoint, minlength=shape[1])
    if (prompts < 2).any():
        worst = int(prompts.argmin())
        raise TooFew(
            f"checkpoint {worst + 1} of {shape[1]} has too few prompts ({int(prompts[worst])}): "
            "how prompts differ is unknown, not 0"
        )
    part *= values - mean[checkpoint]
    shares = cells.sums(part) / np.sqrt(1 - parts)
    table = csr_array((shares, (cells.prompt, cells.checkpoint)), shape=shape)
    of_each = [parts[cells.checkpoint == place] for place in range(shape[1])]
    return PromptShares(mean, table, prompts, np.array([cluster_dof(part) for part in of_each]))
