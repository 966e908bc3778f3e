import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.bayes_factor_normal import (
    normal_known_variance_log_bf_nats,
    normal_unknown_variance_log_bf_nats,
)
from looksgood.ops.e_process_bounded import log_e_bounded_mean, rejected_after
from looksgood.ops.e_process_normal import log_e_normal_mean, log_e_t


@given(st.floats(0.05, 0.95), st.sampled_from(["greater", "less", "two-sided"]))
def test_one_bet_on_a_coin_of_the_null_is_fair(mean, alternative):
    """E over all outcomes of three Bernoulli values of that mean: exactly 1."""
    total = 0.0
    for code in range(8):
        values = np.array([code >> k & 1 for k in range(3)], dtype=float)
        chance = math.prod(mean if x else 1 - mean for x in values)
        total += chance * math.exp(log_e_bounded_mean(values, mean, alternative)[-1])
    assert math.isclose(total, 1, rel_tol=1e-12)


def test_a_scaled_range_changes_nothing():
    values = Seed(("e", "scaled")).numpy().uniform(size=20)
    unit = log_e_bounded_mean(values, 0.4)
    np.testing.assert_allclose(log_e_bounded_mean(5 * values - 2, 0.0, low=-2.0, high=3.0), unit)


@given(st.integers(0, 99), st.integers(2, 30))
def test_the_normal_processes_are_the_bayes_factors_as_values_come(number, n):
    values = Seed(("e", number)).numpy().normal(0.3, 2.0, size=n)
    known = log_e_normal_mean(values, 0.1, 2.0, 0.7)[-1]
    expected = normal_known_variance_log_bf_nats(values.mean(), 2 / math.sqrt(n), 0.1, 0.1, 0.7)
    assert math.isclose(known, expected, rel_tol=1e-10, abs_tol=1e-12)
    t = (values.mean() - 0.1) / values.std(ddof=1) * math.sqrt(n)
    unknown = log_e_t(values, 0.1, 0.5)
    expected = normal_unknown_variance_log_bf_nats(t, n, n - 1, 0.5)
    assert math.isclose(unknown[-1], expected, rel_tol=1e-9, abs_tol=1e-10)
    assert math.isclose(unknown[0], 0, abs_tol=1e-12)


def test_they_reject_what_is_false_and_count_the_values():
    rng = Seed(("e", "power")).numpy()
    bounded = log_e_bounded_mean(rng.uniform(0.3, 1.0, size=300), 0.5, "greater")
    after = rejected_after(bounded)
    assert after is not None
    assert 5 < after < 100
    assert bounded[after - 1] >= math.log(20) > bounded[: after - 1].max()
    assert rejected_after(log_e_bounded_mean(np.full(50, 0.5), 0.5)) is None
    assert rejected_after(log_e_t(rng.normal(1, 3, size=300), 0.0, 0.5)) is not None


def test_values_exactly_at_the_null_are_no_evidence():
    assert (log_e_t(np.zeros(4), 0.0, 1.0) <= 0).all()


def test_what_cannot_be_bet_on_is_refused():
    with pytest.raises(ValueError, match="outside"):
        log_e_bounded_mean(np.array([1.5]), 0.5)
    with pytest.raises(ValueError, match="null_mean=0"):
        log_e_bounded_mean(np.array([0.5]), 0.0)
    with pytest.raises(TooFew):
        log_e_bounded_mean(np.array([]), 0.5)
    with pytest.raises(ValueError, match="values: 1 of 1"):
        log_e_normal_mean(np.array([np.nan]), 0.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="sd=0"):
        log_e_normal_mean(np.array([1.0]), 0.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="effect_sd"):
        log_e_t(np.array([1.0]), 0.0, -1.0)
    with pytest.raises(ValueError, match="alpha=1"):
        rejected_after(np.zeros(3), 1.0)
