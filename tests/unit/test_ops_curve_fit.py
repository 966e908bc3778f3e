"""Gao's forms: fitted, compared, extrapolated; their peaks, and the sets in which peaks may lie."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.curve_comparison import compare_forms
from looksgood.ops.curve_fit import curve_band, fit_curve, slope_band
from looksgood.ops.curve_forms import FORMS, STRAIGHT, WITH_INTERCEPT, form_basis, form_slope
from looksgood.ops.curve_peak import curve_peak
from looksgood.ops.fieller import fieller
from looksgood.ops.inverted_u import inverted_u_test

D = np.sqrt(np.linspace(0.25, 10.0, 12))
BENT_WITH_INTERCEPT = WITH_INTERCEPT - STRAIGHT
each_form = pytest.mark.parametrize("form", FORMS)
bending = pytest.mark.parametrize("form", [form for form in FORMS if form not in STRAIGHT])


def noisy(form, coefficients, sd, *path, d=D):
    rng = Seed(("curve", *path)).numpy()
    return form_basis(form, d) @ np.array(coefficients) + sd * rng.standard_normal(len(d))


def coefficients_of(form, alpha=0.6, beta=0.15):
    bend = [] if form in STRAIGHT else [beta]
    return [0.2] * (form in WITH_INTERCEPT) + [alpha, *bend]


@each_form
def test_slopes_are_derivatives(form):
    step = 1e-6
    numeric = (form_basis(form, D + step) - form_basis(form, D - step)) / (2 * step)
    np.testing.assert_allclose(form_slope(form, D), numeric, rtol=1e-7, atol=1e-8)


@each_form
@pytest.mark.parametrize("unit", [1e-4, 1.0, 1e5])
def test_an_exact_curve_is_found_again(form, unit):
    true = np.array(coefficients_of(form))
    d = D * unit
    fit = fit_curve(form, d, form_basis(form, d) @ true, sd=np.full(12, 0.1))
    np.testing.assert_allclose(curve_band(fit, d).mean, form_basis(form, d) @ true, rtol=1e-12)
    # a bend of 1e-9 beside an intercept of 0.2 is lost to rounding, whatever the method
    if form not in BENT_WITH_INTERCEPT or unit == 1:
        np.testing.assert_allclose(fit.coefficients, true, rtol=1e-9)


@each_form
def test_it_is_the_normal_equations(form):
    """Against (XᵀV⁻¹X)⁻¹ XᵀV⁻¹y, written out, with correlated errors."""
    score = noisy(form, coefficients_of(form), 0.1, "normal", form)
    root = np.tril(Seed(("root",)).numpy().standard_normal((12, 12))) + 4 * np.eye(12)
    v = root @ root.T
    x = form_basis(form, D)
    inverse = np.linalg.inv(x.T @ np.linalg.inv(v) @ x)
    fit = fit_curve(form, D, score, covariance=v)
    np.testing.assert_allclose(fit.covariance, inverse, rtol=1e-9)
    np.testing.assert_allclose(fit.coefficients, inverse @ x.T @ np.linalg.inv(v) @ score)
    residual = score - x @ fit.coefficients
    log_likelihood = -0.5 * (
        residual @ np.linalg.inv(v) @ residual
        + np.linalg.slogdet(v)[1]
        + 12 * math.log(2 * math.pi)
    )
    assert math.isclose(fit.log_likelihood, log_likelihood, rel_tol=1e-9)
    assert math.isclose(fit.aic, 2 * x.shape[1] - 2 * log_likelihood, rel_tol=1e-9)


def test_sd_is_a_diagonal_covariance():
    score, sd = noisy("rl", [0.5, 0.1], 0.1, "diagonal"), np.linspace(0.1, 0.5, 12)
    a = fit_curve("rl", D, score, sd=sd)
    b = fit_curve("rl", D, score, covariance=np.diag(sd**2))
    np.testing.assert_allclose(a.covariance, b.covariance, rtol=1e-12)
    assert math.isclose(a.log_likelihood, b.log_likelihood, rel_tol=1e-12)


def test_a_line_by_hand():
    """Scores 1, 3 at d = 1, 2: α = 7/5, RSS = 0.2, one degree of freedom, Var α = 0.2/5."""
    fit = fit_curve("linear", np.array([1.0, 2.0]), np.array([1.0, 3.0]))
    assert (fit.alpha, fit.beta, fit.df) == (pytest.approx(1.4), 0.0, 1)
    assert fit.residual_variance == pytest.approx(0.2)
    assert fit.covariance[0, 0] == pytest.approx(0.04)
    # Student's t with 1 degree of freedom: 12.7062
    band = curve_band(fit, np.array([3.0]), new_sd=math.sqrt(0.2))
    half = 12.706204736 * math.sqrt(0.04 * 9 + 0.2)
    assert band.high[0] - band.mean[0] == pytest.approx(half, rel=1e-9)


@bending
def test_intervals_widen_beyond_the_data(form):
    fit = fit_curve(form, D, noisy(form, coefficients_of(form), 0.05, "wide", form))
    band = curve_band(fit, np.linspace(D[-1], 4 * D[-1], 9))
    assert (np.diff(band.high - band.low) > 0).all()
    slopes = slope_band(fit, D)
    assert (slopes.low < slopes.high).all()


@pytest.mark.parametrize(
    ("form", "alpha", "beta", "kl", "height"),
    [
        # facts.md §3: best-of-n 3M peaks near KL 4, 3B within 13–16; RL 3M near 13 with R ≈ .55
        ("best_of_n", 0.49, 0.120, 4.17, 0.500),
        ("best_of_n", 0.662, 0.090, 13.5, 1.217),
        ("rl", 0.35, 0.154, 12.7, 0.550),
    ],
)
def test_peaks_of_gao(form, alpha, beta, kl, height):
    fit = fit_curve(form, D, form_basis(form, D) @ np.array([alpha, beta]), sd=np.full(12, 1e-3))
    peak = curve_peak(fit)
    assert (peak.kl_nats, peak.height) == (
        pytest.approx(kl, rel=0.01),
        pytest.approx(height, rel=0.01),
    )


@bending
def test_the_peak_is_where_the_slope_is_zero(form):
    fit = fit_curve(form, D, noisy(form, coefficients_of(form), 0.02, "peak", form))
    peak = curve_peak(fit)
    assert slope_band(fit, np.array([peak.d])).mean[0] == pytest.approx(0, abs=1e-12)
    higher = curve_band(fit, np.array([peak.d * 0.99, peak.d, peak.d * 1.01])).mean
    assert higher.argmax() == 1
    assert peak.height == pytest.approx(higher[1])


@pytest.mark.parametrize(
    ("form", "height"),
    [
        ("best_of_n", lambda a, b: a**2 / 4 / b),
        ("rl", lambda a, b: b * math.exp(a / b - 1)),
    ],
)
@pytest.mark.parametrize("sd", [0.02, 0.08])
def test_heights_are_those_of_all_curves_near_the_fit(form, height, sd):
    """The least and greatest height over the ellipse of coefficients within c of the fit."""
    fit = fit_curve(form, D, noisy(form, [0.6, 0.2], sd, "height", form))
    peak = curve_peak(fit)
    turn = np.linspace(0, 2 * np.pi, 20_001)
    root = np.linalg.cholesky(fit.covariance) * fit.critical(0.95)
    ellipse = fit.coefficients[:, None] + root @ np.stack([np.cos(turn), np.sin(turn)])
    each = [height(a, b) for a, b in ellipse.T]
    assert peak.heights == pytest.approx((min(each), max(each)), rel=1e-6)
    assert peak.heights[0] < peak.height < peak.heights[1]


@bending
@pytest.mark.parametrize("level", [0.5, 0.9, 0.999])
@pytest.mark.parametrize("sd", [0.02, 0.3, 3.0])
def test_the_set_is_where_the_slope_may_be_zero(form, level, sd):
    """Fieller's set by its meaning: all d at which the slope's interval contains 0."""
    fit = fit_curve(form, D, noisy(form, coefficients_of(form), sd, "set", form, int(100 * sd)))
    peak = curve_peak(fit, level=level)
    d = np.geomspace(1e-3, 1e3, 4001)
    band = slope_band(fit, d, level=level)
    may_be_zero = (band.low <= 0) & (band.high >= 0)
    inside = np.zeros_like(may_be_zero)
    for low, high in peak.positions:
        inside |= (low <= d) & (d <= high)
    assert (inside == may_be_zero).all()
    assert peak.bounded == (len(peak.positions) == 1 and fieller_is_interval(fit, level))


def fieller_is_interval(fit, level):
    sd_beta = math.sqrt(fit.covariance[-1, -1])
    return abs(fit.beta) > fit.critical(level) * sd_beta


def test_the_three_shapes_of_the_set():
    # a = 2, b = 1, both with variance 0.01, c = 2: bounded, by hand (0.96, 2, 3.96)
    bounded = fieller(2, 1, 0.01, 0.01, 0, 2)
    root = math.sqrt(4 - 0.96 * 3.96)
    assert bounded.shape == "interval"
    assert (bounded.low, bounded.high) == pytest.approx(((2 - root) / 0.96, (2 + root) / 0.96))
    outside = fieller(2, 0.1, 0.01, 0.01, 0, 2)
    assert outside.shape == "complement"
    assert outside.low < 0 < 2 / 0.1 < 1e9
    assert outside.contains(20)
    assert not outside.contains(1)
    assert fieller(0.1, 0.1, 0.01, 0.01, 0, 2).shape == "everything"


estimate = st.floats(-10, 10)
variance = st.floats(0.01, 10)


@given(estimate, estimate, variance, variance, st.floats(-0.99, 0.99), st.floats(0.5, 4), estimate)
def test_the_set_is_the_test_inverted(a, b, va, vb, r, c, ratio):
    cov = r * math.sqrt(va * vb)
    t2 = (a - ratio * b) ** 2 / (va - 2 * ratio * cov + ratio**2 * vb)
    assume(abs(t2 / c**2 - 1) > 1e-6)
    assume(abs(abs(b) - c * math.sqrt(vb)) > 1e-6)
    assert fieller(a, b, va, vb, cov, c).contains(ratio) == (t2 < c**2)


def test_the_boundary_between_bounded_and_not_is_a_half_line():
    """b is exactly c standard errors from 0: one end is at infinity."""
    found = fieller(2.0, 2.0, 1.0, 1.0, 0.0, 2.0)
    assert (found.low, found.high) == (-math.inf, 0.0)
    assert fieller(2.0, -2.0, 1.0, 1.0, 0.0, 2.0).high == math.inf
    assert fieller(0.0, 2.0, 1.0, 1.0, 0.0, 2.0).shape == "everything"


@pytest.mark.parametrize("form", ["best_of_n", "rl"])
def test_what_does_not_bend_has_no_peak_within_the_data(form):
    rising = fit_curve(form, D, noisy(form, [0.5, 0.0], 0.2, "rise", form))
    assert curve_peak(rising).verdict == "no peak within the data"
    assert not curve_peak(rising).bounded
    assert curve_peak(rising).heights is None
    upwards = fit_curve(form, D, form_basis(form, D) @ np.array([0.5, -0.3]), sd=np.full(12, 0.01))
    assert curve_peak(upwards).d is None
    assert curve_peak(upwards).verdict == "no peak within the data"


def test_a_peak_beyond_the_data_is_not_claimed():
    # exact and bounded, but at d = 2 α/2β = 10 where the data end at 3.2
    score = form_basis("best_of_n", D) @ np.array([0.6, 0.03])
    far = curve_peak(fit_curve("best_of_n", D, score, sd=np.full(12, 1e-4)))
    assert far.bounded
    assert far.d == pytest.approx(10)
    assert far.verdict == "no peak within the data"
    edge = form_basis("best_of_n", D) @ np.array([0.6, 0.6 / 2 / D[-1]])
    assert (
        curve_peak(fit_curve("best_of_n", D, edge, sd=np.full(12, 0.02))).verdict
        == "peak may lie beyond the data"
    )
    near = form_basis("best_of_n", D) @ np.array([0.6, 0.2])
    assert (
        curve_peak(fit_curve("best_of_n", D, near, sd=np.full(12, 0.02))).verdict
        == "peak within the data"
    )


def test_forms_are_told_apart_only_by_a_lead_of_four():
    sd = np.full(12, 0.05)
    score = form_basis("best_of_n", D) @ np.array([0.6, 0.15])
    fits = [fit_curve(form, D, score, sd=sd) for form in ("best_of_n", "rl")]
    told = compare_forms(*fits)
    # exact scores: the other form's χ² is the whole difference
    residual = score - form_basis("rl", D) @ fits[1].coefficients
    assert told.lead == pytest.approx((residual**2).sum() / 0.05**2)
    assert (told.best, told.distinguishable) == ("best_of_n", told.lead >= 4)
    blurred = [fit_curve(form, D, score, sd=5 * sd) for form in ("best_of_n", "rl")]
    assert not compare_forms(*blurred).distinguishable
    assert compare_forms(*blurred).words.startswith("not distinguishable (ΔAIC 0.")
    sharp = [fit_curve(form, D, score, sd=sd / 5) for form in ("best_of_n", "rl", "linear")]
    assert compare_forms(*sharp).words.startswith("best_of_n fits best (ΔAIC")


def test_aic_where_the_error_is_estimated():
    score = noisy("best_of_n", [0.6, 0.15], 0.05, "aic")
    fit = fit_curve("best_of_n", D, score)
    rss = fit.residual_variance * 10
    assert fit.aic == pytest.approx(12 * math.log(rss / 12) + 12 * math.log(2 * math.pi) + 12 + 6)


@bending
@pytest.mark.parametrize("number", range(12))
def test_the_u_test_is_the_fieller_interval_within_the_range(form, number):
    """Lind & Mehlum (2010) §2: it rejects at α where the 1 − 2α set is a peak inside the range."""
    sd = (0.02, 0.1, 0.3)[number % 3]
    fit = fit_curve(form, D, noisy(form, coefficients_of(form), sd, "u", form, number))
    test = inverted_u_test(fit)
    for alpha in (0.01, 0.05, 0.2):
        peak = curve_peak(fit, level=1 - 2 * alpha)
        inside = (
            peak.bounded
            and peak.d is not None
            and peak.positions[0][0] >= D[0]
            and peak.positions[0][1] <= D[-1]
        )
        assert (test.p_value < alpha) == inside


def test_the_u_test_by_hand():
    """α = β = 1 with variances 0.1, 0.025 at d = 0 and 1: slopes 1 and −1, t = 3.16 and 2.24."""
    d = np.array([1.0, 1.0, 2.0])
    fit = fit_curve("best_of_n", d, np.array([0.0, 0.0, -2.0]), sd=np.ones(3))
    assert (fit.alpha, fit.beta) == (pytest.approx(1), pytest.approx(1))
    test = inverted_u_test(fit, low=0.0, high=1.0)
    assert (test.slope_low, test.slope_high) == (pytest.approx(1), pytest.approx(-1))
    sd = np.sqrt([fit.covariance[0, 0], (row := np.array([1, -2])) @ fit.covariance @ row])
    normal = [0.5 * math.erfc(1 / s / math.sqrt(2)) for s in sd]
    assert (test.p_rises, test.p_falls) == pytest.approx(tuple(normal))
    assert test.p_value == max(test.p_rises, test.p_falls)


def test_a_curve_that_only_rises_or_is_a_u_passes_no_test():
    sd = np.full(12, 0.05)
    for coefficients in ([0.6, 0.01], [0.1, -0.2], [-0.6, -0.2]):
        score = form_basis("best_of_n", D) @ np.array(coefficients)
        assert inverted_u_test(fit_curve("best_of_n", D, score, sd=sd)).p_value > 0.5


ones = np.ones(12)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: fit_curve("rl", D[:2], D[:2]), TooFew, "2 points for 2 coefficients"),
        (lambda: fit_curve("rl", D[:1], D[:1], sd=ones[:1]), TooFew, "1 points for 2"),
        (lambda: fit_curve("rl", -D, D), ValueError, "is not negative"),
        (lambda: fit_curve("rl", D * np.nan, D), ValueError, "12 NaN"),
        (lambda: fit_curve("rl", D, D * np.nan), ValueError, "score holds 12 NaN"),
        (lambda: fit_curve("rl", np.array([]), np.array([])), ValueError, "empty"),
        (lambda: fit_curve("rl", ones, D), ValueError, "collinear"),
        (lambda: fit_curve("rl", D, D, sd=ones * 0), ValueError, "12 above 0"),
        (lambda: fit_curve("rl", D, D, sd=ones, covariance=np.eye(12)), ValueError, "both"),
        (
            lambda: fit_curve("rl", D, D, covariance=np.triu(np.ones((12, 12)))),
            ValueError,
            "symmetric",
        ),
        (lambda: fit_curve("rl", D, D, covariance=-np.eye(12)), ValueError, "positive definite"),
        (lambda: form_slope("rl", np.array([0.0])), ValueError, "infinite there"),
        (lambda: curve_peak(fit_curve("linear", D, D, sd=ones)), ValueError, "no peak"),
        (lambda: curve_peak(fit_curve("rl", D, D, sd=ones), level=1.0), ValueError, "level=1"),
        (lambda: curve_band(fit_curve("rl", D, D, sd=ones), D, new_sd=-1), ValueError, "new_sd"),
        (lambda: fieller(1, 1, -1, 1, 0, 2), ValueError, "not one"),
        (lambda: fieller(1, 1, 1, 1, 1.1, 2), ValueError, "not one"),
        (lambda: fieller(1, math.nan, 1, 1, 0, 2), ValueError, "finite"),
        (lambda: compare_forms(fit_curve("rl", D, D, sd=ones)), ValueError, "two or more"),
        (
            lambda: compare_forms(fit_curve("rl", D, D, sd=ones), fit_curve("linear", D, D)),
            ValueError,
            "not comparable",
        ),
        (lambda: inverted_u_test(fit_curve("linear", D, D, sd=ones)), ValueError, "one slope"),
        (
            lambda: inverted_u_test(fit_curve("rl", D, D, sd=ones), low=2.0, high=1.0),
            ValueError,
            "below high",
        ),
        (
            lambda: inverted_u_test(fit_curve("rl", D, D, sd=ones), low=0.0),
            ValueError,
            "infinite there",
        ),
    ],
)
def test_what_cannot_be_fitted_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: fit_curve("cubic", D, D),
        lambda: fit_curve("rl", D, D[:5]),
        lambda: fit_curve("rl", D, D, sd=ones[:3]),
        lambda: fit_curve("rl", D, D, covariance=np.eye(3)),
    ],
)
def test_what_does_not_fit_together_is_refused(call):
    """By our words in a run, by the check of shapes in tests."""
    with pytest.raises((ValueError, TypeCheckError)):
        call()
