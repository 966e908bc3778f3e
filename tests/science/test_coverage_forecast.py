"""How often does Student's t over seeds hold what it says in `forecast`? By simulation.

Paths are planted as far, as noisy and with peaks as scattered (gamma) as in a standard run (seeds
803–812): gold by Gao's form, and the covariance a line that changes its sign later. They are scored
by the program itself, each seed with what the others tell it, so that seeds of one study are not
independent, and leads in CRPS are skewed: a forecast may be off by any distance, and gains no more
than its rival lost. What an interval should hold is what such a study finds on average. In the
default tests 6 studies.
"""

from collections import defaultdict

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.measures.curves import mean_and_interval
from looksgood.measures.interval_coverage import FORECAST_PERCENT
from looksgood.measures.turning import fall_share
from looksgood.ops.peak_forecast import covariance_shape, rl_form_shape
from looksgood.studies.laws.forecast_claims import KLS, THAN
from looksgood.studies.laws.forecasts import FORECASTERS, Path, scores
from tests.coverage import chance

SEEDS = 10
STEPS = np.linspace(0, 1.35, 21)[1:]
SD = np.full(21, 0.07)


def planted(rng, has_peak=True):
    """One training run, the base first, measured as by some 64 prompts."""
    d = np.append(0.0, STEPS * rng.lognormal(0, 0.15))
    height, peak = rng.uniform(0.3, 0.6), rng.gamma(12, 0.06)
    gold = height * rl_form_shape(d, peak) if has_peak else height * -np.expm1(-2 * d)
    slope = height * covariance_shape(d, peak * rng.lognormal(0.6, 0.3))
    noise = SD * rng.standard_normal((2, 21))
    noise[0, 0] = 0  # gold's zero is the base's
    return Path(d, gold + noise[0], SD, slope + noise[1], SD)


def found(rng):
    """What one study reads from each of its seeds, by finding."""
    paths = {seed: planted(rng) for seed in range(SEEDS)}
    crps = scores(paths, KLS).values()
    values = {
        f"{name}-beats-{other}": [seed[other] - seed[name] for seed in crps]
        for name in FORECASTERS
        for other in THAN
    }
    values["sign-marks-peak"] = [
        change - peak
        for path in paths.values()
        if (peak := path.peak) is not None and (change := path.sign_change) is not None
    ]
    held = (planted(rng, has_peak=False).gold for _ in range(SEEDS))
    values["gold-arm-holds"] = [float(fall_share(gold)) for gold in held]
    return values


def covered(studies):
    """Share of studies whose interval holds the average study's mean, by finding."""
    rng = Seed(("coverage of forecasts over seeds",)).numpy()
    intervals = defaultdict(list)
    for _ in range(studies):
        for name, values in found(rng).items():
            intervals[name].append(mean_and_interval(values))
    shares = {}
    for name, each in intervals.items():
        mean, low, high = np.array(each, dtype=float).T
        shares[name] = float(((low <= mean.mean()) & (mean.mean() <= high)).mean())
    return shares


def test_quickly_every_finding_has_an_interval_that_mostly_holds():
    shares = covered(6)
    assert shares.keys() == FORECAST_PERCENT.keys()
    assert min(shares.values()) >= 0.5


@pytest.mark.science
@pytest.mark.slow
def test_intervals_over_seeds_hold_as_often_as_is_said():
    for name, share in covered(300).items():
        told = FORECAST_PERCENT[name]
        assert share == pytest.approx(told / 100, abs=chance(told, 300)), name
