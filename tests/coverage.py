"""What tests of coverage share: many planted runs resampled at once, and what chance allows."""

import math
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import numpy as np

from looksgood.core.seeds import Seed
from looksgood.measures.resample import interval, resample_runs

Curves = dict[str, np.ndarray]
"""By column: (..., seeds, points)."""
Statistic = Callable[[Curves], np.ndarray]
DRAWS = 500


class World(NamedTuple):
    """Where runs come from."""

    planted: Callable[[np.random.Generator, int, int], Curves]
    """Draws runs, (runs, seeds, points), as endless prompts would show them."""
    measured: Callable[[np.random.Generator, Curves], Curves]
    """Adds prompts: (runs, seeds, points, prompts)."""


def chance(percent: float, simulations: int) -> float:
    """Return what rounding and 3.5 standard errors of the simulations explain."""
    share = percent / 100
    return 0.005 + 3.5 * math.sqrt(max(share * (1 - share), 0.01) / simulations)


def beyond_chance(
    shares: Mapping[str, float], told: Mapping[str, float], simulations: int
) -> dict[str, tuple[float, float]]:
    """Return the shares held that differ from the percentages told by more than chance explains."""
    return {
        name: (share, told[name])
        for name, share in shares.items()
        if abs(share - told[name] / 100) > chance(told[name], simulations)
    }


def resampled(tables: Curves, seed: Seed) -> Curves:
    """Resample runs as the program does, all with the same draws.

    Tables are (runs, seeds, points, prompts); what is drawn is (draws, runs, seeds, points).
    """
    runs, seeds, points, prompts = next(iter(tables.values())).shape
    stacked = {
        name: table.swapaxes(0, 1).reshape(seeds, runs * points, prompts)
        for name, table in tables.items()
    }
    drawn = resample_runs(stacked, seed, DRAWS).draws
    return {
        name: each.reshape(DRAWS, seeds, runs, points).swapaxes(1, 2)
        for name, each in drawn.items()
    }


def shares_held(
    world: World,
    statistics: Mapping[str, Statistic],
    seeds: int,
    simulations: int,
    *,
    of_size: Collection[str] = (),
    batch: int = 25,
) -> dict[str, float]:
    """Return how often the interval of each statistic holds what endless seeds and prompts show.

    Those `of_size` have no such limit (a fit's criterion grows with what is measured): their truth
    is the average over all simulations.
    """
    rng = Seed(("coverage", *statistics, seeds)).numpy()
    endless = world.planted(rng, 1, 20_000)
    ends: dict[str, list[tuple[float, float]]] = {name: [] for name in statistics}
    seen: dict[str, list[float]] = {name: [] for name in of_size}
    for done in range(0, simulations, batch):
        tables = world.measured(rng, world.planted(rng, batch, seeds))
        drawn = resampled(tables, Seed(("draws", done)))
        for name, statistic in statistics.items():
            ends[name] += [interval(values) for values in statistic(drawn).T]
            if name in seen:
                means = {column: table.mean(-1) for column, table in tables.items()}
                seen[name] += statistic(means).tolist()
    shares = {}
    for name, statistic in statistics.items():
        truth = np.mean(seen[name]) if name in seen else statistic(endless)[0]
        low, high = np.array(ends[name]).T
        shares[name] = float(((low <= truth) & (truth <= high)).mean())
    return shares


def with_prompts(
    rng: np.random.Generator, curves: np.ndarray, sd: float | np.ndarray, prompts: int, alike: float
) -> np.ndarray:
    """Add prompts to curves; the share `alike` of their variance is the same at every point."""
    *runs, points = curves.shape
    common = rng.standard_normal((*runs, 1, prompts))
    own = rng.standard_normal((*runs, points, prompts))
    return curves[..., None] + sd * (alike**0.5 * common + (1 - alike) ** 0.5 * own)
