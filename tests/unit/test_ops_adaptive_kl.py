import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import NotFinite
from looksgood.ops.adaptive_kl import adapted_kl_penalty

kls = st.floats(0.0, 1000.0)
betas = st.floats(0.001, 10.0)


@given(betas, kls, st.integers(1, 1000))
def test_it_pushes_towards_the_target_and_never_by_more_than_a_fifth(beta, kl, samples):
    after = adapted_kl_penalty(beta, kl, 6.0, samples)
    assert (after - beta) * (kl - 6.0) >= 0
    most = 0.2 * samples / 10_000
    assert beta * (1 - most) * (1 - 1e-12) <= after <= beta * (1 + most) * (1 + 1e-12)


def test_by_hand():
    assert adapted_kl_penalty(0.15, 6.0, 6.0, 512) == 0.15
    assert math.isclose(adapted_kl_penalty(1.0, 6.6, 6.0, 1000), 1.01)
    assert math.isclose(adapted_kl_penalty(1.0, 60.0, 6.0, 1000), 1.02)
    assert math.isclose(adapted_kl_penalty(1.0, 0.0, 6.0, 5000, horizon=5000), 0.8)


def test_it_settles_where_kl_is_inverse_to_the_penalty():
    beta = 0.15
    for _ in range(400):
        beta = adapted_kl_penalty(beta, 1.2 / beta, 6.0, 512)
    assert math.isclose(1.2 / beta, 6.0, rel_tol=0.01)


def test_nan_and_a_target_of_zero_are_refused():
    with pytest.raises(NotFinite, match="NaN"):
        adapted_kl_penalty(0.1, math.nan, 6.0, 512)
    with pytest.raises(ValueError, match="target_nats=0"):
        adapted_kl_penalty(0.1, 1.0, 0.0, 512)
