"""How a rate changed since the first checkpoint: on prompts that have it at both, or on all."""

import numpy as np
from jaxtyping import Float, Int

from looksgood.core.errors import TooFew
from looksgood.ops.checks import finite, same_length
from looksgood.ops.curve import Curve, curve_of_ratios


def paired_change(
    x: Float[np.ndarray, " checkpoints"],
    top: Float[np.ndarray, " rows"],
    bottom: Float[np.ndarray, " rows"],
    checkpoint: Int[np.ndarray, " rows"],
    prompt: Int[np.ndarray, " rows"],
    at_least: int = 2,
) -> Curve:
    """Return Σ w (r_j − r_0) / Σ w over prompts, for each checkpoint j after the first.

    r = Σ top / Σ bottom of one prompt at one checkpoint; prompts whose bottom is 0 at either do not
    count: which prompts still have wrong responses, say, changes as a policy learns, and the rates
    of those that are left are not those of all. w = n_0 n_j/(n_0 + n_j) with n = Σ bottom: exact
    weights where a rate's variance is 1/n. Checkpoints at which fewer than `at_least` prompts
    count are left out. Errors are clustered by prompt.

    Source: Mantel & Haenszel (1959), J. National Cancer Institute 22:719 (the weights).

    Raises:
        TooFew: no checkpoint is left.
        ValueError: a value is not finite, or lengths differ.
    """
    same_length(top=top, bottom=bottom, checkpoint=checkpoint, prompt=prompt)
    top, bottom = finite("top", top, 0), finite("bottom", bottom, 0)
    asked = np.isin(prompt, prompt[(checkpoint == 0) & (bottom > 0)])
    names, place = np.unique(prompt[asked], return_inverse=True)
    cell = place * len(x) + checkpoint[asked]
    tops, bottoms = (
        np.bincount(cell, weights=values[asked], minlength=len(names) * len(x))
        .reshape(len(names), len(x))
        .astype(np.float64)
        for values in (top, bottom)
    )
    counts = (bottoms[:, :1] > 0) & (bottoms[:, 1:] > 0)
    kept = np.flatnonzero(counts.sum(axis=0) >= max(at_least, 2))
    if not len(kept):
        most = int(counts.sum(axis=0).max(initial=0))
        raise TooFew(
            f"{most} prompts have what is compared both at the first checkpoint and at a later one:"
            f" at least {max(at_least, 2)} are needed"
        )
    owner, later = np.nonzero(counts[:, kept])
    now = bottoms[owner, kept[later] + 1]
    then = bottoms[owner, 0]
    change = tops[owner, kept[later] + 1] / now - tops[owner, 0] / then
    weight = now * then / (now + then)
    return curve_of_ratios(x[kept + 1], weight * change, weight, later, owner)


def change_since_first(curve: Curve) -> Curve:
    """Return each later checkpoint's mean less the first one's, whichever prompts are behind them.

    Raises:
        TooFew: there is no later checkpoint.
    """
    size = len(curve.x)
    if size < 2:
        raise TooFew("there is one checkpoint: nothing to compare it with")
    since = np.eye(size)[1:] - np.eye(size)[:1]
    return Curve(
        curve.x[1:],
        since @ curve.mean,
        since @ curve.covariance @ since.T,
        np.minimum(curve.dof[1:], curve.dof[0]),
        curve.n[1:],
    )
