"""Some rows of several columns, without a copy where all rows are meant."""

import numpy as np
from jaxtyping import Bool


def kept_rows(kept: Bool[np.ndarray, " rows"], *columns: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the columns at the rows kept; the columns themselves where that is all of them.

    A copy of ten million numbers takes 80 MB, and most scores have a number in every row.
    """
    return columns if kept.all() else tuple(column[kept] for column in columns)
