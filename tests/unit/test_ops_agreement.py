import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.checks import same_length
from looksgood.ops.clustered import cluster_dof, clustered_mean
from looksgood.ops.dawid_skene import dawid_skene
from looksgood.ops.gap import gap_decomposition
from looksgood.ops.krippendorff import krippendorff_alpha

_ = math.nan
# Krippendorff (2011), §C: four observers, twelve units
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
)
# Dawid & Skene (1979), Table 1: the first anaesthetist thrice, then the other four
PATIENTS = """
    1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444
    2223343 1111111 2223212 1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221
    2223222 2212222 1111111 1111111 2322222 1111111 1111111 1121121 1111111 3333233 1111111
    2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111
    2222222"""
numbers = st.integers(0, 99)


@pytest.mark.parametrize(
    ("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_of_the_published_example(metric, published):
    assert round(krippendorff_alpha(OBSERVERS, metric), 3) == published


def test_alpha_of_two_observers_and_two_values():
    """Krippendorff (2011), §A: 0.095."""
    answers = np.array(
        [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], dtype=float
    )
    for metric in ("nominal", "ordinal", "interval"):  # two values have one distance
        assert round(krippendorff_alpha(answers, metric), 3) == 0.095


def test_alpha_is_that_of_all_pairs():
    """By enumeration: pairs within units against pairs of all pairable values."""
    units = [column[~np.isnan(column)] for column in OBSERVERS.T]
    units = [unit for unit in units if len(unit) >= 2]
    pool = np.concatenate(units)
    within = sum(((u[:, None] - u) ** 2).sum() / (len(u) - 1) for u in units) / len(pool)
    overall = ((pool[:, None] - pool) ** 2).sum() / len(pool) / (len(pool) - 1)
    assert math.isclose(krippendorff_alpha(OBSERVERS, "interval"), 1 - within / overall)


def test_alpha_at_its_ends():
    assert krippendorff_alpha(np.array([[1.0, 2.0], [1.0, 2.0]]), "ordinal") == 1
    assert math.isnan(krippendorff_alpha(np.ones((2, 3))))
    with pytest.raises(TooFew, match="two answers"):
        krippendorff_alpha(np.array([[1.0, _], [_, 1.0]]))
    with pytest.raises(ValueError, match="infinite"):
        krippendorff_alpha(np.array([[1.0, math.inf], [1.0, 1.0]]))


def anaesthetists():
    observer = np.array([0, 0, 0, 1, 2, 3, 4])
    answers = np.array([[int(c) - 1 for c in patient] for patient in PATIENTS.split()])
    items = np.repeat(np.arange(45), 7)
    return items, np.tile(observer, 45), answers.ravel()


def test_the_anaesthetists_of_dawid_and_skene():
    """The prevalence of the four grades that they report: 0.40, 0.42, 0.11, 0.07."""
    fit = dawid_skene(*anaesthetists())
    assert fit.converged
    np.testing.assert_allclose(fit.prevalence, [0.40, 0.42, 0.11, 0.07], atol=0.006)
    assert (np.diff(fit.objective_nats) > -1e-9).all()
    np.testing.assert_allclose(fit.probabilities.sum(axis=1), 1)
    np.testing.assert_allclose(fit.confusion.sum(axis=2), 1)
    # patient 11: everybody says 4
    assert fit.probabilities[10, 3] > 0.999


@settings(max_examples=10)
@given(numbers, st.sampled_from([0.0, 0.5]))
def test_the_objective_never_falls(number, pseudo_count):
    rng = Seed(("votes", number)).numpy()
    votes = np.repeat(np.arange(15), 4)
    raters, answers = np.tile(np.arange(4), 15), rng.integers(3, size=60)
    fit = dawid_skene(votes, raters, answers, pseudo_count, max_steps=60)
    assert (np.diff(fit.objective_nats) > -1e-9).all()
    assert np.isfinite(fit.objective_nats).all()


def test_it_finds_the_good_rater_and_the_truth():
    rng = Seed(("good rater",)).numpy()
    truth = rng.integers(2, size=800)
    slips = np.array([0.05, 0.3, 0.3, 0.45])
    answers = np.where(rng.uniform(size=(800, 4)) < slips, 1 - truth[:, None], truth[:, None])
    items = np.repeat(np.arange(800), 4)
    fit = dawid_skene(items, np.tile(np.arange(4), 800), answers.ravel())
    np.testing.assert_allclose(1 - fit.confusion[:, [0, 1], [0, 1]].mean(axis=1), slips, atol=0.07)
    found = (fit.probabilities.argmax(axis=1) == truth).mean()
    assert found > ((answers.mean(axis=1) > 0.5) == truth).mean() + 0.05


def test_votes_that_cannot_be_are_refused():
    one = np.zeros(1, dtype=int)
    with pytest.raises(TooFew, match="no votes"):
        dawid_skene(one[:0], one[:0], one[:0])
    with pytest.raises(TooFew, match="item 0 has no vote"):
        dawid_skene(one + 1, one, one)
    with pytest.raises(ValueError, match="negative"):
        dawid_skene(one, one - 1, one)
    with pytest.raises(ValueError, match="pseudo_count=-1"):
        dawid_skene(one, one, one, -1.0)


@given(numbers, st.integers(2, 8), st.integers(1, 5))
def test_equal_prompts_give_the_t_interval_of_their_means(number, prompts, each):
    values = Seed(("clusters", number)).numpy().normal(size=(prompts, each))
    found = clustered_mean(values.ravel(), np.repeat(np.arange(prompts) * 7, each))
    means = values.mean(axis=1)
    expected = stats.t.interval(0.95, prompts - 1, means.mean(), stats.sem(means))
    np.testing.assert_allclose((found.low, found.high), expected, rtol=1e-9)
    assert math.isclose(found.dof, prompts - 1)


def test_one_large_prompt_leaves_few_degrees_of_freedom():
    even, uneven = cluster_dof(np.full(10, 10)), cluster_dof(np.array([91] + [1] * 9))
    assert math.isclose(even, 9)
    assert uneven < 2


def test_variance_is_unbiased_for_independent_errors_and_unequal_prompts():
    """CR2's promise, exactly: expectation of the scores' squares under independent errors."""
    sizes = np.array([1, 2, 5])
    prompts = np.repeat(np.arange(3), sizes)
    total = 0.0
    for i in range(8):  # the variance is a quadratic form: its trace, by unit vectors
        unit = np.zeros(8)
        unit[i] = 1.0
        total += clustered_mean(unit, prompts).se ** 2
    assert math.isclose(total, 1 / 8)


def nested_labels(number, prompts=12, each=4):
    rng = Seed(("gap", number)).numpy()
    prompt = np.repeat(np.arange(prompts), each)
    gold = rng.normal(size=len(prompt)) + rng.normal(size=prompts)[prompt]
    rater = gold + 0.5 + 0.3 * rng.normal(size=len(prompt)) + rng.normal(size=prompts)[prompt]
    proxy = rater + 0.2 + 0.5 * rng.normal(size=len(prompt))
    rater[prompt >= 9] = np.nan
    gold[(prompt >= 6) | (np.arange(len(prompt)) % 4 == 0)] = np.nan
    return proxy, rater, gold, prompt


@given(numbers)
def test_gaps_telescope_and_their_variances_add_with_the_covariance(number):
    found = gap_decomposition(*nested_labels(number))
    one, other, total = found.proxy_minus_rater, found.rater_minus_gold, found.total
    assert math.isclose(total.value, one.value + other.value)
    assert math.isclose(total.se**2, one.se**2 + other.se**2 + 2 * found.covariance, rel_tol=1e-9)
    assert total.dof == min(one.dof, other.dof)


@given(numbers)
def test_where_everything_has_gold_the_total_is_the_direct_difference(number):
    proxy, rater, gold, prompts = (column[:24] for column in nested_labels(number))
    rng = Seed(("all gold", number)).numpy()
    gold = np.where(np.isnan(gold), rng.normal(size=24), gold)
    found = gap_decomposition(proxy, rater, gold, prompts).total
    direct = clustered_mean(proxy - gold, prompts)
    np.testing.assert_allclose((found.value, found.se), (direct.value, direct.se), rtol=1e-9)


def test_labels_that_are_not_nested_are_refused():
    proxy, rater, gold, prompts = nested_labels(0)
    gold[-1] = 1.0
    with pytest.raises(ValueError, match="1 responses have gold without"):
        gap_decomposition(proxy, rater, gold, prompts)
    gold[:] = np.nan
    with pytest.raises(TooFew, match="at least 1"):
        gap_decomposition(proxy, rater, gold, prompts)
    with pytest.raises(TooFew, match="1 prompt"):
        clustered_mean(np.ones(3), np.zeros(3, dtype=int))
    with pytest.raises(ValueError, match="lengths differ"):
        same_length(labels=np.ones(2), judged=np.ones(3))
