"""Intervals over seeds *and* prompts: resample seeds, then the prompts within each."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed

DRAWS = 4000


@dataclass(frozen=True)
class Resampled:
    """Mean curves under resampling, several columns drawn together so that they stay paired."""

    mean: dict[str, NDArray[np.float64]]
    """By column: the mean at each point, over all seeds and prompts; shape (points,)."""
    draws: dict[str, NDArray[np.float64]]
    """By column: the same under each resampling; shape (draws, points)."""
    seeds: int


def resample(columns: dict[str, NDArray[np.float64]], seed: Seed, draws: int = DRAWS) -> Resampled:
    """Resample `columns`, each of shape (seeds, points, prompts).

    Seeds are drawn with replacement, and for each drawn seed its prompts are. With few seeds a
    percentile interval is too narrow: it cannot know how seeds it never saw would differ.

    Raises:
        TooFew: there are fewer than two seeds.
    """
    stacked = np.stack(list(columns.values()))
    _, seeds, points, prompts = stacked.shape
    if seeds < 2:
        raise TooFew(f"{seeds} seed: an anecdote, its error unknown, not 0. Add seeds.")
    rng = seed.numpy()
    out = np.empty((draws, len(columns), points))
    for d in range(draws):
        chosen = rng.integers(seeds, size=seeds)
        weights = rng.multinomial(prompts, np.full(prompts, 1 / prompts), size=seeds) / prompts
        out[d] = np.einsum("cspq,sq->cp", stacked[:, chosen], weights) / seeds
    means = stacked.mean(axis=(1, 3))
    return Resampled(
        {name: means[i] for i, name in enumerate(columns)},
        {name: out[:, i] for i, name in enumerate(columns)},
        seeds,
    )


def interval(draws: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 2.5 % and 97.5 % points of what resampling gave; NaN draws (undefined) widen it.

    A statistic that some resamplings leave undefined (no peak, say) has no support there: such
    draws count as low for the lower end and as high for the upper one, so that they speak against
    a claim of "at least" as well as against one of "below".
    """
    undefined = np.isnan(draws)
    low = np.quantile(np.where(undefined, -np.inf, draws), 0.025, method="nearest")
    high = np.quantile(np.where(undefined, np.inf, draws), 0.975, method="nearest")
    return float(low), float(high)


def table_of(rows: list[dict[str, Any]], points: list[Any], column: str) -> NDArray[np.float64]:
    """Arrange per-prompt rows as (seeds, points, prompts); rows carry `point`, `seed`, `prompt`.

    Raises:
        TooFew: a seed lacks a point or a prompt (its cell is not complete).
    """
    seeds = sorted({row["seed"] for row in rows})
    prompts = max(row["prompt"] for row in rows) + 1
    place_of_point = {point: i for i, point in enumerate(points)}
    place_of_seed = {seed: i for i, seed in enumerate(seeds)}
    table = np.full((len(seeds), len(points), prompts), np.nan)
    for row in rows:
        where = place_of_seed[row["seed"]], place_of_point[row["point"]], row["prompt"]
        table[where] = np.nan if row[column] is None else row[column]
    if np.isnan(table).any():
        raise TooFew(f"{column}: {int(np.isnan(table).sum())} measured values are missing")
    return table
