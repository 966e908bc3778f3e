"""Equal values as equal numbers from 0, in little memory."""

import numpy as np
from jaxtyping import Int


def numbered(
    values: Int[np.ndarray, " rows"],
) -> tuple[Int[np.ndarray, " rows"], Int[np.ndarray, " names"]]:
    """Return a number from 0 for each row, equal for equal values, and the value of each number.

    Numbers ascend with values. As `np.unique` does, in half the memory.
    """
    order = np.argsort(values)
    ascending = values[order]
    first = np.ones(len(values), dtype=bool)
    first[1:] = ascending[1:] != ascending[:-1]
    names = ascending[first]
    del ascending
    number = np.empty(len(values), np.int32)
    number[order] = np.cumsum(first, dtype=np.int32) - 1
    return number, names
