"""How much each label counts where some rows were likelier to be labelled than others."""

import numpy as np
from jaxtyping import Bool, Float, Int

from looksgood.audits.rollouts import Rollouts


def gold_weights(
    rollouts: Rollouts, checkpoint: Int[np.ndarray, " rows"]
) -> Float[np.ndarray, " rows"] | None:
    """Return what each gold counts, 1 where there is none; None for a uniform sample."""
    if rollouts.label_probability is None:
        return None
    labelled = np.isfinite(rollouts.gold)
    weights = label_weights(labelled, rollouts.label_probability, checkpoint)
    return np.where(labelled, weights, 1.0)


def label_weights(
    labelled: Bool[np.ndarray, " rows"],
    probability: Float[np.ndarray, " rows"],
    checkpoint: Int[np.ndarray, " rows"],
) -> Float[np.ndarray, " rows"]:
    """Return each label's weight, of mean 1 within a checkpoint; 0 where there is no label.

    Labels of known `probability` π stand for 1/π rows; those of none (NaN) are a uniform sample of
    their checkpoint. Where a checkpoint has both, each kind estimates the same mean alone, and they
    are joined by how many they are: Σ over the known (n_known/n) (1/π) and (rows/n) for each other.

    Source: Horvitz & Thompson (1952), JASA 47:663; two samples of one population weighted by size.

    Raises:
        ValueError: a label's probability is not within (0, 1].
    """
    known = labelled & np.isfinite(probability)
    if not ((probability[known] > 0) & (probability[known] <= 1)).all():
        raise ValueError("a label that was drawn had a probability above 0 and at most 1")
    size = int(checkpoint.max(initial=-1)) + 1
    rows, labels, drawn = (
        np.bincount(checkpoint[part], minlength=size)[checkpoint]
        for part in (np.ones_like(labelled), labelled, known)
    )
    weight = np.where(labelled, rows / np.maximum(labels, 1), 0.0)
    weight[known] = drawn[known] / labels[known] / probability[known]
    total = np.bincount(checkpoint, weight, size)[checkpoint]
    return np.divide(weight * labels, total, out=weight, where=labelled)
