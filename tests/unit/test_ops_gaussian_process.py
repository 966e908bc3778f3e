"""The process against the multivariate normal written out, and its slope against differences."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.gaussian_process import (
    GaussianProcess,
    _log_marginal,
    fit_gaussian_process,
    process_curve,
)

KERNELS = {
    "rbf": lambda t: math.exp(-(t**2) / 2),
    "matern52": lambda t: (1 + math.sqrt(5) * t + 5 * t**2 / 3) * math.exp(-math.sqrt(5) * t),
}
each_kernel = pytest.mark.parametrize("kernel", list(KERNELS))
X = np.array([0.0, 0.4, 1.1, 1.5, 2.3, 3.0])
AT = np.array([-0.5, 0.2, 1.5, 2.9, 4.0])


def process_of(kernel, score, amplitude=1.3, length=0.8, sd=0.1):
    noise = sd**2 * np.eye(len(X))
    return GaussianProcess(kernel, X, score, noise, amplitude, length, 0.0)


def scores(*path, x=X, sd=0.1):
    return np.sin(x) + sd * Seed(("gp", *path)).numpy().standard_normal(len(x))


def k_of(kernel, a, b, amplitude=1.3, length=0.8):
    each = [[KERNELS[kernel](abs(s - t) / length) for t in b] for s in a]
    return amplitude**2 * np.array(each)


@each_kernel
def test_it_is_the_conditional_normal(kernel):
    """Joint normal with a constant of variance 1e6, conditioned by the textbook formula."""
    score = scores("conditional")
    prior = 1e6
    joint = k_of(kernel, X, X) + prior + 0.01 * np.eye(6)
    cross = k_of(kernel, AT, X) + prior
    mean = cross @ np.linalg.solve(joint, score)
    variance = k_of(kernel, AT, AT) + prior - cross @ np.linalg.solve(joint, cross.T)
    found = process_curve(process_of(kernel, score), AT)
    np.testing.assert_allclose(found.mean, mean, atol=1e-5)
    np.testing.assert_allclose(found.sd, np.sqrt(np.diag(variance)), atol=1e-5)


@each_kernel
def test_the_slope_is_the_derivative_and_its_sd_that_of_differences(kernel):
    score, h = scores("slope"), 1e-4
    process = process_of(kernel, score)
    found = process_curve(process, AT)
    up, down = process_curve(process, AT + h), process_curve(process, AT - h)
    np.testing.assert_allclose(found.slope, (up.mean - down.mean) / (2 * h), atol=1e-6)
    # Var(f(b) − f(a))/(b − a)², from the joint posterior with the constant's weight written out
    ones = np.ones(6)
    inverse = np.linalg.inv(k_of(kernel, X, X) + 0.01 * np.eye(6))
    for place, sd in zip(AT, found.slope_sd, strict=True):
        ends = np.array([place - h, place + h])
        cross = k_of(kernel, ends, X)
        left = 1 - cross @ inverse @ ones
        posterior = k_of(kernel, ends, ends) - cross @ inverse @ cross.T
        posterior += np.outer(left, left) / (ones @ inverse @ ones)
        variance = np.array([-1, 1]) @ posterior @ np.array([-1, 1]) / (2 * h) ** 2
        assert sd == pytest.approx(math.sqrt(variance), rel=2e-3)


@each_kernel
def test_its_likelihood_is_that_of_the_contrasts(kernel):
    """Of the five neighbouring differences, whose density needs no mean."""
    score = scores("likelihood")
    process = fit_gaussian_process(X, score, kernel=kernel, sd=np.full(6, 0.1))
    differ = np.diff(np.eye(6), axis=0)
    k = k_of(kernel, X, X, process.amplitude, process.length) + 0.01 * np.eye(6)
    v, z = differ @ k @ differ.T, differ @ score
    log_density = -0.5 * (z @ np.linalg.solve(v, z) + np.linalg.slogdet(v)[1])
    log_density -= 2.5 * math.log(2 * math.pi)
    # |D K Dᵀ| = |K| · 1ᵀK⁻¹1 for neighbouring differences
    assert process.log_marginal_likelihood == pytest.approx(log_density, abs=1e-9)


@each_kernel
@pytest.mark.parametrize("known", [True, False])
def test_hyperparameters_are_at_the_top(kernel, known):
    x = np.linspace(0, 6, 15)
    score = scores("top", x=x)
    errors = np.full(15, 0.1) if known else None
    process = fit_gaussian_process(x, score, kernel=kernel, sd=errors)
    found = [process.amplitude, process.length, math.sqrt(process.noise[0, 0])]
    found = np.array(found[:2] if known else found)
    noise = process.noise if known else None
    top, gradient = _log_marginal(kernel, x, score, noise, found)
    assert top == pytest.approx(process.log_marginal_likelihood)
    np.testing.assert_allclose(gradient, 0, atol=1e-2)
    # and the gradient is one, also away from the top
    away = found * np.array([1.3, 0.7, 1.1])[: len(found)]
    for i, slope in enumerate(_log_marginal(kernel, x, score, noise, away)[1]):
        step = np.exp(1e-5 * np.eye(len(found))[i])
        up, down = (
            _log_marginal(kernel, x, score, noise, p)[0] for p in (away * step, away / step)
        )
        assert slope == pytest.approx((up - down) / 2e-5, rel=1e-5, abs=1e-6)


@each_kernel
def test_a_rise_and_a_fall_are_told(kernel):
    x = np.linspace(0, math.pi, 12)
    process = fit_gaussian_process(x, scores("told", x=x, sd=0.05), kernel=kernel)
    found = process_curve(process, np.array([0.3, math.pi / 2, math.pi - 0.3]))
    assert found.prob_falling[0] < 0.01
    assert found.prob_falling[2] > 0.99
    np.testing.assert_allclose(found.mean[1], 1, atol=0.1)
    noise = math.sqrt(process.noise[0, 0])
    assert 0.02 < noise < 0.1


@settings(max_examples=10)
@given(st.floats(-100, 100), st.floats(0.01, 100), st.floats(0.01, 100))
def test_units_and_zero_are_no_matter(shift, scale, unit):
    x = np.linspace(0, 3, 8)
    score = scores("units", x=x)
    at = np.array([0.5, 2.8])
    one = process_curve(fit_gaussian_process(x, score, sd=np.full(8, 0.1)), at)
    moved = fit_gaussian_process(x * unit, shift + scale * score, sd=np.full(8, 0.1 * scale))
    other = process_curve(moved, at * unit)
    np.testing.assert_allclose(other.mean, shift + scale * one.mean, rtol=1e-3, atol=1e-3 * scale)
    np.testing.assert_allclose(other.slope_sd * unit / scale, one.slope_sd, rtol=2e-2)
    np.testing.assert_allclose(other.prob_falling, one.prob_falling, atol=1e-2)


def test_without_noise_it_passes_through_the_points():
    score = np.sin(X)
    process = dataclasses.replace(process_of("matern52", score), noise=1e-12 * np.eye(6))
    found = process_curve(process, X)
    np.testing.assert_allclose(found.mean, score, atol=1e-6)
    assert (found.sd < 1e-5).all()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: fit_gaussian_process(X[:3], X[:3]), TooFew, "4 or more"),
        (lambda: fit_gaussian_process(X, X * np.nan), ValueError, "NaN"),
        (lambda: fit_gaussian_process(X, X * 0), ValueError, "all scores are equal"),
        (lambda: fit_gaussian_process(X * 0, X), ValueError, "all places"),
        (lambda: fit_gaussian_process(X, X, sd=-np.ones(6)), ValueError, "above 0"),
        (
            lambda: process_curve(process_of("rbf", np.sin(X)), np.array([np.nan])),
            ValueError,
            "NaN",
        ),
    ],
)
def test_what_cannot_be_fitted_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
