"""Best-of-n by the proxy from one checkpoint's samples: proxy and gold over n, errors joint."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from looksgood.audits.measured.pools import pools_of
from looksgood.audits.rollouts import Rollouts
from looksgood.core.errors import TooFew
from looksgood.ops.best_of_n_bound import best_of_n_kl_bound_nats
from looksgood.ops.best_of_n_pools import best_of_n_by_pool
from looksgood.ops.curve import Curve, curve_of_means

LEAST_POOL = 4
"""Responses to one prompt at one step."""
LEAST_PROMPTS = 10
"""Of fewer the errors are too uncertain for the test of a fall."""
KEPT = 0.8
"""Share of the pools that the largest n must leave: all n are read from the same pools."""


@dataclass(frozen=True, slots=True)
class BestOfNCurves:
    """Gold and proxy of the best of n by proxy, over n."""

    gold: Curve
    proxy: Curve
    prompts: int
    tied: float
    """Share of the responses that tie with another to the same prompt for the proxy."""

    @property
    def root_kl(self) -> Float[np.ndarray, " ns"]:
        """√(log n − (n−1)/n), √nats: √KL from that checkpoint, or more than it where scores tie."""
        return np.sqrt([best_of_n_kl_bound_nats(int(n)) for n in self.gold.x])


def best_of_n_curves(rows: Rollouts, chosen: Bool[np.ndarray, " rows"]) -> BestOfNCurves:
    """Return the mean over pools of each pool's unbiased estimate, for each power of two n.

    A pool is one prompt's responses at one step, of which 4 or more have proxy and gold. Errors
    are clustered by prompt, jointly over n: a pool's own draws are in them, since pools of
    different prompts are drawn independently.

    Raises:
        TooFew: fewer than 10 prompts have such a pool.
    """
    known = np.flatnonzero(chosen & np.isfinite(rows.proxy) & np.isfinite(rows.gold))
    pool = pools_of(rows.prompt[known], rows.step[known]).of_row
    size = np.bincount(pool)
    if not (size >= LEAST_POOL).any():
        most = int(size.max(initial=0))
        raise TooFew(
            f"at most {most} responses to a prompt at one step have proxy and gold: {LEAST_POOL} "
            "or more are needed"
        )
    largest = float(np.quantile(size[size >= LEAST_POOL], 1 - KEPT, method="lower"))
    ns = [2**k for k in range(int(np.log2(largest)) + 1)]
    enough = size[pool] >= ns[-1]
    known, pool = known[enough], np.unique(pool[enough], return_inverse=True)[1]
    prompt = rows.prompt[known[np.unique(pool, return_index=True)[1]]]
    prompts = len(np.unique(prompt))
    if prompts < LEAST_PROMPTS:
        raise TooFew(f"{prompts} prompts: {LEAST_PROMPTS} or more are needed")
    scores = np.stack([rows.gold[known], rows.proxy[known]], axis=1)
    found = best_of_n_by_pool(pool, rows.proxy[known], scores, ns)
    x = np.array(ns, dtype=np.float64)
    place, again = np.tile(np.arange(len(ns)), len(found)), np.repeat(prompt, len(ns))
    gold, proxy = (curve_of_means(x, found[:, :, k].ravel(), place, again) for k in (0, 1))
    return BestOfNCurves(gold, proxy, prompts, _tied(pool, rows.proxy[known]))


def _tied(pool: Int[np.ndarray, " rows"], proxy: Float[np.ndarray, " rows"]) -> float:
    order = np.lexsort((proxy, pool))
    same = (np.diff(pool[order]) == 0) & (np.diff(proxy[order]) == 0)
    return float((np.r_[same, False] | np.r_[False, same]).mean())
