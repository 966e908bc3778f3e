"""Looks at a run as it goes on: a fall is found, none is made up, gains are what they are."""

import numpy as np
import pytest

from looksgood.audits.live.fall_watch import FallWatch
from looksgood.audits.live.monitor import Monitor
from looksgood.audits.live.peak_guess import guess_peak
from looksgood.core.seeds import Seed
from tests.watched_runs import CLEAN, FALLS, LOOKS, alarms, first_alarm


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_run_looked_at_at_every_step_is_seldom_stopped(name):
    assert alarms(name, 25) <= 2  # one in a hundred is usual; of one in twenty, four would be rare


@pytest.mark.parametrize("name", FALLS)
def test_a_planted_fall_is_found_soon(name):
    mean, most = FALLS[name]
    begins = int(np.argmax(mean)) + 1
    rng = Seed(("fall-watch", "planted", name)).numpy()
    found = [first_alarm(mean + rng.normal(size=LOOKS)) for _ in range(20)]
    assert sum(look is None or look <= begins for look in found) <= 2
    assert np.median([(look or LOOKS) - begins for look in found]) <= most


def test_gold_that_does_not_vary_has_not_fallen():
    watch = FallWatch()
    for _ in range(30):
        watch.add(0.0)
    assert watch.p is None
    for gold in [1.0, 0.0] * 10:
        watch.add(gold)
    assert watch.p is not None
    assert watch.p > 0.05


def test_one_catastrophe_is_no_fall():
    rng = Seed(("fall-watch", "one")).numpy()
    run = rng.normal(size=LOOKS)
    run[50] = -40.0
    assert first_alarm(run) is None


def test_gains_are_in_sds_of_the_first_looks_and_their_intervals_hold():
    rng = Seed(("monitor", "gains")).numpy()
    inside = []
    for _ in range(150):
        monitor = Monitor()
        for step, rise in enumerate(np.linspace(0, 1, 20)):
            late = float(step >= 10)  # the ends themselves are level
            proxy, gold = rng.normal(size=2) * 0.2 + [2 * late, -late]
            standing = monitor.look(step, proxy, gold, proxy_sd=2.0, gold_sd=0.5 + rise)
        unit = np.mean(0.5 + np.linspace(0, 1, 20)[:5])
        for gain, truth in ((standing.proxy, 1.0), (standing.gold, -1 / unit)):
            inside.append(abs(gain.value - truth) <= gain.half)
        assert standing.gap == standing.proxy.value - standing.gold.value
    assert np.mean(inside) >= 0.93


def test_before_ten_looks_nothing_is_said():
    monitor = Monitor()
    for step in range(9):
        standing = monitor.look(step, 1.0, float(step % 2), 1.0, 1.0)
        assert (standing.proxy, standing.gold, standing.gap) == (None, None, None)
        assert monitor.peak(100) is None
    standing = monitor.look(9, 1.0, 0.0, 1.0, 0.0)
    assert standing.gold is not None
    assert standing.p == 1.0


def test_a_peak_that_lies_behind_is_found_and_one_ahead_is_looked_for_everywhere():
    rng = Seed(("peak-guess",)).numpy()
    steps = list(range(150))
    curve = 8 * (1 - ((np.array(steps) - 60) / 60) ** 2)
    behind = guess_peak(steps, (curve + rng.normal(size=150)).tolist(), 1.0, 200)
    assert abs(behind.step - 60) < 12
    ahead = guess_peak(steps[:20], (rng.normal(size=20)).tolist(), 1.0, 200)
    assert ahead.high - ahead.low > 100
    assert guess_peak(steps, [0.0] * 150, 1.0, 200) is None
    assert guess_peak(steps[:5], [0.0, 1.0, 0.0, 1.0, 0.0], 1.0, 200) is None
