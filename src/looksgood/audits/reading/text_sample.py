"""A uniform sample of the texts that stream by: the same one each time, and never too large."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Int

from looksgood.audits.fingerprints import of_rows, strings
from looksgood.audits.rollouts import Texts

if TYPE_CHECKING:
    import pyarrow as pa

SLACK = 1.25
"""How far it may overfill before it is cut: so that cutting is rare."""


@dataclass(slots=True)
class TextSample:
    """Keeps the rows with the smallest hashes of their number: a uniform sample of fixed size.

    Source: bottom-k sampling; Cohen & Kaplan (2007), PODC 225.
    """

    most: int = 100_000
    """Rows."""
    most_characters: int = 1 << 27
    """In all; up to 4 bytes each."""
    _below: int = np.iinfo(np.int64).max
    _kept: list[tuple[int, int, str, str]] = field(default_factory=list)
    """Hash, row, prompt, completion."""
    _characters: int = 0

    def add(self, first: int, prompts: "pa.Array", completions: "pa.Array") -> None:
        """Look at the next rows, of which the first has the number `first`."""
        hashes = of_rows(np.arange(first, first + len(completions)))
        chosen = (hashes < self._below) & completions.is_valid().to_numpy(zero_copy_only=False)
        places = np.flatnonzero(chosen)
        said = strings(completions.take(places))
        asked = strings(prompts.take(places))
        for place, prompt, completion in zip(places.tolist(), asked, said, strict=True):
            row = (int(hashes[place]), first + place, prompt or "", completion or "")
            self._kept.append(row)
            self._characters += len(row[2]) + len(row[3])
        if len(self._kept) > SLACK * self.most or self._characters > SLACK * self.most_characters:
            self._cut()

    def texts(self) -> Texts:
        """Return the sample, in the order of its rows."""
        self._cut()
        kept = sorted(self._kept, key=lambda item: item[1])
        rows: Int[np.ndarray, " kept"] = np.array([item[1] for item in kept], np.int64)
        return Texts(rows, [item[2] for item in kept], [item[3] for item in kept])

    def _cut(self) -> None:
        """Keep as many of the smallest hashes as there is room for."""
        self._kept.sort()
        sizes = np.array([len(item[2]) + len(item[3]) for item in self._kept], np.int64)
        room = int(np.searchsorted(np.cumsum(sizes), self.most_characters, side="right"))
        keep = min(self.most, room)
        if keep < len(self._kept):
            self._below = self._kept[keep][0]
            self._kept = self._kept[:keep]
        self._characters = int(sizes[:keep].sum())
