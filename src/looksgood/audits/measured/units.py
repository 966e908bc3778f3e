"""One unit for scores of different scales: how much responses differ at the first checkpoint."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.subjects.subject import Subject
from looksgood.core.errors import TooFew
from looksgood.ops.pooled_sd import pooled_sd

ENOUGH = 10
"""Degrees of freedom within prompts, from which on a unit is taken within them."""


@dataclass(frozen=True, slots=True)
class Units:
    """The sd of each score at the first checkpoint: within prompts for all scores, or for none."""

    sd: Mapping[str, float]
    within: bool

    @property
    def words(self) -> str:
        """What one unit is."""
        among = "responses to one prompt" if self.within else "responses"
        return f"sd of {among} at the first checkpoint"


def units(subject: Subject, scores: tuple[str, ...]) -> Units:
    """Return the units of `scores`, from the rows of the first checkpoint that have each.

    Within prompts, differences between prompts do not count, which no policy can change; where
    prompts have one response each there is only the overall sd.

    Raises:
        TooFew: there are no rows, or a score does not vary at the first checkpoint.
    """
    rows, checkpoints = subject.rows()
    found = {}
    for score in scores:
        known = (checkpoints.place == 0) & np.isfinite(rows.score(score))
        found[score] = _sds(rows.score(score)[known], rows.prompt[known])
    within = all(dof >= ENOUGH for _, _, dof in found.values())
    sd = {score: (inside if within else overall) for score, (inside, overall, _) in found.items()}
    for score, value in sd.items():
        if not value > 0:
            raise TooFew(f"{score} does not vary at the first checkpoint: it has no unit")
    return Units(sd, within)


def _sds(
    values: Float[np.ndarray, " rows"], prompt: Int[np.ndarray, " rows"]
) -> tuple[float, float, int]:
    """Return the sd within prompts, the overall one, and the degrees of freedom of the first."""
    if len(values) < 2:
        return 0.0, 0.0, 0
    dof = len(values) - len(np.unique(prompt))
    alone = np.zeros(len(values), dtype=np.int64)
    within = float(pooled_sd(values, alone, prompt, 1)[0]) if dof else 0.0
    overall = float(values.std(ddof=1))
    tiny = 1e-9 * float(np.abs(values).max())  # the mean of equals is rounded
    return (within if within > tiny else 0.0), (overall if overall > tiny else 0.0), dof
