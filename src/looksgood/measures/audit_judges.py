"""Who is asked in an audit: what they think of each response of a pool, and how they err."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from looksgood.core.protocols import Rater
from looksgood.core.records import Channels

Table = Float[np.ndarray, "prompts pool"]

PARTNERS = 8
"""Each response of a pool is compared with this many on either side of it."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A judge of the responses in a pool of base samples.

    A score is the opinion with noise, and a lapse scores some other response instead of the one
    that is shown. With Gumbel noise the higher of two scores is what σ(difference / noise) chooses,
    so scores and votes are the same judgements, told in full or by their sign.
    """

    opinion: Table
    """Mean score of each response, in the judge's own base sd."""
    base_preferred: Table
    """Probability that this response loses against a base response to the same prompt."""
    noise: float = 0.0
    """Scale of the Gumbel noise of a score, of mean 0, in the same units."""
    lapse: float = 0.0
    """Probability that a score is of something else."""


def exact_judge(gold: Table) -> Judge:
    """Return the check against the truth: no noise, no lapses; a tie is decided by a coin."""
    beaten = np.array([(_below(row) + _up_to(row)) / 2 for row in gold]).reshape(gold.shape)
    return Judge(gold, 1 - beaten / gold.shape[1])


def rater_judge(
    rater: Rater, seen: Channels, opinion: Table, noise: float = 0.0, lapse: float = 0.0
) -> Judge:
    """Return a rater as a judge of `seen`, the responses of a pool in order of `opinion`.

    Each response is compared with `PARTNERS` neighbours on either side, so the base beats itself in
    exactly half of all votes.
    """
    prompts, pool = opinion.shape
    place = torch.arange(prompts * pool).reshape(prompts, pool)
    lost = torch.zeros(prompts, pool, dtype=torch.float64)
    for distance in range(1, PARTNERS + 1):
        other = place.roll(-distance, dims=1)
        wins = rater.prob_first(seen, seen.rows(other.flatten())).double().reshape(prompts, pool)
        lost += (1 - wins) + wins.roll(distance, dims=1)
    return Judge(opinion, (lost / (2 * PARTNERS)).numpy(), noise, lapse)


def _below(row: Float[np.ndarray, " pool"]) -> Float[np.ndarray, " pool"]:
    return np.searchsorted(np.sort(row), row, "left").astype(np.float64)


def _up_to(row: Float[np.ndarray, " pool"]) -> Float[np.ndarray, " pool"]:
    return np.searchsorted(np.sort(row), row, "right").astype(np.float64)
