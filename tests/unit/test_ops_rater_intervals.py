"""Intervals over items that share prompts: shares, differences, AUROC, agreement."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.clopper_pearson import clopper_pearson
from looksgood.ops.clustered_auroc import clustered_auroc
from looksgood.ops.clustered_difference import clustered_difference
from looksgood.ops.clustered_share import clustered_share
from looksgood.ops.krippendorff import krippendorff_alpha
from looksgood.ops.krippendorff_interval import krippendorff_interval

SEED = Seed(("rater intervals",))


def covers(found, truth):
    return found.low <= truth <= found.high


# ---- shares


def test_without_clusters_a_share_has_almost_the_exact_interval():
    hits = np.repeat([1.0, 0.0], [30, 10])
    found = clustered_share(hits, np.arange(40))
    low, high = clopper_pearson(30, 40, 0.95)
    assert found.low == pytest.approx(low, abs=0.01)
    assert found.high == pytest.approx(high, abs=0.01)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_at_the_end_is_as_sure_as_its_prompts_are_many(share):
    found = clustered_share(np.full(60, share), np.repeat(np.arange(20), 3))
    assert (found.low, found.high) == pytest.approx(clopper_pearson(int(20 * share), 20, 0.95))


def test_copies_of_a_response_add_nothing():
    hits, prompts = np.array([1.0, 1, 0, 1, 0, 1, 1, 1]), np.arange(8)
    once = clustered_share(hits, prompts)
    often = clustered_share(np.repeat(hits, 50), np.repeat(prompts, 50))
    # only the reference of the quantiles knows that there are more rows
    assert often.high - often.low == pytest.approx(once.high - once.low, rel=0.25)
    assert often.high - often.low > 2 * (0.25 / 400) ** 0.5 * 1.96


def test_a_hit_outside_0_and_1_is_refused():
    with pytest.raises(ValueError, match="nothing lies outside"):
        clustered_share(np.array([0.0, 2.0]), np.arange(2))
    with pytest.raises(TooFew):
        clustered_share(np.array([0.0, 1.0]), np.zeros(2, dtype=int))


@pytest.mark.parametrize(("share", "prompts"), [(0.5, 15), (0.9, 30), (0.97, 40)])
def test_shares_of_few_uneven_prompts_are_covered(share, prompts):
    rng, held = SEED.child("share", prompts).numpy(), 0
    sizes = 1 + np.arange(prompts) % 5
    cluster = np.repeat(np.arange(prompts), sizes)
    for _ in range(300):
        own = norm.cdf(norm.ppf(share) * 2**0.5 + rng.standard_normal(prompts))[cluster]
        held += covers(clustered_share((rng.random(len(own)) < own) * 1.0, cluster), share)
    assert held >= 0.92 * 300


# ---- differences


def test_a_difference_is_paired_where_a_prompt_is_in_both_groups():
    rng = SEED.child("paired").numpy()
    ease = 5 * rng.standard_normal(40)
    values = np.concatenate([ease, ease + 0.3]) + 0.1 * rng.standard_normal(80)
    chosen = np.arange(80) >= 40
    paired = clustered_difference(values, chosen, np.tile(np.arange(40), 2))
    apart = clustered_difference(values, chosen, np.arange(80))
    assert paired.value == pytest.approx(apart.value)
    assert covers(paired, 0.3)
    assert paired.se < apart.se / 10


def test_a_difference_of_constants_is_not_known_without_error():
    chosen = np.arange(20) >= 10
    found = clustered_difference(chosen * 1.0, chosen, np.arange(20))
    assert found.value == pytest.approx(1)
    assert found.low < 1 < found.high
    with pytest.raises(TooFew, match="equal"):
        clustered_difference(np.ones(20), chosen, np.arange(20))
    with pytest.raises(TooFew, match="same within every prompt"):
        clustered_difference(np.arange(20.0) % 10, chosen, np.arange(20) % 10)
    with pytest.raises(TooFew, match="others"):
        clustered_difference(np.arange(20.0), chosen, np.where(chosen, np.arange(20), 0))


# ---- AUROC


@given(st.integers(0, 50))
def test_auroc_is_the_share_of_pairs_put_right(number):
    rng = SEED.child("auroc", number).numpy()
    scores, good = rng.integers(0, 5, 30) * 1.0, rng.random(30) < 0.5
    pairs = np.sign(scores[good][:, None] - scores[~good]) / 2 + 0.5
    found = clustered_auroc(scores, good, np.arange(30))
    assert found.value == pytest.approx(pairs.mean())
    turned = clustered_auroc(-scores, good, np.arange(30))
    assert turned.value == pytest.approx(1 - found.value)
    assert turned.se == pytest.approx(found.se)


def test_auroc_of_clustered_responses_is_covered():
    rng, held, truth = SEED.child("auroc cover").numpy(), 0, norm.cdf(1 / 2**0.5)
    cluster = np.repeat(np.arange(30), 4)
    for _ in range(200):
        good = np.tile([True, False, True, False], 30)
        # half of the spread is the prompt's own, and good responses share it with wrong ones
        scores = good + (rng.standard_normal(30)[cluster] + rng.standard_normal(120)) / 2**0.5
        held += covers(clustered_auroc(scores, good, cluster), truth)
    assert held >= 0.91 * 200


def test_auroc_needs_both_kinds():
    with pytest.raises(TooFew):
        clustered_auroc(np.arange(5.0), np.ones(5, dtype=bool), np.arange(5))


# ---- agreement


def counts_of(answers):
    return np.stack([(answers == 0).sum(axis=0), (answers == 1).sum(axis=0)], axis=1) * 1.0


def a_panel(rng, items, raters=3, right=0.85):
    truth = rng.random(items) < 0.4
    return np.where(rng.random((raters, items)) < right, truth, ~truth) * 1.0


@given(st.integers(0, 50))
def test_alpha_from_counts_is_alpha(number):
    answers = a_panel(SEED.child("alpha", number).numpy(), 25)
    answers[0, :5] = np.nan
    found = krippendorff_interval(counts_of(answers), np.array([0.0, 1.0]), np.arange(25))
    assert found.value == pytest.approx(krippendorff_alpha(answers))
    assert found.low < found.value < found.high <= 1


def test_alpha_is_covered():
    values, held = np.array([0.0, 1.0]), 0
    truth = krippendorff_alpha(a_panel(SEED.child("endless").numpy(), 200_000))
    for number in range(300):
        answers = a_panel(SEED.child("alpha cover", number).numpy(), 40)
        held += covers(krippendorff_interval(counts_of(answers), values, np.arange(40)), truth)
    assert held >= 0.92 * 300


def test_nobody_disagreeing_is_not_certainty():
    counts, values = np.repeat([[3.0, 0.0], [0.0, 3.0]], 10, axis=0), np.array([0.0, 1.0])
    found = krippendorff_interval(counts, values, np.arange(20))
    assert found.value == found.high == 1
    assert 0.4 < found.low < 0.9


def test_agreement_that_chance_explains_is_refused():
    values = np.array([0.0, 1.0])
    with pytest.raises(TooFew, match="the same"):
        krippendorff_interval(np.tile([3.0, 0.0], (9, 1)), values, np.arange(9))
    with pytest.raises(TooFew, match="two answers"):
        krippendorff_interval(np.tile([1.0, 0.0], (9, 1)), values, np.arange(9))
