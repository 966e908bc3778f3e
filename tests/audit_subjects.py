"""Subjects from rows, and from means, as an audit would build them."""

import numpy as np

from looksgood.audits.record import K1_FROM_LOGP
from looksgood.audits.subjects.row_curves import of_rows
from looksgood.audits.subjects.subject import Subject
from looksgood.ops.curve import Curve


def subject_of(rows, kl_means=K1_FROM_LOGP) -> Subject:
    """A run's rows as a subject; their kl is k1 unless said otherwise."""
    return of_rows(rows, "run", kl_means=kl_means)


def scalar_curve(x, mean, se=None):
    """A curve of a log of means: independent errors, or none known."""
    size = len(x)
    covariance = np.full((size, size), np.nan) if se is None else np.diag(np.square(se))
    x, mean = np.asarray(x, dtype=float), np.asarray(mean, dtype=float)
    return Curve(x, mean, covariance, np.full(size, np.inf), np.zeros(size, dtype=int))
