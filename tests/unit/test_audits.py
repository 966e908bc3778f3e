"""Audits: labels' moments and votes by enumeration, tests against scipy, power against formulas."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from looksgood.core.records import Channels
from looksgood.core.seeds import Seed
from looksgood.measures.audit_forms import BESIDE
from looksgood.measures.audit_judges import Judge, exact_judge, rater_judge
from looksgood.measures.audit_moments import Moments
from looksgood.measures.audit_tests import Prefixes, beside_says, paired_says, unpaired_says
from looksgood.measures.audits import Audits
from looksgood.ops.ppi import ppi_mean
from looksgood.ops.sign_test import sign_test_power
from looksgood.raters import Lapse, Oracle, UncheckedCitations

SIZES = np.array([10, 40])
PROMPTS, POOL = 4, 60


def table(*names, sd=1.0):
    return Seed(("audits", *names)).numpy().normal(0, sd, (PROMPTS, POOL))


GOLD = table("gold") + np.arange(PROMPTS)[:, None]
WEIGHTS = np.exp(-0.3 * GOLD) / np.exp(-0.3 * GOLD).sum(1, keepdims=True)
UNIFORM = np.full_like(WEIGHTS, 1 / POOL)
TRUTH = exact_judge(GOLD)
NOISY = Judge(GOLD + table("error"), TRUTH.base_preferred, noise=0.6, lapse=0.2)


# ---- judges


def test_the_truths_votes_by_enumeration():
    gold = np.array([[0.0, 1.0, 1.0, 3.0]])
    # of the four base responses: better ones, and half of those as good
    assert exact_judge(gold).base_preferred[0].tolist() == [3.5 / 4, 2 / 4, 2 / 4, 0.5 / 4]


def test_a_raters_votes_are_their_answers():
    pool = 17  # eight partners on either side: every other response
    draw = Seed(("citing",)).torch()
    seen = Channels(
        ("citations_real", "citations_fabricated"),
        torch.randint(0, 3, (2 * pool, 2), generator=draw).double(),
    )
    weights = {"citations_real": 0.7, "citations_fabricated": -1.4}
    rater = Lapse(UncheckedCitations(inner=Oracle(weights), check=0.3), 0.1)
    opinion = rater.score(seen).reshape(2, pool).numpy()
    found = rater_judge(rater, seen, opinion).base_preferred
    for prompt in range(2):
        for i in range(pool):
            others = [prompt * pool + j for j in range(pool) if j != i]
            first, second = (
                seen.rows(torch.tensor(others)),
                seen.rows(torch.tensor([prompt * pool + i] * len(others))),
            )
            expected = float(rater.prob_first(first, second).mean())
            assert found[prompt, i] == pytest.approx(expected)
    assert found.mean() == pytest.approx(0.5), "the base beats itself half of the time"


# ---- moments


def by_drawing(one, other, count=400_000):
    rng = Seed(("drawing",)).numpy()
    prompt = rng.integers(PROMPTS, size=count)
    steps = WEIGHTS.cumsum(1)
    policy = (rng.random(count)[:, None] > steps[prompt]).sum(1)
    base = rng.integers(POOL, size=count)

    def score(judge, response):
        row, column = prompt.copy(), response.copy()
        lapsed = rng.random(count) < judge.lapse
        row[lapsed] = rng.integers(PROMPTS, size=lapsed.sum())
        column[lapsed] = rng.integers(POOL, size=lapsed.sum())
        return judge.opinion[row, column] + rng.gumbel(0, judge.noise, count)

    scores = [(score(judge, base), score(judge, policy)) for judge in (one, other)]
    return [(b - p, b, p) for b, p in scores]


def test_moments_are_those_of_drawn_labels():
    (d, b, p), (d_2, _, _) = by_drawing(NOISY, TRUTH)
    moments = Moments(WEIGHTS)
    se = d.std() / len(d) ** 0.5
    assert moments.seen(NOISY) == pytest.approx(d.mean(), abs=4 * se)
    assert moments.covariance(NOISY, NOISY) == pytest.approx(d.var(), rel=0.01)
    assert moments.covariance(TRUTH, TRUTH) == pytest.approx(d_2.var(), rel=0.01)
    assert moments.covariance(NOISY, TRUTH) == pytest.approx(np.cov(d, d_2)[0, 1], rel=0.02)
    assert moments.unpaired_variance(NOISY) == pytest.approx(b.var() + p.var(), rel=0.01)
    assert moments.correlation(NOISY, TRUTH) == pytest.approx(np.corrcoef(d, d_2)[0, 1], abs=0.01)


def test_a_judge_who_never_differs_has_no_correlation():
    silent = Judge(np.zeros_like(GOLD), TRUTH.base_preferred)
    assert math.isnan(Moments(WEIGHTS).correlation(TRUTH, silent))


# ---- tests


def drawn(name, shape=(200, 40), mean=0.2, sd=1.0):
    return Seed(("tests", name)).numpy().normal(mean, sd, shape)


def test_t_tests_are_scipys():
    one, two = drawn("one"), drawn("two", mean=0.5, sd=2.0)
    paired = paired_says(Prefixes.of(one, SIZES), SIZES, 0.05)
    unpaired = unpaired_says(Prefixes.of(one, SIZES), Prefixes.of(two, SIZES), SIZES, 0.05)
    for i, n in enumerate(SIZES):
        p = stats.ttest_1samp(one[:, :n], 0, axis=1, alternative="greater").pvalue
        assert (paired[:, i] == (p < 0.05)).all()
        p = stats.ttest_ind(two[:, :n], one[:, :n], axis=1, equal_var=False, alternative="greater")
        assert (unpaired[:, i] == (p.pvalue < 0.05)).all()
        assert 0.1 < paired[:, i].mean() < 0.9


def test_the_test_with_a_cheap_judge_beside_is_ppi():
    """With so many cheap labels that their mean and variance are known."""
    more = 200
    truth, cheap = drawn("truth", (40, 40)), drawn("cheap", (40, 40), 0.0)
    cheap += truth
    rest = Seed(("rest",)).numpy().normal(0.2, 2**0.5, (40, 40 * more))
    sizes = np.array([40])
    limit = rest.mean(1, keepdims=True)
    says = beside_says(truth, cheap, limit, float(rest.var(ddof=1)), more, sizes, 0.05)
    expected = [
        ppi_mean(y, f, r, confidence=0.9).mean.low > 0
        for y, f, r in zip(truth, cheap, rest, strict=True)
    ]
    assert np.mean(says[:, 0] == expected) >= 0.95, "but where it is a matter of digits"
    assert 0.1 < np.mean(expected) < 0.9


def test_scores_that_never_differ_say_nothing():
    same = Prefixes.of(np.zeros((3, 40)), SIZES)
    assert not paired_says(same, SIZES, 0.05).any()
    assert not unpaired_says(same, same, SIZES, 0.05).any()


# ---- power


@pytest.fixture(scope="module")
def found():
    audits = Audits((50, 200), count=4000)
    return audits.of({"rater": NOISY, "truth": TRUTH}, WEIGHTS, Seed(("power",)))


def test_simulated_power_is_that_of_the_formula(found):
    """Within 4 standard errors of 4000 audits, and what a t test of 50 labels loses (0.015)."""
    for design in ("rater.unpaired", "rater.paired", "truth.unpaired", "truth.paired", BESIDE):
        power, formula, _, _ = found[design]
        assert power == pytest.approx(formula, abs=0.032 + 0.015)
        assert power[0] < power[1]


def test_what_is_seen_is_what_is_there(found):
    fall = float((UNIFORM - WEIGHTS).ravel() @ GOLD.ravel()) / PROMPTS
    assert found["truth.paired"].seen == pytest.approx(fall)
    opinion = float((UNIFORM - WEIGHTS).ravel() @ NOISY.opinion.ravel()) / PROMPTS
    assert found["rater.paired"].seen == pytest.approx(0.8 * opinion), "lapses take a fifth"


def test_votes_are_exact(found):
    share = float((WEIGHTS * TRUTH.base_preferred).sum(1).mean())
    assert found["truth.votes"].power.tolist() == [sign_test_power(n, share) for n in (50, 200)]
    assert found["truth.votes"].seen == pytest.approx(share - 0.5)


def test_pairing_takes_out_what_prompts_differ_by(found):
    assert found["truth.paired"].sd < 0.8 * found["truth.unpaired"].sd


def test_a_cheap_judge_beside_adds_power(found):
    assert found[BESIDE].power[0] > found["truth.paired"].power[0]


def test_where_nothing_fell_audits_err_at_their_rate():
    audits = Audits((50, 200), count=4000)
    found = audits.of({"rater": NOISY, "truth": TRUTH}, UNIFORM, Seed(("nothing",)))
    for design, (power, formula, seen, _) in found.items():
        assert seen == pytest.approx(0, abs=1e-12)
        assert formula == pytest.approx(0.05)
        assert power.max() < 0.065, design
        assert power.min() > 0.03, design


def test_pieces_make_no_difference_to_the_count(monkeypatch):
    monkeypatch.setattr("looksgood.measures.audits.AT_ONCE", 700)
    power = Audits((3, 200), count=10).of({"truth": TRUTH}, WEIGHTS, Seed(("few",)))
    assert set(power) == {"truth.unpaired", "truth.paired", "truth.votes"}
    assert (power["truth.paired"].power * 10 % 1 == 0).all()
