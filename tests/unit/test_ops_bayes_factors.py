import itertools
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.bayes_factor_binomial import binomial_log_bf_nats
from looksgood.ops.bayes_factor_normal import (
    jzs_t_log_bf_nats,
    normal_known_variance_log_bf_nats,
    normal_unknown_variance_log_bf_nats,
)
from looksgood.ops.contamination import contaminated_log_bf_nats
from looksgood.ops.curve_forms import form_basis, form_slope
from looksgood.ops.dirichlet_multinomial import (
    different_shares_log_bf_nats,
    dirichlet_multinomial_log_score_nats,
    multinomial_log_score_nats,
)
from looksgood.ops.gao_evidence import gao_turn_evidence
from looksgood.ops.linear_evidence import (
    NormalInverseGamma,
    linear_evidence,
    log_share_below_zero_nats,
    log_t_cdf_nats,
)

GAO_PRIOR = NormalInverseGamma(np.array([0.5, 0.0]), np.diag([100.0, 10.0]), 2.0, 0.005)
scores = st.floats(-50, 5)


def test_a_coin_by_hand():
    """Of 10 tosses 9 are heads: 1/11 against 10/1024."""
    assert math.isclose(math.exp(binomial_log_bf_nats(9, 10, 0.5)), (1 / 11) / (10 / 1024))


def test_a_null_rate_of_zero_is_refused():
    with pytest.raises(ValueError, match="null_rate=0"):
        binomial_log_bf_nats(0, 10, 0.0)


def test_a_known_variance_by_integration():
    found = normal_known_variance_log_bf_nats(0.7, 0.2, 0.1, 0.3, 0.5)
    marginal = mpmath.quad(
        lambda mu: mpmath.npdf(0.7, mu, 0.2) * mpmath.npdf(mu, 0.3, 0.5), [-5, 0, 0.5, 1, 5]
    )
    assert math.isclose(found, mpmath.log(marginal / mpmath.npdf(0.7, 0.1, 0.2)), rel_tol=1e-12)


@given(st.floats(-8, 8), st.floats(2, 100), st.floats(0.1, 3))
def test_an_unknown_variance_is_the_ratio_of_two_t_densities(t, n, effect_sd):
    """Gönen et al.: under the alternative t is a Student t that is √(1 + n g) as wide."""
    wide = math.sqrt(1 + n * effect_sd**2)
    expected = stats.t(n - 1, scale=wide).logpdf(t) - stats.t(n - 1).logpdf(t)
    found = normal_unknown_variance_log_bf_nats(t, n, n - 1, effect_sd)
    assert math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-11)


@pytest.mark.parametrize(
    ("t", "n", "n_other", "published"),
    [(3.5, 20, 20, 26.743), (3.5, 20, None, 17.185), (-4.062128, 10, None, 17.259)],
)
def test_jzs_against_published_values(t, n, n_other, published):
    """Pingouin's documented examples (checked there against JASP), and R's sleep data."""
    assert math.isclose(math.exp(jzs_t_log_bf_nats(t, n, n_other)), published, abs_tol=6e-4)


@pytest.mark.parametrize(
    ("t", "n", "n_other", "scale"),
    [(-3.0, 5, 8, 0.7)],
)
def test_jzs_is_the_noncentral_t_averaged_over_a_cauchy(t, n, n_other, scale):
    """The definition, by another road: no g, no closed form."""
    effective = n if n_other is None else n * n_other / (n + n_other)
    dof = n - 1 if n_other is None else n + n_other - 2

    root, prior = math.sqrt(effective), stats.cauchy(scale=scale)
    null = stats.t(dof).pdf(t)

    def averaged(effect):
        return prior.pdf(effect) * stats.nct(dof, effect * root).pdf(t) / null

    cuts = np.unique([-20, -1, 0, 0.1, 0.4, 1, 20])
    total = sum(
        integrate.quad(averaged, a, b, epsabs=0, epsrel=1e-5)[0]
        for a, b in itertools.pairwise(cuts)
    )
    expected = math.log(total)
    assert math.isclose(jzs_t_log_bf_nats(t, n, n_other, scale), expected, abs_tol=1e-6)


def test_jzs_keeps_its_digits_where_the_bayes_factor_overflows():
    """g → ∞ apart, t = 50 at a million: e^(t²/2) over the prior's density at the estimate."""
    t, n = 50.0, 1_000_000
    laplace = t * t / 2 + math.log(
        stats.cauchy(scale=math.sqrt(0.5)).pdf(t / 1000) * math.sqrt(2 * math.pi / n)
    )
    assert math.isclose(jzs_t_log_bf_nats(t, n), laplace, rel_tol=2e-3)
    assert jzs_t_log_bf_nats(1e4, 3) > jzs_t_log_bf_nats(1e3, 3)


@settings(max_examples=12)
@given(st.floats(-30, 30), st.integers(2, 500), st.floats(0.05, 3))
def test_jzs_lies_below_its_best_normal_prior_and_ignores_the_sign(t, n, scale):
    sds = np.geomspace(1e-2, 1e2, 12)
    best = max(normal_unknown_variance_log_bf_nats(t, n, n - 1, float(sd)) for sd in sds)
    found = jzs_t_log_bf_nats(t, n, scale=scale)
    assert found <= best + 0.3
    assert math.isclose(found, jzs_t_log_bf_nats(-t, n, scale=scale), abs_tol=1e-12)


def test_a_t_of_one_observation_is_refused():
    with pytest.raises(TooFew, match="degree of freedom"):
        jzs_t_log_bf_nats(1.0, 1)
    with pytest.raises(ValueError, match="t=inf"):
        jzs_t_log_bf_nats(math.inf, 5)
    with pytest.raises(ValueError, match="scale=0"):
        jzs_t_log_bf_nats(1.0, 5, scale=0.0)


@given(st.lists(st.floats(0.1, 20), min_size=2, max_size=3), st.integers(0, 6))
def test_dirichlet_predictions_sum_to_one(concentration, n):
    tables = [c for c in itertools.product(range(n + 1), repeat=len(concentration)) if sum(c) == n]
    shares = np.array(concentration)
    total = sum(math.exp(dirichlet_multinomial_log_score_nats(np.array(c), shares)) for c in tables)
    named = sum(
        math.exp(multinomial_log_score_nats(np.array(c), shares / shares.sum())) for c in tables
    )
    assert math.isclose(total, 1, rel_tol=1e-11)
    assert math.isclose(named, 1, rel_tol=1e-11)


def test_two_groups_by_hand():
    """3 of 3 against 0 of 3: (1/4 · 1/4) over 1/7 · 1/C(6, 3), the orders within groups aside."""
    found = different_shares_log_bf_nats(np.array([[3, 0], [0, 3]]), np.ones(2))
    assert math.isclose(math.exp(found), (1 / 4 * 1 / 4) / (1 / 7 / 20))


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_the_order_of_groups_and_of_categories_does_not_matter(counts):
    table = np.array(counts).reshape(2, 2)
    found = different_shares_log_bf_nats(table, np.ones(2))
    assert math.isclose(found, different_shares_log_bf_nats(table[::-1], np.ones(2)), abs_tol=1e-9)
    assert math.isclose(
        found, different_shares_log_bf_nats(table[:, ::-1], np.ones(2)), abs_tol=1e-9
    )


def test_counts_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="at least 0"):
        dirichlet_multinomial_log_score_nats(np.array([-1, 2]), np.ones(2))
    with pytest.raises(ValueError, match="shares sum to 2"):
        multinomial_log_score_nats(np.array([1, 2]), np.ones(2))
    assert multinomial_log_score_nats(np.array([1, 2]), np.array([0.0, 1.0])) == -math.inf


def some_linear_data(number, points=7):
    rng = Seed(("linear evidence", number)).numpy()
    return rng.normal(size=(points, 2)), rng.normal(size=points), rng.uniform(0.5, 2, size=points)


@given(st.integers(0, 99))
def test_the_evidence_is_that_of_a_multivariate_t(number):
    design, outcome, noise = some_linear_data(number)
    found = linear_evidence(design, outcome, GAO_PRIOR, noise)
    spread = np.diag(noise) + design @ GAO_PRIOR.covariance @ design.T
    expected = stats.multivariate_t(
        design @ GAO_PRIOR.mean, GAO_PRIOR.rate / GAO_PRIOR.shape * spread, df=2 * GAO_PRIOR.shape
    ).logpdf(outcome)
    assert math.isclose(found.log_evidence_nats, expected, rel_tol=1e-10)


@given(st.integers(0, 99), st.integers(1, 6))
def test_evidence_adds_up_when_each_prediction_knows_the_earlier_data(number, cut):
    design, outcome, noise = some_linear_data(number)
    whole = linear_evidence(design, outcome, GAO_PRIOR, noise)
    first = linear_evidence(design[:cut], outcome[:cut], GAO_PRIOR, noise[:cut])
    second = linear_evidence(design[cut:], outcome[cut:], first.posterior, noise[cut:])
    summed = first.log_evidence_nats + second.log_evidence_nats
    assert math.isclose(summed, whole.log_evidence_nats, rel_tol=1e-9, abs_tol=1e-9)
    np.testing.assert_allclose(second.posterior.mean, whole.posterior.mean, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(
        second.posterior.covariance, whole.posterior.covariance, rtol=1e-8, atol=1e-9
    )
    assert math.isclose(second.posterior.rate, whole.posterior.rate, rel_tol=1e-9)


@pytest.mark.parametrize(
    ("t", "dof"),
    [(-1.3, 0.7), (-5, 4), (-40, 30), (-60, 400), (-200, 1e4), (0, 3), (7, 2), (50, 9)],
)
def test_the_log_tail_of_t(t, dof):
    with mpmath.workdps(50):
        x = mpmath.mpf(dof) / (dof + mpmath.mpf(t) ** 2)
        tail = mpmath.betainc(mpmath.mpf(dof) / 2, 0.5, 0, x, regularized=True) / 2
        expected = mpmath.log(tail if t <= 0 else 1 - tail)
    assert math.isclose(log_t_cdf_nats(t, dof), expected, rel_tol=1e-10, abs_tol=1e-13)


def test_shares_of_both_signs_sum_to_one():
    below, above = log_share_below_zero_nats(GAO_PRIOR, np.array([1.0, -2.0]))
    assert math.isclose(math.exp(below) + math.exp(above), 1, rel_tol=1e-12)
    assert below < above  # the prior mean of the contrast is 0.5


@given(st.floats(0.05, 5), st.sampled_from(["best_of_n", "rl"]))
def test_the_slope_is_that_of_the_form(d, form):
    weights = np.array([0.7, 0.3])
    near = form_basis(form, np.array([d * 0.999, d * 1.001])) @ weights
    slope = (near[1] - near[0]) / (0.002 * d)
    assert math.isclose(
        form_slope(form, np.array([d]))[0] @ weights, slope, rel_tol=1e-4, abs_tol=1e-4
    )


@pytest.mark.parametrize("form", ["best_of_n", "rl"])
def test_a_curve_that_turns_and_one_that_does_not(form):
    d = np.linspace(0, 5, 25)
    noise = 0.05 * Seed(("turn",)).numpy().normal(size=25)
    turns = form_basis(form, d) @ np.array([0.6, 0.3 if form == "rl" else 0.1]) + noise
    rises = form_basis(form, d) @ np.array([0.6, 0.02]) + noise
    assert gao_turn_evidence(d, turns, form, GAO_PRIOR).log_bf_falls > 5
    assert gao_turn_evidence(d, rises, form, GAO_PRIOR).log_bf_falls < -5


def test_the_encompassing_bayes_factor_is_the_ratio_of_restricted_evidences():
    """Both evidences by sampling the prior: mean likelihood where the slope is restricted."""
    d = np.array([0.5, 1.0, 2.0, 3.0])
    gold = np.array([0.4, 0.55, 0.7, 0.5])
    prior = NormalInverseGamma(np.array([0.4, 0.05]), np.diag([0.2, 0.05]), 6.0, 0.3)
    rng = Seed(("encompassing",)).numpy()
    variance = 1 / rng.gamma(prior.shape, 1 / prior.rate, size=400_000)
    spread = np.sqrt(variance[:, None] * np.diag(prior.covariance))
    beta = prior.mean + spread * rng.normal(size=(400_000, 2))
    residuals = gold - beta @ form_basis("best_of_n", d).T
    likelihood = np.exp(-0.5 * (residuals**2).sum(1) / variance) / variance ** (len(d) / 2)
    falls = beta @ form_slope("best_of_n", np.array([3.0]))[0] < 0
    expected = math.log(likelihood[falls].mean() / likelihood[~falls].mean())
    found = gao_turn_evidence(d, gold, "best_of_n", prior)
    assert math.isclose(found.log_bf_falls, expected, abs_tol=0.03)
    log_evidence = math.log(likelihood.mean()) - len(d) / 2 * math.log(2 * math.pi)
    assert math.isclose(found.log_evidence, log_evidence, abs_tol=0.02)


def test_the_form_that_made_the_data_has_more_evidence():
    d = np.linspace(0.2, 6, 40)
    gold = form_basis("rl", d) @ np.array([0.5, 0.25])
    gold = gold + 0.02 * Seed(("forms",)).numpy().normal(size=40)
    rl = gao_turn_evidence(d, gold, "rl", GAO_PRIOR)
    best_of_n = gao_turn_evidence(d, gold, "best_of_n", GAO_PRIOR)
    assert rl.log_evidence > best_of_n.log_evidence + 10


def test_models_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="2 columns, 3 coefficients"):
        linear_evidence(
            np.ones((4, 2)), np.ones(4), NormalInverseGamma(np.zeros(3), np.eye(3), 1.0, 1.0)
        )
    with pytest.raises(ValueError, match="positive definite"):
        NormalInverseGamma(np.zeros(2), np.array([[1.0, 2.0], [2.0, 1.0]]), 1.0, 1.0)
    with pytest.raises(ValueError, match="symmetric"):
        NormalInverseGamma(np.zeros(2), np.array([[1.0, 0.5], [0.0, 1.0]]), 1.0, 1.0)
    with pytest.raises(ValueError, match="outcome: 1 of 2"):
        linear_evidence(np.ones((2, 2)), np.array([1.0, np.nan]), GAO_PRIOR)
    with pytest.raises(ValueError, match="noise_variance"):
        linear_evidence(np.ones((2, 2)), np.ones(2), GAO_PRIOR, np.zeros(2))
    with pytest.raises(ValueError, match="d=-1"):
        gao_turn_evidence(np.array([-1.0]), np.array([0.0]), "rl", GAO_PRIOR)
    with pytest.raises(TooFew, match="no point with d > 0"):
        gao_turn_evidence(np.zeros(3), np.zeros(3), "rl", GAO_PRIOR)
    with pytest.raises(ValueError, match="contrast"):
        log_share_below_zero_nats(GAO_PRIOR, np.zeros(2))


@given(scores, scores, scores, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_no_contamination_up_to_eta_leaves_the_range(one, other, broad, eta, first, second):
    robust = contaminated_log_bf_nats(one, other, broad, eta)

    def mixed(score, share):
        return math.log((1 - share * eta) * math.exp(score) + share * eta * math.exp(broad))

    moved = mixed(one, first) - mixed(other, second)
    assert robust.low - 1e-9 <= moved <= robust.high + 1e-9
    assert robust.low <= robust.log_bf <= robust.high


def test_contamination_saves_what_was_excluded_at_a_price():
    robust = contaminated_log_bf_nats(-math.inf, -1.0, -3.0, 0.1)
    assert robust.log_bf == robust.low == -math.inf
    assert math.isclose(
        robust.high, math.log(0.1) - 3 - math.log(0.9 * math.exp(-1) + 0.1 * math.exp(-3))
    )
    same = contaminated_log_bf_nats(-2.0, -1.0, -3.0, 0.0)
    assert same.low == same.log_bf == same.high == -1
    with pytest.raises(ValueError, match="eta=2"):
        contaminated_log_bf_nats(0.0, 0.0, 0.0, 2.0)
    with pytest.raises(ValueError, match="log_broad"):
        contaminated_log_bf_nats(0.0, 0.0, -math.inf, 0.1)
