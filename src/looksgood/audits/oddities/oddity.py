"""One kind of odd output: which responses were looked at, and which are odd."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from looksgood.audits.rollouts import Rollouts
from looksgood.audits.traits.snippets import snippet

ALL = slice(None)
"""All rows of a run."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """A kind of odd output in one run."""

    name: str
    means: str
    """What counts as one."""
    rows: Int[np.ndarray, " looked_at"] | slice
    """Of the run's rows: those whose text is kept, or `ALL`."""
    odd: Bool[np.ndarray, " looked_at"]
    shown: tuple[str, ...] = ()
    """A few of them, the latest first. Not trusted."""


def in_texts(name: str, means: str, rollouts: Rollouts, odd: Bool[np.ndarray, " texts"]) -> Oddity:
    """Return an oddity that was looked for in the texts."""
    shown = latest(rollouts, odd)
    return Oddity(name, means, rollouts.texts.row, odd, shown)


def latest(rollouts: Rollouts, odd: Bool[np.ndarray, " texts"], most: int = 3) -> tuple[str, ...]:
    """Return snippets of different ones of the odd among the kept texts, latest first."""
    kept = np.flatnonzero(odd)
    order = kept[np.argsort(-rollouts.step[rollouts.texts.row[kept]], kind="stable")]
    shown: dict[str, None] = {}
    for place in order[: 10 * most]:
        shown.setdefault(snippet(rollouts.texts.completions[int(place)]))
        if len(shown) == most:
            break
    return tuple(shown)
