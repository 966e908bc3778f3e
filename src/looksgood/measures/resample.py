"""Intervals over seeds *and* prompts: resample seeds, then the prompts within each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed

DRAWS = 4000
Tables = dict[str, NDArray[np.float64]]
"""By column: shape (seeds, points, prompts)."""


@dataclass(frozen=True)
class Resampled:
    """Mean curves under resampling, several columns drawn together so that they stay paired."""

    mean: dict[str, NDArray[np.float64]]
    """By column: the mean at each point, over all seeds and prompts; shape (points,), or
    (seeds, points) where seeds are kept apart."""
    draws: dict[str, NDArray[np.float64]]
    """By column: the same under each resampling, with an axis of draws before."""
    seeds: int


def resample(columns: Tables, seed: Seed, draws: int = DRAWS) -> Resampled:
    """Resample `columns`, each of shape (seeds, points, prompts).

    Seeds are drawn with replacement, and for each drawn seed its prompts are. With few seeds a
    percentile interval is too narrow: it cannot know how seeds it never saw would differ.
    `interval_coverage` has how often it holds the truth.

    Raises:
        TooFew: there are fewer than two seeds.
    """
    stacked = np.stack(list(columns.values()))
    _, seeds, points, _ = stacked.shape
    out = np.empty((draws, len(columns), points))
    for d, (chosen, weights) in enumerate(_choices(stacked, seed, draws)):
        out[d] = np.einsum("cspq,sq->cp", stacked[:, chosen], weights) / seeds
    return _resampled(columns, stacked.mean(axis=(1, 3)), out, seeds)


def resample_runs(columns: Tables, seed: Seed, draws: int = DRAWS) -> Resampled:
    """Resample as `resample` does, but keep the drawn seeds apart: for what is read from each run.

    `mean` has the shape (seeds, points) and `draws` (draws, seeds, points): take the mean over
    seeds last, of what was read from each run. A value at a matched KL is not that of mean curves.

    Raises:
        TooFew: there are fewer than two seeds.
    """
    stacked = np.stack(list(columns.values()))
    _, seeds, points, _ = stacked.shape
    choices = list(_choices(stacked, seed, draws))
    chosen = np.stack([one for one, _ in choices])
    weights = np.stack([shares for _, shares in choices])
    out = np.empty((draws, seeds, len(columns), points))
    for own in range(seeds):  # one product for all draws of a seed
        out[chosen == own] = np.einsum(
            "nq,cpq->ncp", weights[chosen == own], stacked[:, own], optimize=True
        )
    out = out.transpose(0, 2, 1, 3)
    return _resampled(columns, stacked.mean(axis=3), out, seeds)


def _choices(
    stacked: NDArray[np.float64], seed: Seed, draws: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Yield, for each resampling, the seeds drawn and for each the share of every prompt."""
    _, seeds, _, prompts = stacked.shape
    if seeds < 2:
        raise TooFew(f"{seeds} seed: an anecdote, its error unknown, not 0. Add seeds.")
    rng = seed.numpy()
    for _ in range(draws):
        chosen = rng.integers(seeds, size=seeds)
        yield (
            chosen,
            rng.multinomial(prompts, np.full(prompts, 1 / prompts), size=seeds) / prompts,
        )


def _resampled(
    columns: Tables, means: NDArray[np.float64], out: NDArray[np.float64], seeds: int
) -> Resampled:
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
