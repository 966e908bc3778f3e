"""How often a score orders two responses as the truth does: AUROC, cell by cell."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from looksgood.core.seeds import Seed
from looksgood.ops.checks import finite, same_length

REACH = 64
"""Partners of each response at most: all, in cells of up to 65 responses."""
BLOCK = 1 << 16
"""Responses looked at together: so few that what is made of them stays in the cache."""


@dataclass(frozen=True, slots=True)
class Concordance:
    """Of each cell: pairs whose truth differs, and how many of them the score orders rightly."""

    right: Float[np.ndarray, " cells"]
    """Pairs ordered as the truth orders them; pairs of equal score count one half."""
    pairs: Float[np.ndarray, " cells"]


def concordance(
    score: Float[np.ndarray, " rows"],
    truth: Float[np.ndarray, " rows"],
    cell: Int[np.ndarray, " rows"],
    cells: int,
    weights: Float[np.ndarray, " rows"] | None = None,
) -> Concordance:
    """Count pairs of responses of one cell (as a prompt at a checkpoint), from 0 to `cells` − 1.

    Σ right / Σ pairs is the AUROC within cells: for a truth of 0 and 1 the area under the ROC
    curve, for a continuous one the probability that of two responses the truly better one scores
    higher. In cells of more than 65 responses each meets 64 drawn at random.

    With `weights` a pair counts for the product of its two: 1/π of responses drawn unevenly.

    Source: Hanley & McNeil (1982), Radiology 143:29; Harrell et al. (1982), JAMA 247:2543.

    Raises:
        ValueError: a value is not finite, or lengths differ.
    """
    same_length(score=score, truth=truth, cell=cell)
    score, truth = finite("score", score, 0), finite("truth", truth, 0)
    # in random order: partners of a large cell are neighbours, and files may be sorted by score
    order = Seed(("concordance", len(cell))).numpy().permutation(len(cell))
    order = order[np.argsort(cell[order], kind="stable")]
    weights = np.ones(len(cell)) if weights is None else finite("weights", weights, 0)
    right, pairs = np.zeros(cells), np.zeros(cells)
    for start in range(0, len(cell), BLOCK):
        rows = order[start : start + BLOCK + REACH]
        here = cell[rows]
        first = int(here[0])
        found = _of_block(score[rows], truth[rows], here - first, weights[rows])
        for total, part in zip((right, pairs), found, strict=True):
            total[first : first + len(part)] += part
    return Concordance(right, pairs)


def _of_block(
    score: Float[np.ndarray, " rows"],
    truth: Float[np.ndarray, " rows"],
    cell: Int[np.ndarray, " rows"],
    weights: Float[np.ndarray, " rows"],
) -> tuple[Float[np.ndarray, " cells"], Float[np.ndarray, " cells"]]:
    """Return right and pairs by cell, of pairs whose first is among the first `BLOCK` rows."""
    size = int(cell[-1]) + 1
    right, pairs = np.zeros(size), np.zeros(size)
    for distance in range(1, min(REACH, len(cell) - 1) + 1):
        firsts = min(BLOCK, len(cell) - distance)
        one, other = slice(firsts), slice(distance, distance + firsts)
        alike = cell[one] == cell[other]
        if not alike.any():
            break
        differ = alike & (truth[one] != truth[other])
        agree = np.sign(truth[one] - truth[other]) * np.sign(score[one] - score[other])
        counts = differ * weights[one] * weights[other]
        right += np.bincount(cell[one], weights=counts * (1 + agree) / 2, minlength=size)
        pairs += np.bincount(cell[one], weights=counts, minlength=size)
    return right, pairs
