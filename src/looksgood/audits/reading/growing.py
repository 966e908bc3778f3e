"""A column that grows without its pieces lying about: memory that is not yet written costs none."""

import numpy as np


class Growing:
    """Values of one type, appended a chunk at a time.

    A list of chunks joined at the end holds everything twice: the chunks of a dozen columns lie
    between one another, so that freeing one column's gives nothing back.
    """

    def __init__(self) -> None:
        self._values = np.empty(0)
        self._count = 0

    def add(self, values: np.ndarray) -> None:
        """Append the values; the first decide on the type."""
        end = self._count + len(values)
        if end > len(self._values) or self._count == 0:
            grown = np.empty(max(end, 2 * len(self._values)), values.dtype)
            grown[: self._count] = self._values[: self._count]
            self._values = grown
        self._values[self._count : end] = values
        self._count = end

    def whole(self) -> np.ndarray:
        """Return all values."""
        return self._values[: self._count]
