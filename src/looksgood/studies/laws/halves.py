"""Each method at its best: tuned on one half of the held-out prompts and read on the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.measures.resample import Resampled, resample, table_of
from looksgood.studies.arms import complete_arms, numbered

Row = dict[str, Any]
Curves = dict[str, np.ndarray]
EXPLOIT, RENYI, CHI2 = "channel.exploit", "channel.renyi_2", "chi2"
COLUMNS = ("kl", "proxy", "gold", EXPLOIT, CHI2)
HALVES = (0, 1)


@dataclass(frozen=True)
class Halves:
    """Every measured point of the arms that have all seeds, all resampled together."""

    columns: Resampled
    """Named by `_half`: of each of `COLUMNS`, one for each half of the prompts."""
    points: tuple[tuple[str, float | None, int], ...]
    """Arm, penalty and step; the base has no penalty and step 0, its pool step −1."""

    @property
    def arms(self) -> list[str]:
        """Return the arms there are."""
        return list(dict.fromkeys(arm for arm, _, _ in self.points))

    def matching(self, name: str) -> list[str]:
        """Return the arms of that name, or those that begin with it if it ends in a dash."""
        return [
            arm for arm in self.arms if arm == name or (name[-1] == "-" and arm.startswith(name))
        ]

    def lacks(self, need: str) -> str:
        """Say that no such arm is there; "" where one is."""
        return "" if self.matching(need) else f"no complete cells of arm {need.rstrip('-')}"

    def trained(self, arms: Sequence[str]) -> list[int]:
        """Return where all checkpoints of some arms are: stronger penalties first, by step."""
        found = [
            i for i, (arm, beta, _) in enumerate(self.points) if arm in arms and beta is not None
        ]
        return sorted(found, key=lambda i: (-(self.points[i][1] or 0.0), self.points[i][2]))

    def ends(self, arms: Sequence[str]) -> list[int]:
        """Return where the last checkpoint of each penalty of some arms is, strongest first."""
        last: dict[tuple[str, float | None], int] = {}
        for i in self.trained(arms):
            last[self.points[i][:2]] = i
        return list(last.values())

    def base(self, arm: str) -> int:
        """Return where the base is."""
        return self.points.index((arm, None, 0))

    def pool(self, arm: str) -> int:
        """Return where the base is as the mean of its whole pool."""
        return self.points.index((arm, None, -1))

    def smallest(self, arm: str) -> list[int]:
        """Return where the base and the checkpoints of an arm's smallest penalty are, by step."""
        ways = self.trained([arm])
        least = self.points[ways[-1]][1]
        return [self.base(arm), *(i for i in ways if self.points[i][1] == least)]


def halves_of(rows: Iterable[Row]) -> Halves:
    """Read per-prompt rows. The prompts are halved by their place: every second one.

    Raises:
        TooFew: no arm is complete, there is one seed, or one prompt.
    """
    rows = [row for row in rows if row["n"] in (None, 1)]
    arms = set(complete_arms(rows))
    placed = numbered(_told(row) for row in rows if row["arm"] in arms)
    if not placed:
        raise TooFew("no cell is complete")
    points = list(dict.fromkeys(row["point"] for row in placed))
    tables = {}
    for name in COLUMNS:
        table = table_of(placed, points, name)
        if table.shape[-1] < 2:
            raise TooFew("one prompt cannot be halved: raise measure.prompts")
        half = table.shape[-1] // 2
        for side in HALVES:
            tables[_half(name, side)] = table[..., side::2][..., :half]
    return Halves(resample(tables, Seed(("bootstrap",))), tuple(points))


def at(curves: Curves, column: str, places: Sequence[int]) -> np.ndarray:
    """Return a column at some points, over all prompts: (..., places)."""
    return np.mean([curves[_half(column, side)] for side in HALVES], axis=0)[..., list(places)]


def tuned(curves: Curves, column: str, places: Sequence[int]) -> np.ndarray:
    """Return a column where gold is highest, chosen on one half and read on the other.

    The mean of both ways round: what the choice owes to a half's luck, the other half does not pay.
    Seeds are those of both halves, so luck that all prompts of a seed share is not taken out.
    """
    read = []
    for side in HALVES:
        best = curves[_half("gold", side)][..., list(places)].argmax(-1)[..., None]
        other = curves[_half(column, 1 - side)][..., list(places)]
        read.append(np.take_along_axis(other, best, -1)[..., 0])
    return np.asarray(np.mean(read, axis=0))


def _half(column: str, side: int) -> str:
    return f"{column}, half {side}"


def _told(row: Row) -> Row:
    """Name a row's point; χ² is averaged over prompts as it is, not as a logarithm."""
    is_pool = row["n"] is not None
    ratio = None if is_pool else row[RENYI]
    return {
        **row,
        "point": (row["arm"], row["beta"], -1 if is_pool else row["step"]),
        CHI2: 0.0 if row["beta"] is None or ratio is None else float(np.expm1(ratio)),
    }
