"""How far an outcome falls short of what its score was worth at the first checkpoint."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float, Int

from looksgood.core.errors import TooFew
from looksgood.ops.checks import finite, same_length
from looksgood.ops.curve import Curve, with_constants
from looksgood.ops.prompt_shares import prompt_shares
from looksgood.ops.score_bins import score_edges

if TYPE_CHECKING:  # imported where used
    from scipy.sparse import csr_array

Compare = Literal["within", "across", "between"]
"""Which responses tell what a score is worth.

within   responses to one prompt at the first checkpoint
across   one prompt's responses at the first two checkpoints; what all prompts gained between the
         two counts for the outcome, not for the score
between  responses to different prompts at the first checkpoint: how easy a prompt is counts too
"""

Points = Float[np.ndarray, " later"]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Of each checkpoint but the first, in points of the outcome."""

    curve: Curve
    """Expected less actual: above 0 where the score is worth less than it was."""
    expected: Points
    """What the first checkpoint's outcomes come to at the later one's scores."""
    actual: Points
    beyond: Points
    """Share of responses that score higher than any did at the first checkpoint."""


@dataclass(frozen=True, slots=True)
class _Worth:
    level: Float[np.ndarray, " bins"]
    by_prompt: "csr_array"
    """What each prompt's residuals did to each level."""


def binned_shortfall(
    x: Float[np.ndarray, " checkpoints"],
    score: Float[np.ndarray, " rows"],
    outcome: Float[np.ndarray, " rows"],
    checkpoint: Int[np.ndarray, " rows"],
    prompt: Int[np.ndarray, " rows"],
    compare: Compare,
) -> Shortfall:
    """Return ȳ₀ + Σ_b (share_jb − share_0b) f_b − ȳ_j for each checkpoint j after the first.

    f_b is what bin b of the score is worth: y = a_prompt + f_b + error by least squares over the
    rows that `compare` names; bins by `score_edges` of the first checkpoint's scores. Offsets
    a_prompt take out that easy prompts may score high whatever their responses. To first order
    one f for all prompts is no assumption: a KL-optimal tilt by the score lifts prompt i by
    s Var_i(score) in score and s Cov_i(score, y) in outcome, and f has the slope
    Σ Cov_i/Σ Var_i. Scores beyond the first checkpoint's are worth what its end bins are, and
    within a bin a higher score is worth no more: both make the shortfall too small wherever
    outcomes rise with scores.

    Errors are clustered by prompt, those of the bins' levels and of all checkpoints counted
    together: a sum of influences for each prompt, CR2 and degrees of freedom as in
    `curve_of_means`. Prompts are numbers from 0.

    Raises:
        TooFew: there is no later checkpoint, one has fewer than 2 prompts, or no two rows can be
            compared.
        ValueError: a value is not finite, or lengths differ.
    """
    same_length(score=score, outcome=outcome, checkpoint=checkpoint, prompt=prompt)
    score, outcome = finite("score", score), finite("outcome", outcome)
    size, first = len(x), checkpoint == 0
    if size < 2:
        raise TooFew("there is one checkpoint: nothing to compare it with")
    edges = score_edges(score[first])
    place = np.searchsorted(edges, score, side="right")
    worth = _worth(place, outcome, checkpoint, prompt, compare)
    shape = int(prompt.max()) + 1, size
    below = worth.level[place] - outcome
    own = prompt_shares(below, np.ones_like(below), checkpoint, prompt, shape)
    rows = np.bincount(checkpoint)
    cells = np.bincount(checkpoint * (len(edges) + 1) + place, minlength=size * (len(edges) + 1))
    shares = cells.reshape(size, -1) / rows[:, None]
    # later less first, and the levels as far as the shares of bins moved
    since = np.hstack([-np.ones((size - 1, 1)), np.eye(size - 1), shares[1:] - shares[0]])
    joint = since @ _gram(own.table, worth.by_prompt) @ since.T
    curve = Curve(
        np.asarray(x[1:], dtype=np.float64),
        own.mean[1:] - own.mean[0],
        joint + _of_constants(outcome, checkpoint, own.prompts),
        np.minimum(own.dof[1:], own.dof[0]),
        rows[1:],
    )
    actual = (np.bincount(checkpoint, weights=outcome) / rows)[1:]
    beyond = np.bincount(checkpoint, weights=score > score[first].max()) / rows
    return Shortfall(curve, actual + curve.mean, actual, beyond[1:])


def _gram(own: "csr_array", levels: "csr_array") -> Float[np.ndarray, "all all"]:
    from scipy.sparse import hstack

    influence = hstack([own, levels])
    return (influence.T @ influence).toarray()


def _of_constants(
    outcome: Float[np.ndarray, " rows"],
    checkpoint: Int[np.ndarray, " rows"],
    prompts: Int[np.ndarray, " checkpoints"],
) -> Float[np.ndarray, "later later"]:
    """Return the covariance that checkpoints add at which all outcomes are equal."""
    varies = [float(np.ptp(outcome[checkpoint == place])) for place in range(len(prompts))]
    known = np.diag(varies)
    added = np.diag(with_constants(known, float(np.ptp(outcome)), prompts) - known)
    return added[0] + np.diag(added[1:])


def _worth(
    place: Int[np.ndarray, " rows"],
    outcome: Float[np.ndarray, " rows"],
    checkpoint: Int[np.ndarray, " rows"],
    prompt: Int[np.ndarray, " rows"],
    compare: Compare,
) -> _Worth:
    from scipy.sparse import coo_array

    used = checkpoint <= (1 if compare == "across" else 0)
    bins = int(place.max()) + 1
    place, outcome, owner = place[used], outcome[used], prompt[used]
    columns = np.zeros((len(place), bins + (compare == "across")))
    columns[np.arange(len(place)), place] = 1
    if compare == "across":
        columns[:, bins] = checkpoint[used]
    group = np.zeros_like(owner) if compare == "between" else owner
    columns, outcome = _less_means(columns, group), _less_means(outcome[:, None], group)[:, 0]
    # pinv: levels are known up to a constant, and bins no prompt connects count as equal
    inverse = np.linalg.pinv(columns.T @ columns, rcond=1e-9, hermitian=True)
    free = len(place) - len(np.unique(group)) - np.linalg.matrix_rank(inverse, hermitian=True)
    if free < 1:
        raise TooFew("too few responses share a prompt to tell what a score is worth")
    found = inverse @ (columns.T @ outcome)
    pull = (outcome - columns @ found)[:, None] * (columns @ inverse)
    names, row = np.unique(owner, return_inverse=True)
    if len(names) < 2:
        raise TooFew("too few prompts (1): how prompts differ is unknown, not 0")
    sums = np.stack([np.bincount(row, weights=pull[:, b]) for b in range(bins)], axis=1)
    sums *= np.sqrt(len(names) / (len(names) - 1))
    cells = np.repeat(names, bins), np.tile(np.arange(bins), len(names))
    shape = int(prompt.max()) + 1, bins
    return _Worth(found[:bins], coo_array((sums.ravel(), cells), shape=shape).tocsr())


def _less_means(
    values: Float[np.ndarray, "rows columns"], group: Int[np.ndarray, " rows"]
) -> Float[np.ndarray, "rows columns"]:
    size = np.bincount(group).astype(np.float64)
    means = [np.bincount(group, weights=column) / np.maximum(size, 1) for column in values.T]
    return values - np.stack(means, axis=1)[group]
