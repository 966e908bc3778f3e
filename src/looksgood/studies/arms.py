"""Curves of several arms, by arm and column, resampled together so that they stay paired."""

from collections.abc import Iterable, Sequence
from typing import Any

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.measures.resample import Resampled, resample, table_of
from looksgood.runs import RunFolder

Row = dict[str, Any]


def of(arm: str, column: str) -> str:
    """Return the name of one arm's column."""
    return f"{arm}: {column}"


def numbered(rows: Iterable[Row]) -> list[Row]:
    """Give each row its `prompt`: its place among those of its arm, seed and `point`.

    A prompt may be drawn twice, so its place in the draw names it, not its id.
    """
    counts: dict[tuple[Any, ...], int] = {}
    placed = []
    for row in rows:
        where = row["arm"], row["seed"], row["point"]
        at = counts.get(where, 0)
        counts[where] = at + 1
        placed.append({**row, "prompt": at})
    return placed


def complete_arms(rows: Sequence[Row]) -> list[str]:
    """Return the arms that have every seed, as they appear."""
    seeds = {row["seed"] for row in rows}
    seeds_of: dict[str, set[int]] = {}
    for row in rows:
        seeds_of.setdefault(row["arm"], set()).add(row["seed"])
    return [arm for arm, own in seeds_of.items() if own == seeds]


def results_by_arm(run: RunFolder) -> dict[str, list[dict[str, Any]]]:
    """Return what each finished cell of each arm had as its result."""
    found: dict[str, list[dict[str, Any]]] = {}
    for cell in run.cells():
        if cell.is_done:
            found.setdefault(cell.path.name.rpartition("-seed")[0], []).append(cell.result)
    return found


def resample_arms(rows: Sequence[Row], points: Sequence[Any], columns: Sequence[str]) -> Resampled:
    """Return the curves over `points` of all arms that have every seed, named by `of`.

    Rows carry `arm`, `seed`, `point` and `prompt`. A column that an arm does not know is left out.

    Raises:
        TooFew: no arm is complete, or there is one seed.
    """
    tables = {}
    for arm in complete_arms(rows):
        used = [row for row in rows if row["arm"] == arm]
        for name in columns:
            if all(row.get(name) is not None for row in used):
                tables[of(arm, name)] = table_of(used, list(points), name)
    if not tables:
        raise TooFew("no cell is complete")
    return resample(tables, Seed(("bootstrap",)))
