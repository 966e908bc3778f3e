import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import NotFinite
from looksgood.ops.proxy_point import ascended_multiplier

unit = st.floats(0, 1)


@given(unit, st.floats(-5, 5), st.floats(-5, 5), st.floats(0.01, 3))
def test_it_rises_below_the_point_falls_beyond_it_and_stays_within_0_and_1(mu, proxy, point, rate):
    after = ascended_multiplier(mu, proxy, point, rate)
    assert 0 <= after <= 1
    assert (after - mu) * (point - proxy) >= 0
    if 0 < after < 1:
        assert after == pytest.approx(mu + rate * (point - proxy))


def test_at_the_point_it_stays():
    assert ascended_multiplier(0.3, 0.7, 0.7, 2.0) == 0.3


def test_it_finds_the_weight_at_which_the_optimum_is_at_the_point():
    """In balance E[r̂] = μ/(1 − μ), for a tilt of a unit normal: the point ½ asks for μ = ⅓."""
    mu = 0.9
    for _ in range(100):
        mu = ascended_multiplier(mu, mu / (1 - mu), 0.5, 0.1)
    assert mu == pytest.approx(1 / 3)


def test_a_proxy_that_is_nan_and_a_rate_of_nothing_are_refused():
    with pytest.raises(NotFinite, match="nan"):
        ascended_multiplier(1.0, math.nan, 0.5, 0.1)
    with pytest.raises(ValueError, match="rate"):
        ascended_multiplier(1.0, 0.0, 0.5, 0.0)
