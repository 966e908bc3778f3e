"""Donsker–Varadhan bounds on a mean, and bounds over prompts: attained, and never exceeded."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp

from looksgood.core.seeds import Seed
from looksgood.ops.binary_kl import max_event_probability
from looksgood.ops.gain_bounds import (
    bounded_gain_bound,
    log_mgf_gain_bound,
    sub_gamma_gain_bound,
    sub_gaussian_gain_bound,
)
from looksgood.ops.prompt_event_bounds import (
    averaged_max_event_probability,
    per_prompt_max_event_probability,
    subset_max_event_probability,
)

nats = st.floats(1e-6, 100)
scales = st.floats(1e-3, 1e3)


@given(nats, scales)
def test_a_gaussian_attains_the_sub_gaussian_bound(eps, sigma):
    found = log_mgf_gain_bound(eps, lambda x: (x * sigma) ** 2 / 2)
    assert found == pytest.approx(sigma * math.sqrt(2 * eps), rel=1e-10)
    assert sub_gaussian_gain_bound(eps, sigma) == pytest.approx(found, rel=1e-10)


@given(nats, scales, scales)
def test_the_sub_gamma_bound_is_its_infimum(eps, variance, scale):
    def log_mgf(x):
        return x * x * variance / (2 * (1 - scale * x))

    found = log_mgf_gain_bound(eps, log_mgf, 1 / scale)
    assert sub_gamma_gain_bound(eps, variance, scale) == pytest.approx(found, rel=1e-9)
    assert sub_gamma_gain_bound(eps, variance, 0.0) == sub_gaussian_gain_bound(
        eps, math.sqrt(variance)
    ) or math.isclose(math.sqrt(2 * variance * eps), sub_gamma_gain_bound(eps, variance, 0.0))


@given(st.floats(1e-6, 1 - 1e-6), st.floats(1e-6, 10))
def test_two_values_attain_the_bounded_bound(q, eps):
    def log_mgf(x):
        return float(np.logaddexp(math.log1p(-q), math.log(q) + x)) - q * x

    exact = bounded_gain_bound(eps, 2 * q - 1, -1.0, 1.0) / 2
    assert exact == pytest.approx(max_event_probability(q, eps).p - q, rel=1e-6)
    if max_event_probability(q, eps).p < 1 - 1e-6:
        # a centred log-mgf cancels where λ is small: 1e-6 is what float64 leaves of it
        assert log_mgf_gain_bound(eps, lambda x: max(log_mgf(x), 0.0)) == pytest.approx(
            exact, rel=1e-6, abs=1e-9
        )
    assert exact <= math.sqrt(eps / 2) + 1e-12


def test_no_tilted_policy_gains_more():
    rng = Seed(("test", "gain")).numpy()
    for _ in range(25):
        base, score = rng.dirichlet([0.5] * 6), rng.uniform(-1, 1, 6)
        rate = float(rng.uniform(0.1, 8))
        log_z = logsumexp(rate * score, b=base)
        tilted = base * np.exp(rate * score - log_z)
        mean, gain = float(base @ score), float((tilted - base) @ score)
        eps = float(rate * (tilted @ score) - log_z)

        def log_mgf(x, base=base, score=score, mean=mean):
            return float(logsumexp(x * (score - mean), b=base))

        assert log_mgf_gain_bound(eps, log_mgf) == pytest.approx(gain, rel=1e-6)
        assert gain <= bounded_gain_bound(eps, mean, -1.0, 1.0) + 1e-9
        assert gain <= sub_gaussian_gain_bound(eps, 1.0) + 1e-9


def test_no_kl_no_gain():
    assert sub_gaussian_gain_bound(0.0, 3.0) == 0
    assert sub_gamma_gain_bound(0.0, 3.0, 1.0) == 0
    assert bounded_gain_bound(0.0, 0.3, 0.0, 1.0) == 0
    assert log_mgf_gain_bound(0.0, lambda x: x * x / 2) == 0


def test_heavy_tails_have_no_bound():
    with pytest.raises(ValueError, match="without limit within any KL"):
        log_mgf_gain_bound(0.001, lambda _: math.inf)
    with pytest.raises(ValueError, match="without limit"):
        log_mgf_gain_bound(0.0, lambda _: math.inf)


def test_a_constant_score_gains_nothing_it_can_measure():
    assert log_mgf_gain_bound(1.0, lambda _: 0.0) < 1e-29


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: sub_gaussian_gain_bound(-1.0, 1.0), "never negative"),
        (lambda: sub_gaussian_gain_bound(1.0, math.inf), "sigma = inf"),
        (lambda: sub_gamma_gain_bound(1.0, -1.0, 1.0), "variance = -1"),
        (lambda: sub_gamma_gain_bound(1.0, 1.0, math.nan), "scale = nan"),
        (lambda: bounded_gain_bound(1.0, 0.5, 1.0, 0.0), "ends apart"),
        (lambda: bounded_gain_bound(1.0, 0.5, 0.0, math.inf), "must be finite"),
        (lambda: bounded_gain_bound(1.0, 1.5, 0.0, 1.0), "base mean 1.5"),
        (lambda: log_mgf_gain_bound(1.0, lambda _: math.nan), "= nan: of a centred f"),
        (lambda: log_mgf_gain_bound(1.0, lambda x: -x), "never negative"),
        (lambda: log_mgf_gain_bound(1.0, lambda x: x, 0.0), "max_lambda = 0"),
    ],
)
def test_what_cannot_be_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()


# ---- over prompts

prompts = st.lists(
    st.tuples(st.floats(0.01, 1), st.floats(1e-6, 1), st.floats(0, 30)), min_size=1, max_size=12
)


@given(prompts)
def test_an_average_proves_no_more_than_its_prompts(rows):
    weights, rates, kls = np.array(rows).T
    weights = weights / weights.sum()
    tight = per_prompt_max_event_probability(weights, rates, kls)
    assert tight <= averaged_max_event_probability(weights, rates, kls) + 1e-12


def test_averages_hide_prompts():
    weights, rates = np.full(10, 0.1), np.full(10, 1e-4)
    one = np.array([10.0] + [0.0] * 9)
    tight = per_prompt_max_event_probability(weights, rates, one)
    assert tight == pytest.approx(0.1 + 0.9e-4)
    loose = averaged_max_event_probability(weights, rates, one)
    assert loose == max_event_probability(float(weights @ rates), 1.0).p
    assert loose > 0.15


def test_a_subset_may_have_had_all_of_the_kl():
    assert subset_max_event_probability(1e-6, 0.1, 0.01) == max_event_probability(1e-6, 10.0).p
    assert subset_max_event_probability(1e-6, 0.2, 0.01) == 1
    assert subset_max_event_probability(1e-6, 0.2, 1.0) == max_event_probability(1e-6, 0.2).p


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda w, q, e: per_prompt_max_event_probability(w / 2, q, e), "sum to 0.5"),
        (lambda w, q, e: per_prompt_max_event_probability(w, q + 1, e), "base rate q = 1.1"),
        (lambda w, q, e: averaged_max_event_probability(w, q, e - 9), "never negative"),
        (lambda w, q, e: averaged_max_event_probability(w * math.nan, q, e), "sum to nan"),
        (lambda w, q, e: subset_max_event_probability(0.1, 1.0, 0.0), "weight = 0"),
        (lambda w, q, e: subset_max_event_probability(0.1, -1.0, 0.5), "KL = -1"),
    ],
)
def test_prompts_that_cannot_be_are_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call(np.array([0.5, 0.5]), np.array([0.1, 0.2]), np.array([1.0, 8.0]))
