"""How often intervals from few labels hold the truth, by simulation.

Nominal 95 %. Bounds are what was measured with 4000 simulations, give or take three standard
errors of 2000 (1.5 points): where an interval covers less than it says, the bound says so. What
holds at all times (betting, sequences, e-values) covers more at any one.
"""

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.ops.aipw import aipw_mean
from looksgood.ops.allocation import inclusion_probabilities
from looksgood.ops.clustered import clustered_mean
from looksgood.ops.confidence_sequence import bounded_mean_limits, normal_confidence_sequence
from looksgood.ops.e_process_bounded import log_e_bounded_mean
from looksgood.ops.e_process_normal import log_e_normal_mean, log_e_t
from looksgood.ops.finite_pool import pool_mean
from looksgood.ops.gap import gap_decomposition
from looksgood.ops.ppi import ppi_mean, ppi_mean_cross_fitted


def holds(interval, truth=0.0):
    return interval.low <= truth <= interval.high


def judged_sample(rng, n, m, skewed=False):
    """Labels with a judge of correlation 0.7, both of mean 0 and variance 1."""
    judged = rng.normal(size=n + m)
    error = rng.exponential(size=n + m) - 1 if skewed else rng.normal(size=n + m)
    labels = 0.7 * judged + 0.51**0.5 * error
    return labels[:n], judged[:n], judged[n:]


def ppi(n, fit=ppi_mean, skewed=False, **options):
    return lambda rng: holds(fit(*judged_sample(rng, n, 20 * n, skewed), **options).mean)


def pool(rng):
    judged = rng.normal(size=80)
    truth = 0.7 * judged + 0.7 * rng.exponential(size=80)
    drawn = np.zeros(80, dtype=bool)
    drawn[rng.permutation(80)[:20]] = True
    return holds(pool_mean(judged, drawn, truth, lam=0.7), truth.mean())


def weighted(target):
    def once(rng):
        judged = rng.normal(size=400)
        spread = 0.2 + np.abs(judged)
        truth = judged + spread * rng.normal(size=400)
        chance = inclusion_probabilities(spread, 60.0, 0.05)
        drawn = rng.uniform(size=400) < chance
        at = truth.mean() if target == "pool" else 0.0
        return holds(aipw_mean(judged, drawn, truth, chance, target), at)

    return once


def prompts_of(sizes, shared):
    """Means where a share `shared` of the variance belongs to the prompt."""
    prompts = np.repeat(np.arange(len(sizes)), sizes)

    def once(rng):
        common = rng.normal(size=len(sizes))[prompts]
        values = shared**0.5 * common + (1 - shared) ** 0.5 * rng.normal(size=len(prompts))
        return holds(clustered_mean(values, prompts))

    return once


def gaps(which):
    def once(rng):
        prompts = np.repeat(np.arange(20), 4)
        gold = rng.normal(size=80) + rng.normal(size=20)[prompts]
        rater = gold + 0.5 + 0.5 * rng.normal(size=80) + 0.7 * rng.normal(size=20)[prompts]
        proxy = rater + 0.2 + 0.5 * rng.normal(size=80) - 0.5 * (rater - gold)
        truth = {"proxy_minus_rater": -0.05, "rater_minus_gold": 0.5, "total": 0.45}[which]
        gold[prompts >= 8] = np.nan
        return holds(getattr(gap_decomposition(proxy, rater, gold, prompts), which), truth)

    return once


def betting_limits(rate):
    def once(rng):
        low, high = bounded_mean_limits((rng.uniform(size=30) < rate).astype(float))
        return low <= rate <= high

    return once


def always_within(start, sd):
    def once(rng):
        limits = normal_confidence_sequence(rng.normal(size=1000), sd=sd)[start:]
        return bool((limits[:, 0] <= 0).all() and (limits[:, 1] >= 0).all())

    return once


def never_rejects(log_e):
    return lambda rng: log_e(rng).max() < np.log(20)


# what, one simulation, lowest and highest share that 2000 simulations may give
CASES = {
    "ppi-10": (ppi(10), 0.925, 0.96),
    "ppi-15": (ppi(15), 0.93, 0.96),
    "ppi-30": (ppi(30), 0.93, 0.96),
    "ppi-15-cross": (ppi(15, ppi_mean_cross_fitted), 0.935, 0.965),
    "ppi-15-skewed": (ppi(15, skewed=True), 0.895, 0.93),
    "ppi-30-skewed": (ppi(30, skewed=True), 0.915, 0.955),
    "ppi-15-published": (ppi(15, form="z"), 0.885, 0.92),
    "pool": (pool, 0.90, 0.935),
    "aipw-population": (weighted("population"), 0.935, 0.965),
    "aipw-pool": (weighted("pool"), 0.935, 0.965),
    "prompts-5": (prompts_of([4] * 5, 0.5), 0.935, 0.965),
    "prompts-uneven": (prompts_of([20, 10, 5, 2, 2, 1], 0.0), 0.96, 0.99),
    "prompts-uneven-alike": (prompts_of([20, 10, 5, 2, 2, 1], 1.0), 0.935, 0.965),
    "gap-proxy": (gaps("proxy_minus_rater"), 0.93, 0.965),
    "gap-rater": (gaps("rater_minus_gold"), 0.93, 0.965),
    "gap-total": (gaps("total"), 0.94, 0.975),
    "betting-rare": (betting_limits(0.05), 0.99, 1.0),
    "betting-even": (betting_limits(0.5), 0.99, 1.0),
    "sequence-known-sd": (always_within(0, 1.0), 0.95, 1.0),
    "sequence-from-30": (always_within(29, None), 0.945, 0.98),
    "e-bounded": (
        never_rejects(lambda rng: log_e_bounded_mean((rng.uniform(size=500) < 0.1) * 1.0, 0.1)),
        0.95,
        1.0,
    ),
    "e-normal": (
        never_rejects(lambda rng: log_e_normal_mean(rng.normal(size=500), 0.0, 1.0, 0.5)),
        0.95,
        1.0,
    ),
    "e-t": (never_rejects(lambda rng: log_e_t(7 * rng.normal(size=500), 0.0, 0.5)), 0.95, 1.0),
}


def share_holding(name, simulations):
    rng = Seed(("coverage", name)).numpy()
    return np.mean([CASES[name][0](rng) for _ in range(simulations)])


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_coverage(name):
    _, low, high = CASES[name]
    # two roots a simulation: fewer of them
    simulations = 300 if name.startswith("betting") else 2000
    assert low <= share_holding(name, simulations) <= high


@pytest.mark.parametrize("name", CASES)
def test_coverage_quick(name):
    """A hundred simulations: an interval that is plainly wrong is seen."""
    _, low, high = CASES[name]
    simulations = 12 if name.startswith("betting") else 100
    assert low - 0.08 <= share_holding(name, simulations) <= high + 0.08
