"""The simulation's benchmark: equal physics on both sides, and what is printed of it."""

import dataclasses
import json

import pytest

from looksgood.bench.options import SimOptions
from looksgood.bench.sim import AIM, OURS, SYNC, Ratio, run
from looksgood.bench.timing import Spread
from looksgood.core.errors import LooksgoodError


@pytest.fixture(scope="module")
def report():
    return run(SimOptions(hands=3, actions=20, rounds=2, processes=False))


def test_both_sides_simulate_the_same(report):
    assert report.apart < 1e-6
    report.check()
    with pytest.raises(LooksgoodError, match=r"0\.5 apart: no comparison"):
        dataclasses.replace(report, apart=0.5).check()
    with pytest.raises(LooksgoodError, match="no comparison"):
        dataclasses.replace(report, apart=float("nan")).check()


def test_rates_count_the_physics_steps_of_all_hands(report):
    assert [row.name for row in report.rows] == [f"{OURS}, 1 thread", f"{SYNC}, 1 thread"]
    for row in report.rows:
        assert row.wall_seconds.n == 2
        assert row.steps_per_wall_second * row.wall_seconds.median == pytest.approx(300)


def test_json_and_table_say_the_same(report):
    data = json.loads(report.as_json())
    assert data["ratios"][0]["met"] == report.ratios[0].met
    assert data["ratios"][0]["cpu"]["median"] == report.ratios[0].cpu.median
    assert f"{report.rows[0].steps_per_wall_second:,.0f}" in report.as_table()
    assert str(report.ratios[0].cpu) in report.as_table()


def test_the_aim_goes_by_cpu_time():
    short, long = Spread(1.0, 1.0, 1.0, 1), Spread(AIM, AIM, AIM, 1)
    assert Ratio("", wall=short, cpu=long).met
    assert not Ratio("", wall=long, cpu=short).met
