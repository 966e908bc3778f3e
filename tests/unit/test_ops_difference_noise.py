"""The noise of a curve without errors: right for a line, too large for a bend, never unknown."""

import numpy as np
import pytest

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.difference_noise import difference_noise

ONES = np.ones(12)


def test_a_line_has_no_noise_however_its_points_are_spaced():
    x = np.cumsum(1 + Seed(("spaced",)).numpy().uniform(size=12))
    assert difference_noise(x, 3 * x - 2, ONES).variance == pytest.approx(0, abs=1e-20)


def test_it_is_the_variance_of_one_observation():
    rng = Seed(("noise",)).numpy()
    x, counts = np.sort(rng.uniform(size=12)), rng.integers(1, 9, size=12).astype(float)
    found = [
        difference_noise(x, 5 * x + 2 * rng.standard_normal(12) / counts**0.5, counts).variance
        for _ in range(2000)
    ]
    dof = difference_noise(x, x, counts).dof
    assert np.mean(found) == pytest.approx(4, rel=0.05)
    assert 2 * np.mean(found) ** 2 / np.var(found) == pytest.approx(dof, rel=0.15)


def test_a_bend_counts_as_noise():
    x = np.arange(12.0)
    noise = Seed(("bend",)).numpy().standard_normal(12)
    assert (
        difference_noise(x, noise + x**2, ONES).variance > difference_noise(x, noise, ONES).variance
    )


def test_degrees_of_freedom_of_even_spacing_are_those_of_second_differences():
    squares = 10 + 2 * (9 * (4 / 6) ** 2 + 8 * (1 / 6) ** 2)
    assert difference_noise(np.arange(12.0), ONES, ONES).dof == pytest.approx(100 / squares)


def test_seven_points_are_too_few():
    with pytest.raises(TooFew, match="7 points"):
        difference_noise(np.arange(7.0), np.ones(7), np.ones(7))
