"""What benchmarks report: medians, comparable lengths, JSON, and what is missing."""

import importlib
import json
import sys

import pytest

from looksgood.bench import ABOUT, BENCHES, OPTIONS
from looksgood.bench.options import STUDY, StepOptions, SweepOptions
from looksgood.bench.report import Part, Report, Row
from looksgood.bench.step import OURS, PRODUCTS, TUNED
from looksgood.bench.step import run as run_step
from looksgood.bench.sweep import run as run_sweep
from looksgood.bench.timing import Spread, ratio
from looksgood.bench.workload import lengths_agree
from looksgood.core.errors import ConfigError, LooksgoodError

TINY = {"width": 16, "layers": 1, "prompts": 4, "k": 2, "prompt_tokens": 5, "response_tokens": 4}


def named(where):
    module, _, name = where.partition(":")
    return getattr(importlib.import_module(module), name)


def test_every_benchmark_can_be_found_and_takes_its_options():
    assert BENCHES.keys() == OPTIONS.keys() == ABOUT.keys()
    for name in BENCHES:
        assert callable(named(BENCHES[name]))
        assert named(OPTIONS[name])().model_dump()


def test_lengths_agree_up_to_three_percent():
    assert lengths_agree({"a": 31.0, "b": 31.9})
    assert not lengths_agree({"a": 31.0, "b": 32.0})
    assert lengths_agree({"a": 31.0})


def test_a_spread_is_the_median_and_the_extremes():
    assert Spread.of([3.0, 1.0, 2.0, 10.0]) == Spread(2.5, 1.0, 10.0, 4)
    with pytest.raises(ValueError, match="no value"):
        Spread.of([])


def test_ratios_are_taken_within_a_round():
    assert ratio([2.0, 40.0], [1.0, 10.0]) == Spread(3.0, 2.0, 4.0, 2)


def test_different_lengths_are_no_comparison():
    rows = tuple(Row(n, "", Spread(1, 1, 1, 1), 1.0, t) for n, t in (("a", 4.0), ("b", 8.0)))
    part = Part("part", {}, rows, (), lengths_agree=False)
    with pytest.raises(LooksgoodError, match=r"'a': 4\.0, 'b': 8\.0"):
        Report("step", (part,), ()).check()


def test_without_trl_our_own_rows_are_there_and_the_check_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "trl", None)
    report = run_step(StepOptions(**TINY, rounds=2, study=False))
    assert [row.name for row in report.parts[0].rows] == [OURS, PRODUCTS]
    assert OURS in report.as_table()
    with pytest.raises(ConfigError, match=r"pip install 'looksgood\[trl\]'"):
        report.check()


def test_the_json_says_what_was_measured_on_what(monkeypatch):
    monkeypatch.setitem(sys.modules, "trl", None)
    found = json.loads(run_step(StepOptions(**TINY, rounds=2, study=False)).as_json())
    assert found["benchmark"] == "step"
    assert {"machine", "packages", "notes", "missing"} <= found.keys()
    assert "torch" in found["packages"]
    part = found["parts"][0]
    assert part["settings"]["width"] == TINY["width"]
    assert part["settings"]["product_flops"] > 0
    ours, products = part["rows"]
    assert ours["cpu_seconds"]["n"] == 2
    assert ours["cpu_seconds"]["low"] <= ours["cpu_seconds"]["median"]
    assert ours["completions_per_cpu_second"] == 8 / ours["cpu_seconds"]["median"]
    assert products["completions_per_cpu_second"] is None
    (limit,) = part["ratios"]
    assert limit["aim"] == 0.4
    assert limit["met"] == (limit["value"]["median"] >= 0.4)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_trl_step_is_measured_beside_ours():
    pytest.importorskip("trl")
    report = run_step(StepOptions(**TINY, rounds=1, study=False))
    rows = {row.name: row for row in report.parts[0].rows}
    assert rows[TUNED].cpu_seconds.median > 0
    assert 1 <= (rows[TUNED].response_tokens or 0) <= TINY["response_tokens"]
    assert report.missing is None


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_sweep_counts_start_up_apart():
    pytest.importorskip("trl")
    report = run_sweep(SweepOptions(**TINY, steps=1, betas=(1.0, 0.1), defaults=False))
    seconds = {row.name: row.cpu_seconds.median for row in report.parts[0].rows}
    for name in (OURS, TUNED):
        alone, started = seconds[f"{name}, steps alone"], seconds[f"{name}, with start-up"]
        assert 0 < alone < started < seconds[f"{name}, as scripts"]


def test_the_studies_size_is_the_sweeps_default():
    assert {
        name: getattr(SweepOptions(), name) for name in STUDY.model_dump()
    } == STUDY.model_dump()
