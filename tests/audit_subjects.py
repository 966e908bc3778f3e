"""Subjects from rows, and from means, as an audit would build them."""

import numpy as np

from looksgood.audits.checkpoints import gather
from looksgood.audits.kl_meaning import K1_FROM_LOGP
from looksgood.audits.subject import Subject
from looksgood.ops.curve import Curve, curve_of_means


def subject_of(rows, kl_means=K1_FROM_LOGP):
    """A run's rows with the curves of all scores that they have."""
    checkpoints = gather(rows.step)
    curves = {}
    for name in ("proxy", "rater", "gold", "kl"):
        known = np.isfinite(rows.score(name))
        if known.any():
            curves[name] = curve_of_means(
                checkpoints.step,
                rows.score(name)[known],
                checkpoints.place[known],
                rows.prompt[known],
            )
    return Subject("run", curves, rows, checkpoints, kl_means=kl_means)


def scalar_curve(x, mean, se=None):
    """A curve of a log of means: independent errors, or none known."""
    size = len(x)
    covariance = np.full((size, size), np.nan) if se is None else np.diag(np.square(se))
    x, mean = np.asarray(x, dtype=float), np.asarray(mean, dtype=float)
    return Curve(x, mean, covariance, np.full(size, np.inf), np.zeros(size, dtype=int))
