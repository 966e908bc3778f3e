"""The rows of a run on which several scores are known, at the checkpoints that have enough."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from looksgood.audits.subjects.checkpoints import prompts_seen
from looksgood.audits.subjects.label_weights import gold_weights
from looksgood.audits.subjects.subject import Subject
from looksgood.core.errors import TooFew
from looksgood.ops.kept_rows import kept_rows

FEWEST = 10
"""Prompts at a checkpoint that is compared: with fewer, Student's t is no safe guide to rates."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Rows with all of some scores; `checkpoint` counts the places of `x`."""

    x: Float[np.ndarray, " checkpoints"]
    """Step of each checkpoint that is left; the first is what later ones are compared with."""
    checkpoint: Int[np.ndarray, " rows"]
    prompt: Int[np.ndarray, " rows"]
    values: Mapping[str, Float[np.ndarray, " rows"]]

    def __getitem__(self, name: str) -> Float[np.ndarray, " rows"]:
        """Return a score's column."""
        return self.values[name]

    def where(self, chosen: Bool[np.ndarray, " rows"]) -> "Scored":
        """Return the rows chosen, without checkpoints that have under 10 prompts of them.

        Raises:
            TooFew: no checkpoint has as many.
        """
        seen = prompts_seen(self.prompt[chosen], self.checkpoint[chosen], len(self.x))
        enough = seen >= FEWEST
        if not enough.any():
            most = int(seen.max(initial=0))
            raise TooFew(f"no checkpoint has {FEWEST} prompts with what it takes (most: {most})")
        kept = chosen if enough.all() else chosen & enough[self.checkpoint]
        checkpoint, prompt, *columns = kept_rows(
            kept, self.checkpoint, self.prompt, *self.values.values()
        )
        if not enough.all():
            checkpoint = (np.cumsum(enough) - 1)[checkpoint]
        values = dict(zip(self.values, columns, strict=True))
        return Scored(self.x[enough], checkpoint, prompt, values)


def scored(subject: Subject, *names: str) -> Scored:
    """Return the rows that have all of the scores named (proxy, rater, gold), and their `weight`.

    That is 1, but for labels of gold that were drawn unevenly.

    Raises:
        TooFew: there are no rows, no row has all of the scores, or no checkpoint has enough.
    """
    rows, checkpoints = subject.rows()
    for name in names:
        if not rows.has(name):
            raise TooFew(f"the data have no {name}")
    values = {name: rows.score(name) for name in names}
    known = np.all([np.isfinite(column) for column in values.values()], axis=0)
    weight = gold_weights(rows, checkpoints.place) if "gold" in names else None
    values["weight"] = np.ones(len(rows)) if weight is None else weight
    return Scored(checkpoints.step, checkpoints.place, rows.prompt, values).where(known)
