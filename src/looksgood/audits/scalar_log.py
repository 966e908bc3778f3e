"""A log without responses: one row per checkpoint with its mean scores."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True, slots=True)
class ScalarLog:
    """Means per checkpoint of one or more runs. NaN where the log does not say."""

    runs: tuple[str, ...]
    run: Int[np.ndarray, " points"]
    """Its place in `runs`."""
    step: Float[np.ndarray, " points"]
    kl: Float[np.ndarray, " points"]
    scores: dict[str, Float[np.ndarray, " points"]]
    """proxy, rater, gold: those that it has."""
    errors: dict[str, Float[np.ndarray, " points"]]
    """Standard errors by score, where they are given or follow from counts."""
    x_label: str = "step"
    """What `step` counts: steps, rounds, or n of best-of-n."""

    def __len__(self) -> int:
        """Count the points."""
        return len(self.run)
