"""Which of the rows that stream by have an expert's label, by the fingerprints of their texts."""

import numpy as np
from jaxtyping import Bool, Int

from looksgood.audits.experts.finder import fingerprints
from looksgood.audits.experts.labels import Labels


class Labelled:
    """What labels are of, as far as it can be told before all rows are known.

    Step and run are not looked at, and white space counts: of a few rows too many the text is kept.
    """

    def __init__(self, labels: Labels) -> None:
        """Take the labels."""
        digests, keys = fingerprints(labels)
        named = zip(digests.ravel().tolist(), keys.ravel().tolist(), strict=True)
        self._pairs = {(digest, key) for digest, key in named if digest}
        self._digests = np.array(sorted({digest for digest, _ in self._pairs}), np.int64)
        rows = [
            row
            for row, digest in zip(labels.row, digests[:, 0].tolist(), strict=True)
            if row is not None and not digest
        ]
        self._rows = np.array(rows, np.int64)

    def among(
        self,
        first: int,
        digest: Int[np.ndarray, " rows"],
        prompt_key: Int[np.ndarray, " rows"],
    ) -> Bool[np.ndarray, " rows"]:
        """Tell which of the next rows have a label; the first has the number `first`."""
        found = np.isin(digest, self._digests)
        for place in np.flatnonzero(found).tolist():
            said, asked = int(digest[place]), int(prompt_key[place])
            found[place] = (said, asked) in self._pairs or (said, 0) in self._pairs
        return found | np.isin(np.arange(first, first + len(digest)), self._rows)
