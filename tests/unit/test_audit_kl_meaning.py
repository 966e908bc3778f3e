"""What a column kl is: k1 sums pass; token means, clamps and batch means are recognised."""

import numpy as np
import pytest

from looksgood.audits.measured.kl_meaning import UNKNOWN, kl_meaning, stated_meaning
from looksgood.audits.record import K1_FROM_LOGP
from looksgood.core.seeds import Seed
from tests.planted_runs import EXPLOITED, HONEST

ROWS = 3000


def per_token(rows=ROWS, drift=0.02, seed=0):
    """Log-ratios of tokens, N(m, 2m) as k1's are, of responses of 10 to 100 tokens."""
    rng = Seed(("kl", seed)).numpy()
    tokens = rng.integers(10, 100, size=rows)
    ratios = rng.normal(drift, np.sqrt(2 * drift), size=(rows, 100))
    ratios[np.arange(100) >= tokens[:, None]] = 0
    return ratios, tokens


STEP = np.arange(ROWS) % 5


def test_k1_sums_are_not_taken_for_anything_else():
    ratios, tokens = per_token()
    found = kl_meaning("", ratios.sum(1), STEP, 4 * tokens)
    assert found == UNKNOWN
    assert kl_meaning("k1 summed over the sequence", ratios.sum(1), STEP, 4 * tokens).comparable
    assert kl_meaning(K1_FROM_LOGP, ratios.sum(1), STEP, 4 * tokens).comparable


@pytest.mark.parametrize("run", [EXPLOITED, HONEST])
def test_planted_runs_have_k1(run):
    rows = run.rollouts(Seed(("planted kl",)))
    assert kl_meaning("", rows.kl, rows.step, rows.length) == UNKNOWN


@pytest.mark.parametrize("stated", ["", "nats per sequence"])
def test_a_token_mean_is_recognised_even_where_the_log_calls_it_a_sum(stated):
    ratios, tokens = per_token()
    found = kl_meaning(stated, ratios.sum(1) / tokens, STEP, 4 * tokens)
    assert found.comparable is False
    assert "averaged over tokens" in found.words


def test_a_clamp_at_0_and_one_at_10_are_recognised():
    ratios, tokens = per_token(drift=0.01)
    sums = ratios.sum(1)
    low = kl_meaning("nats per sequence", np.maximum(sums, 0), STEP, 4 * tokens)
    assert (low.words, low.comparable) == ("a KL clamped at 0", False)
    high = kl_meaning("", np.minimum(40 * sums, 10), STEP, 4 * tokens)
    assert high.words == "a KL clamped at 10"


def test_the_base_itself_is_no_clamp():
    ratios, tokens = per_token()
    sums = np.where(STEP == 0, 0.0, ratios.sum(1))
    assert kl_meaning("", sums, STEP, 4 * tokens) == UNKNOWN


def test_what_is_never_negative_is_not_k1():
    """k3 of the sum, and AlpacaFarm's clamp of each token, which leaves no atom."""
    ratios, tokens = per_token()
    sums = ratios.sum(1)
    for kl in (sums + np.expm1(-sums), np.maximum(ratios, 0).sum(1)):
        found = kl_meaning("", kl, STEP, 4 * tokens)
        assert found.comparable is None
        assert "never negative" in found.words
    assert kl_meaning("k3 per sequence", sums + np.expm1(-sums), STEP, 4 * tokens).comparable


def test_far_from_the_base_k1_is_not_expected_to_be_negative():
    ratios, tokens = per_token(drift=1.0)
    assert kl_meaning("", np.abs(ratios.sum(1)), STEP, 4 * tokens) == UNKNOWN


def test_a_batch_mean_on_all_rows_has_no_error():
    found = kl_meaning("k1 per sequence", 0.3 * STEP, STEP, np.full(ROWS, 40))
    assert "one KL for each step" in found.words


@pytest.mark.parametrize(
    ("stated", "comparable"),
    [
        ("k1, summed over the sequence", True),
        ("k3 summed over tokens", True),
        ("k1 unclamped, per sequence", True),
        ("nats per sequence", True),
        ("token mean of k3", False),
        ("k1 per token, clamped to [-10, 10], then averaged over tokens", False),
        ("sum of k2", False),
        ("objective/kl", None),
    ],
)
def test_what_the_files_state(stated, comparable):
    assert stated_meaning(stated).comparable is comparable


def test_nothing_is_made_of_nothing():
    none = np.zeros(0)
    nowhere = np.zeros(0, dtype=int)
    assert stated_meaning("") is None
    assert kl_meaning("", none, nowhere, nowhere) == UNKNOWN
    assert kl_meaning("", np.full(3, np.nan), np.arange(3), np.arange(3)) == UNKNOWN
    assert kl_meaning("", np.ones(30), np.arange(30), np.full(30, 5)) == UNKNOWN
