"""A sample of the texts that stream by: the same one each time, and never too large."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Int

from looksgood.audits.fingerprints import of_rows, strings
from looksgood.audits.rollouts import Texts

if TYPE_CHECKING:
    import pyarrow as pa

SLACK = 1.25
"""How far it may overfill before it is cut: so that cutting is rare."""
LABELLED = 0.5
"""Share of the room that texts with a label may take: if they need more, none is preferred."""

Kept = tuple[int, int, str, str]
"""Hash, row, prompt, completion."""


class TextSample:
    """Keeps a uniform sample of the texts, and all of those that have a label, where these are few.

    Of the others it stays a uniform sample.
    """

    def __init__(self, most: int = 100_000, most_characters: int = 1 << 27) -> None:
        """Take how many rows to keep at most, and how many characters (up to 4 bytes each)."""
        self._all = _Lowest(most, most_characters)
        self._labelled: _Lowest | None = _Lowest(
            int(LABELLED * most), int(LABELLED * most_characters)
        )

    def add(
        self,
        first: int,
        prompts: "pa.Array",
        completions: "pa.Array",
        labelled: Bool[np.ndarray, " rows"] | None = None,
    ) -> None:
        """Look at the next rows, of which the first has the number `first`."""
        hashes = of_rows(np.arange(first, first + len(completions)))
        there = completions.is_valid().to_numpy(zero_copy_only=False)
        self._all.add(first, hashes, there, prompts, completions)
        if labelled is not None and self._labelled is not None:
            self._labelled.add(first, hashes, there & labelled, prompts, completions)
            if self._labelled.overflowed:
                self._labelled = None

    def texts(self) -> Texts:
        """Return the sample, in the order of its rows."""
        labelled = self._labelled
        preferred = [] if labelled is None else labelled.lowest()
        if labelled is not None and labelled.overflowed:
            preferred = []
        kept = {item[1]: item for item in preferred}
        room = self._all.most_characters - sum(map(_size, preferred))
        for item in self._all.lowest():
            if item[1] not in kept:
                room -= _size(item)
                if len(kept) == self._all.most or room < 0:
                    break
                kept[item[1]] = item
        items = sorted(kept.values(), key=lambda item: item[1])
        rows: Int[np.ndarray, " kept"] = np.array([item[1] for item in items], np.int64)
        return Texts(rows, [item[2] for item in items], [item[3] for item in items])


@dataclass(slots=True)
class _Lowest:
    """The rows with the smallest hashes of their number: a uniform sample of fixed size.

    Source: bottom-k sampling; Cohen & Kaplan (2007), PODC 225.
    """

    most: int
    most_characters: int
    overflowed: bool = False
    """There was not room for all."""
    _below: int = np.iinfo(np.int64).max
    _kept: list[Kept] = field(default_factory=list)
    _characters: int = 0

    def add(
        self,
        first: int,
        hashes: Int[np.ndarray, " rows"],
        wanted: Bool[np.ndarray, " rows"],
        prompts: "pa.Array",
        completions: "pa.Array",
    ) -> None:
        """Look at the next rows that are wanted."""
        places = np.flatnonzero((hashes < self._below) & wanted)
        said = strings(completions.take(places))
        asked = strings(prompts.take(places))
        for place, prompt, completion in zip(places.tolist(), asked, said, strict=True):
            row = (int(hashes[place]), first + place, prompt or "", completion or "")
            self._kept.append(row)
            self._characters += _size(row)
        if len(self._kept) > SLACK * self.most or self._characters > SLACK * self.most_characters:
            self._cut()

    def lowest(self) -> list[Kept]:
        """Return them, the smallest hash first."""
        self._cut()
        return self._kept

    def _cut(self) -> None:
        """Keep as many of the smallest hashes as there is room for."""
        self._kept.sort()
        sizes = np.array(list(map(_size, self._kept)), np.int64)
        room = int(np.searchsorted(np.cumsum(sizes), self.most_characters, side="right"))
        keep = min(self.most, room)
        if keep < len(self._kept):
            self._below = self._kept[keep][0]
            self._kept = self._kept[:keep]
            self.overflowed = True
        self._characters = int(sizes[:keep].sum())


def _size(item: Kept) -> int:
    return len(item[2]) + len(item[3])
