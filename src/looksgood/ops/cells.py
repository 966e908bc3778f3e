"""Cells: the rows of one prompt at one checkpoint, so that sums over them are one count."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from looksgood.ops.numbered import numbered

ROOM = 4
"""Bytes for each row that a table of all cells may take; else rows are sorted, which is slower."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells that have rows, by prompt and then by checkpoint."""

    of_row: Int[np.ndarray, " rows"]
    """Its place among the cells."""
    prompt: Int[np.ndarray, " cells"]
    checkpoint: Int[np.ndarray, " cells"]

    def __len__(self) -> int:
        """Count the cells."""
        return len(self.prompt)

    def sums(self, values: Float[np.ndarray, " rows"]) -> Float[np.ndarray, " cells"]:
        """Return the sum of the values over each cell's rows."""
        found = np.bincount(self.of_row, weights=values, minlength=len(self))
        return found.astype(np.float64, copy=False)  # without rows numpy returns integers

    def rows(self) -> Int[np.ndarray, " cells"]:
        """Count each cell's rows."""
        return np.bincount(self.of_row, minlength=len(self))


def cells_of(
    prompt: Int[np.ndarray, " rows"], checkpoint: Int[np.ndarray, " rows"], checkpoints: int
) -> Cells:
    """Return the cells of rows; prompts are numbers from 0, checkpoints below `checkpoints`."""
    code = prompt.astype(np.int64)
    code *= checkpoints
    code += checkpoint
    room = (int(prompt.max(initial=-1)) + 1) * checkpoints
    if room > ROOM * len(code):
        of_row, names = numbered(code)
    else:
        seen = np.zeros(room, dtype=bool)
        seen[code] = True
        names = np.flatnonzero(seen)
        of_row = (np.cumsum(seen, dtype=np.int32) - 1)[code]
    return Cells(of_row, names // checkpoints, names % checkpoints)
