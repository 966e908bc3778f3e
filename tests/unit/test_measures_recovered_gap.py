"""The share of a gap that is recovered, and which gap is none."""

import math

import numpy as np
import pytest

from looksgood.measures.recovered_gap import Gap, gap_recovered


@pytest.mark.parametrize(
    ("student", "share"), [(0.6, 0.0), (0.7, 0.5), (0.8, 1.0), (0.5, -0.5), (0.9, 1.5)]
)
def test_by_hand(student, share):
    found = gap_recovered(np.array([student]), np.array([0.6]), np.array([0.8]))
    assert found == pytest.approx(share)


def test_where_the_ceiling_is_not_above_the_supervisor_there_is_no_share():
    found = gap_recovered(np.full(2, 0.7), np.full(2, 0.6), np.array([0.6, 0.5]))
    assert np.isnan(found).all()


@pytest.mark.parametrize(
    ("size", "error", "enough"),
    [
        (0.10, 0.02, True),
        (0.05, 0.0166, True),
        (0.049, 0.001, False),  # under 5 points
        (0.10, 0.04, False),  # under 3 SE
        (-0.10, 0.01, False),
        (0.10, 0.0, True),
        (0.0, 0.0, False),
    ],
)
def test_a_gap_of_few_points_or_of_few_errors_is_none(size, error, enough):
    assert Gap(size, error).is_enough is enough


def test_a_gap_says_its_size_and_its_errors():
    draws = np.array([0.006, 0.036])  # sd 0.0212
    assert str(Gap.of(0.021, draws)) == "the gap is 2.1 points, 1.0 SE"
    assert math.isinf(Gap(0.1, 0.0).errors)
