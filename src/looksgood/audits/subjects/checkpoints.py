"""Which rows are compared with which: the steps of a run, gathered into a few checkpoints."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, Real

MOST = 12
"""Checkpoints at most: more would each hold few rows, and every one is counted in each test."""


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Steps gathered in order, of about equally many rows each."""

    step: Float[np.ndarray, " checkpoints"]
    """Mean step of each, ascending."""
    place: Int[np.ndarray, " rows"]
    """Of each row: which checkpoint."""
    merged: bool
    """Several steps share a checkpoint."""

    def __len__(self) -> int:
        """Count them."""
        return len(self.step)


def gather(step: Real[np.ndarray, " rows"], most: int = MOST) -> Checkpoints:
    """Return at most `most` checkpoints; the first step that has rows begins the first one."""
    steps = np.unique(step)
    place = np.searchsorted(steps, step)  # what unique's inverse is, in a quarter of the memory
    if len(steps) <= most:
        return Checkpoints(steps.astype(np.float64), place, merged=False)
    rows = np.bincount(place)
    middle = np.cumsum(rows) - rows / 2
    group = np.minimum((middle / rows.sum() * most).astype(int), most - 1)
    group = np.unique(group, return_inverse=True)[1]  # a step of very many rows skips some
    mean = np.bincount(group, weights=steps * rows) / np.bincount(group, weights=rows)
    return Checkpoints(mean, group[place], merged=True)


def on_shared_prompts(
    prompt: Int[np.ndarray, " rows"], place: Int[np.ndarray, " rows"], checkpoints: int
) -> Bool[np.ndarray, " rows"] | None:
    """Return the rows whose prompt is seen at every checkpoint, or None where that leaves too few.

    A change of prompts looks like a change of the policy; on shared prompts it cannot. They are
    used where at least half of all pairs (prompt, checkpoint) are theirs.
    """
    seen = _seen(prompt, place, checkpoints)
    shared = np.asarray(seen.all(axis=1))
    if shared.sum() < 2 or shared.sum() * checkpoints < seen.sum() / 2:
        return None
    return shared[prompt]


def prompts_seen(
    prompt: Int[np.ndarray, " rows"], place: Int[np.ndarray, " rows"], checkpoints: int
) -> Int[np.ndarray, " checkpoints"]:
    """Return how many prompts each checkpoint has among these rows."""
    return _seen(prompt, place, checkpoints).sum(axis=0)


def _seen(
    prompt: Int[np.ndarray, " rows"], place: Int[np.ndarray, " rows"], checkpoints: int
) -> Bool[np.ndarray, "prompts checkpoints"]:
    # a table of bytes: numpy's unique takes seconds for a million pairs
    seen = np.zeros((int(prompt.max(initial=-1)) + 1, checkpoints), dtype=bool)
    seen[prompt, place] = True
    return seen
