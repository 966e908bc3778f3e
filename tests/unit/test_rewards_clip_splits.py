"""Which comparisons a member of r̂ learns from, and which it never does."""

import math

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.rewards.clips.splits import HELD_OUT, uses

SEED = Seed(("clips", "splits"))


def test_what_a_member_holds_out_is_settled_once():
    few, many = uses(50, 3, 0.4, SEED), uses(500, 3, 0.4, SEED)
    assert np.array_equal(few, many[:50])
    assert not np.array_equal(many[:, 0], many[:, 1])


def test_a_third_is_held_out_and_the_rest_is_a_bootstrap():
    counts = uses(20_000, 2, 1 / math.e, SEED)
    held = counts == HELD_OUT
    assert held.mean() == pytest.approx(1 / math.e, abs=0.01)
    assert counts[~held].mean() == pytest.approx(1, abs=0.02)
    assert (counts[~held] == 0).mean() == pytest.approx(1 / math.e, abs=0.01)
