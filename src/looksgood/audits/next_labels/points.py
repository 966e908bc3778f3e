"""At which checkpoints labels tell most: the first, the best so far, and the last."""

import numpy as np
from jaxtyping import Int

from looksgood.audits.subjects.subject import Subject
from looksgood.core.errors import TooFew


def label_points(
    subject: Subject, place: Int[np.ndarray, " candidates"]
) -> tuple[tuple[int, ...], str]:
    """Return the first checkpoint of those of the candidates, the best between, and the last.

    Raises:
        TooFew: the candidates are of fewer than 2 checkpoints.
    """
    there = np.unique(place)
    if len(there) < 2:
        raise TooFew(
            "it takes two checkpoints with responses that have no gold yet and whose text is kept: "
            f"there are {len(there)}"
        )
    between = there[1:-1]
    if not len(between):
        return (int(there[0]), int(there[-1])), ""
    for score in ("gold", "rater"):
        curve = subject.curves.get(score)
        if curve is not None and subject.checkpoints is not None:
            known = between[np.isin(subject.checkpoints.step[between], curve.x)]
            if len(known):
                at = np.searchsorted(curve.x, subject.checkpoints.step[known])
                best = int(known[curve.mean[at].argmax()])
                return (int(there[0]), best, int(there[-1])), score
    return (int(there[0]), int(between[len(between) // 2]), int(there[-1])), ""
