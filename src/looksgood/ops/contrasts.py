"""Which checkpoints are compared with which: rows of weights that sum to 0."""

import numpy as np
from jaxtyping import Float, Int

Contrasts = Float[np.ndarray, "contrasts checkpoints"]


def pairs(checkpoints: int) -> tuple[Int[np.ndarray, " pairs"], Int[np.ndarray, " pairs"]]:
    """Return the earlier and the later of each pair, in the order of `falls`."""
    earlier, later = np.triu_indices(checkpoints, 1)
    return earlier, later


def falls(checkpoints: int) -> Contrasts:
    """Return for each pair the earlier checkpoint less the later one."""
    eye = np.eye(checkpoints)
    earlier, later = pairs(checkpoints)
    return eye[earlier] - eye[later]


def all_less(checkpoints: int, place: int) -> Contrasts:
    """Return each checkpoint less the one at `place`; its own row is 0 throughout."""
    eye = np.eye(checkpoints)
    return eye - eye[place]
