"""From which scores a tail may be read: what was said once, and no atoms among the greatest."""

import numpy as np
from jaxtyping import Float, Int

SHARE = 0.02
"""Share of the distinct responses, those of the greatest scores, that a tail is read from."""
TIED = 0.1
"""More ties than this share of them is no tail: the Pareto fit then has a spurious maximum."""


def said_once(
    prompt: Int[np.ndarray, " rows"], said: Int[np.ndarray, " rows"]
) -> Int[np.ndarray, " distinct"]:
    """Return the first row of each distinct response to each prompt, in order.

    A tail is then over *what* is said, not over how often: repeats are atoms that have no tail.
    """
    return np.sort(np.unique(np.stack([prompt, said]), axis=1, return_index=True)[1])


def exceedances_of(values: Float[np.ndarray, " values"]) -> int:
    """Return how many of the greatest values to read the tail from.

    Raises:
        ValueError: too many of them tie.
    """
    count = round(SHARE * len(values))
    top = np.partition(values, len(values) - count)[len(values) - count :] if count else values[:0]
    distinct = len(np.unique(top))
    if distinct < (1 - TIED) * count:
        raise ValueError(f"only {distinct} of the {count} greatest scores differ: no tail to read")
    return count
