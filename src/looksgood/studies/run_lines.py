"""The lines of a run's tables: each training run along its checkpoints, each curve from a pool."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.measures.resample import Resampled, Tables, resample_runs, table_of
from looksgood.studies.arms import complete_arms, numbered

Row = dict[str, Any]
Curves = dict[str, np.ndarray]
Line = tuple[str, str, float | None]
"""Arm, optimizer, and the penalty of a training run (None for curves from a pool)."""
POOLED = ("best_of_n", "frontier")
COLUMNS = ("kl", "proxy", "gold")
Derive = Callable[[Tables, NDArray[np.int64]], Tables]


@dataclass(frozen=True)
class Lines:
    """Every line of the arms that have all seeds, resampled together, runs kept apart."""

    columns: Resampled
    """Of the columns asked for and those derived, over all points of all lines."""
    places: Mapping[Line, list[int]]
    """Where a line's points are among them: the base first, then along training, n or 1/β."""
    steps: Mapping[Line, np.ndarray]
    """The step of each point."""
    ns: Mapping[Line, list[int | None]]
    """The n of each point of best-of-n."""

    def of(self, curves: Curves, column: str, line: Line) -> np.ndarray:
        """Return a line's column: (..., seeds, points)."""
        return curves[column][..., self.places[line]]

    def of_base(self, curves: Curves, column: str, line: Line) -> np.ndarray:
        """Return a column at a line's first point, averaged over seeds: (...)."""
        return np.asarray(self.of(curves, column, line)[..., 0].mean(-1))

    def lacks(self, need: Line) -> str:
        """Say that a line is not there; "" where it is."""
        if need in self.places:
            return ""
        arm, optimizer, beta = need
        what = optimizer if beta is None else f"{optimizer} at penalty {beta:g}"
        return f"no complete line of {what} in arm {arm}"


def lines_of(
    rows: Iterable[Row], columns: Sequence[str] = COLUMNS, derive: Derive | None = None
) -> Lines:
    """Read lines from per-prompt rows. A point that a seed lacks (the frontier's end) is left out.

    `derive` adds columns that are made prompt by prompt: it is given the tables and, for each
    point, the place of its arm's base among them.

    Raises:
        TooFew: no arm is complete, or there is one seed.
    """
    rows = list(rows)
    arms = set(complete_arms(rows))
    placed = numbered(
        {**row, "point": (row["arm"], row["optimizer"], row["beta"], row["n"], row["step"])}
        for row in rows
        if row["arm"] in arms
    )
    seeds_at: dict[Any, set[int]] = {}
    for row in placed:
        seeds_at.setdefault(row["point"], set()).add(row["seed"])
    everywhere = max(map(len, seeds_at.values()), default=0)
    points = [point for point, seeds in seeds_at.items() if len(seeds) == everywhere]
    if not points:
        raise TooFew("no cell is complete")
    kept = [row for row in placed if len(seeds_at[row["point"]]) == everywhere]
    tables = {name: table_of(kept, points, name) for name in columns}
    if derive is not None:
        tables |= derive(tables, _bases(points))
    grouped = _grouped(points)
    steps = {
        line: np.array([points[i][4] for i in places], dtype=float)
        for line, places in grouped.items()
    }
    ns = {line: [points[i][3] for i in places] for line, places in grouped.items()}
    return Lines(resample_runs(tables, Seed(("bootstrap",))), grouped, steps, ns)


def _bases(points: list[tuple[Any, ...]]) -> NDArray[np.int64]:
    """Return, for each point, where its arm's base is; where there is none, the point itself."""
    base = {point[0]: i for i, point in enumerate(points) if point[1] == "base"}
    return np.array([base.get(point[0], i) for i, point in enumerate(points)])


def _grouped(points: list[tuple[Any, ...]]) -> dict[Line, list[int]]:
    """Return the places of each line's points; the base, at KL 0, begins every line but one.

    Best-of-n begins with n = 1, which is the base, read from the same pool.
    """
    groups: dict[Line, list[int]] = {}
    base = {point[0]: i for i, point in enumerate(points) if point[1] == "base"}
    for i in sorted(range(len(points)), key=lambda i: _order(points[i])):
        arm, optimizer, beta, _, _ = points[i]
        if optimizer == "base":
            continue
        line = (arm, optimizer, None if optimizer in POOLED else beta)
        start = [] if optimizer == "best_of_n" or arm not in base else [base[arm]]
        groups.setdefault(line, start).append(i)
    return groups


def _order(point: tuple[Any, ...]) -> tuple[float, float, float]:
    _, _, beta, n, step = point
    return step, n or 0, -(beta or 0)
