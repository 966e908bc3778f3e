"""What a point of proxy buys of gold among responses to one prompt, at each checkpoint."""

import numpy as np

from looksgood.audits.measured.pools import pools_of
from looksgood.audits.rollouts import Rollouts
from looksgood.audits.subjects.checkpoints import Checkpoints
from looksgood.core.errors import TooFew
from looksgood.ops.curve import Curve, curve_of_ratios
from looksgood.ops.kept_rows import kept_rows

LEAST_PROMPTS = 10
"""Below it the error of the ratio is too uncertain."""


def within_prompt_slope(rows: Rollouts, checkpoints: Checkpoints) -> Curve:
    """Return Σ Cov(gold, proxy) / Σ Var(proxy) over prompts at one step, by checkpoint.

    Under a policy Cov(gold, proxy) is dE[gold]/d(1/β) along its tilt by the proxy, and Var(proxy)
    is dE[proxy]/d(1/β): the ratio is what the next point of proxy brings of gold where responses
    are only weighted anew. Below 0, pressing on lowers gold. Errors are clustered by prompt.

    Checkpoints at which fewer than 10 prompts have responses of differing proxies are left out.

    Source: the KL-optimal frontier, `ops.kl_frontier`.

    Raises:
        TooFew: none is left.
    """
    known = np.isfinite(rows.proxy) & np.isfinite(rows.gold)
    columns = rows.prompt, rows.step, checkpoints.place, rows.proxy, rows.gold
    prompt, step, place_of_row, proxy, gold = kept_rows(known, *columns)
    pools = pools_of(prompt, step)
    size, place = pools.rows(), np.zeros(len(pools), dtype=np.int64)
    place[pools.of_row] = place_of_row  # of all rows of a pool the same
    most = max(1.0, float(np.abs(proxy).max(initial=0.0)))
    proxy, gold = (s - (pools.sums(s) / size)[pools.of_row] for s in (proxy, gold))
    with np.errstate(invalid="ignore"):
        covariance, variance = (pools.sums(proxy * other) / (size - 1) for other in (gold, proxy))
    # rounding leaves a little where all proxies are alike
    told = (size > 1) & (variance > 1e-20 * most**2)
    place, prompt = place[told], pools.prompt[told]
    pairs = np.unique(np.stack([place, prompt]), axis=1)
    kept = np.bincount(pairs[0], minlength=len(checkpoints)) >= LEAST_PROMPTS
    if not kept.any():
        raise TooFew(
            f"at no checkpoint have {LEAST_PROMPTS} prompts several responses with gold and "
            "differing proxies"
        )
    here = kept[place]
    return curve_of_ratios(
        checkpoints.step[kept],
        covariance[told][here],
        variance[told][here],
        (np.cumsum(kept) - 1)[place[here]],
        prompt[here],
    )
