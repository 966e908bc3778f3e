"""Which checkpoints may have been the best, and what was lost since."""

import numpy as np
import pytest

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.contrasts import all_less, falls, pairs
from looksgood.ops.curve import Curve
from looksgood.ops.peak_set import lost_since_best, peak_set


def curve(mean, variance=1.0, dof=np.inf):
    size = len(mean)
    covariance = np.diag(np.broadcast_to(np.asarray(variance, dtype=float), size))
    counts = np.full(size, 50)
    mean = np.asarray(mean, dtype=float)
    return Curve(np.arange(float(size)), mean, covariance, np.full(size, float(dof)), counts)


def test_contrasts_are_of_the_pairs_they_say():
    mean = np.array([1.0, 5.0, 2.0])
    earlier, later = pairs(3)
    assert falls(3) @ mean == pytest.approx(mean[earlier] - mean[later])
    assert all_less(3, 2) @ mean == pytest.approx([-1, 3, 0])


def test_a_clear_peak_is_alone_and_a_flat_curve_excludes_nothing():
    assert list(np.flatnonzero(peak_set(curve([0, 9, 20, 9, 0])))) == [2]
    assert peak_set(curve([0, 0.5, 1, 0.2, 0])).all()


def test_the_set_holds_the_highest_point_and_shrinks_with_the_errors():
    mean = Seed(("set",)).numpy().standard_normal(8)
    sizes = []
    for variance in (1.0, 0.1, 0.01, 0.0001):
        found = peak_set(curve(mean, variance))
        assert found[mean.argmax()]
        sizes.append(found.sum())
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0], sizes[-1]) == (8, 1)


def test_a_checkpoint_of_which_nothing_is_known_may_be_the_best():
    found = curve([0.0, 9, 0])
    found.dof[2] = 1
    assert list(peak_set(found)) == [False, True, True]


def test_what_was_lost_is_never_negative():
    risen = lost_since_best(curve([0.0, 1, 9]))
    assert (risen.value, risen.low) == (0, 0)
    fallen = lost_since_best(curve([0.0, 9, 1]))
    assert fallen.value == 8
    assert 0 < fallen.low < 8 < fallen.high


@pytest.mark.parametrize("of", [peak_set, lost_since_best])
def test_one_checkpoint_or_no_error_is_refused(of):
    with pytest.raises(TooFew):
        of(curve([1.0]))
    with pytest.raises(TooFew, match="unknown"):
        of(curve([1.0, 2.0, 3.0], np.nan))


def test_the_true_best_is_in_the_set_as_often_as_stated():
    rng, mean = Seed(("best",)).numpy(), np.array([0.0, 1, 1.5, 1.5, 0.5])
    missed = sum(not peak_set(curve(mean + rng.standard_normal(5)))[2] for _ in range(60))
    assert missed / 60 < 0.05 + 3 * (0.05 * 0.95 / 60) ** 0.5
