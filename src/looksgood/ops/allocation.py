"""Where to spend labels: Neyman allocation over strata, and probabilities of single items."""

import numpy as np
from jaxtyping import Float, Int

from looksgood.core.errors import TooFew
from looksgood.ops.checks import finite, inside, same_length
from looksgood.ops.root import find_root


def neyman_allocation(
    sizes: Int[np.ndarray, " strata"],
    sds: Float[np.ndarray, " strata"],
    labels: int,
    floor: int = 2,
) -> Int[np.ndarray, " strata"]:
    """Return how many of `labels` each stratum gets: in proportion to size × sd, at least `floor`.

    Never more than a stratum has (nor is its floor); what it cannot take goes to the others. By
    largest remainders, so that the counts add up to `labels` (or to all items, if there are fewer).
    The sd is of what is left to learn: of Y − f where a judge f is used.

    Source: Neyman (1934), JRSS 97:558; Cochran (1977), Sampling Techniques, §5.5.

    Raises:
        TooFew: `labels` do not suffice for the floors.
        ValueError: a size is below 1, an sd negative, floor < 0, or lengths differ.
    """
    same_length(sizes=sizes, sds=sds)
    sds = finite("sds", sds)
    if (sizes < 1).any() or (sds < 0).any() or floor < 0:
        raise ValueError("sizes must be at least 1, sds and floor at least 0")
    least = np.minimum(sizes, floor)
    if labels < least.sum():
        raise TooFew(f"{labels} labels: the floors alone take {least.sum()}")
    total = min(labels, int(sizes.sum()))
    wanted = sizes * sds if (sds > 0).any() else sizes.astype(float)
    shares = _fill(wanted, least.astype(float), sizes.astype(float), float(total))
    counts = np.floor(shares + 1e-9).astype(int)
    order = np.argsort(counts - shares, kind="stable")
    counts[order[: total - counts.sum()]] += 1
    return counts


def inclusion_probabilities(
    spread: Float[np.ndarray, " items"], budget: float, floor: float
) -> Float[np.ndarray, " items"]:
    """Return π_i in [floor, 1], in proportion to `spread` between the two, with Σ π_i = budget.

    `spread` is each item's expected |Y − f|, as the root of its squared error: then this is the
    optimum for `aipw_mean`. The floor keeps weights below 1/floor where the spread was misjudged.

    Source: Zrnic & Candès (2024), arXiv:2403.03208, with a floor.

    Raises:
        TooFew: the budget does not suffice for the floor.
        ValueError: a spread is negative, budget exceeds the items, or floor not within (0, 1).
    """
    spread = finite("spread", spread)
    items = len(spread)
    if (spread < 0).any() or budget > items:
        raise ValueError(f"budget={budget}: at most {items} items, and spreads of at least 0")
    if budget < items * inside("floor", floor):
        raise TooFew(f"budget={budget}: the floor alone takes {items * floor:.3g} labels")
    wanted = spread if (spread > 0).any() else np.ones(items)
    return _fill(wanted, np.full(items, floor), np.ones(items), budget)


def _fill(
    wanted: Float[np.ndarray, " n"],
    least: Float[np.ndarray, " n"],
    most: Float[np.ndarray, " n"],
    total: float,
) -> Float[np.ndarray, " n"]:
    """Return clip(c · wanted, least, most) with c such that it sums to `total`, to 1e-11 of it.

    The sum rises with c, so log c is found as a root: summing up slopes would cancel where wishes
    differ by many orders. Items nobody wants (0) get what is left, evenly, once others are full.
    """
    # a share of 1e-100 of the largest is nobody's wish: c would overflow
    wanted = wanted / wanted.max()
    live = wanted > 1e-100
    room = total - least[~live].sum()
    if room >= most[live].sum():
        filled = np.where(live, most, least)
        left, spare = total - filled.sum(), most - filled
        return filled + spare * (left / spare.sum() if spare.sum() > 0 else 0.0)
    lowest, highest = least[live], most[live]
    if room <= lowest.sum() * (1 + 1e-12):
        return least.copy()

    def excess(log_c: float) -> float:
        return float(np.clip(np.exp(log_c) * wanted[live], lowest, highest).sum() - room)

    # from where nobody is above its least to where everybody is at its most
    full = float(np.log((highest / wanted[live]).max()))
    log_c = find_root(excess, full - 1000, full)
    return np.where(live, np.clip(np.exp(log_c) * wanted, least, most), least)
