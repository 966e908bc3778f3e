"""What the sections on mean scores say of planted runs: the truth where it shows, no more."""

from dataclasses import replace

import numpy as np
import pytest

from looksgood.audits.answers.fall import fall_test
from looksgood.audits.scalar_log import ScalarLog
from looksgood.audits.sections.gaps import gaps
from looksgood.audits.sections.levels import levels
from looksgood.audits.sections.peak import peak
from looksgood.audits.subjects.build import subjects
from looksgood.audits.verdict import verdict
from looksgood.core.seeds import Seed
from tests.audit_alarms import log_of
from tests.planted_runs import EXPLOITED, HONEST, Planted

SECTIONS = (levels, peak, gaps)


def of(planted, *seed):
    [subject] = subjects(planted.rollouts(Seed(("levels", *seed))))
    return subject


def named(section, name):
    [test] = [test for test in section.tests if test.name == name]
    return test


@pytest.mark.parametrize("change", [{}, {"binary": True}, {"paired": False}, {"labels": 60}])
def test_a_planted_exploit_is_found_and_an_honest_run_is_not_accused(change):
    fallen, honest = (
        levels(of(replace(planted, prompts=200, **change), str(change)))
        for planted in (EXPLOITED, HONEST)
    )
    assert verdict([fallen]).level == "gold_fell"
    fall = named(fallen, "gold_fall")
    assert fall.at[0] <= 50 < fall.at[1]
    assert fall.low > 0
    assert fallen.says[0].startswith("Gold fell by")
    assert verdict([honest]).level == "no_sign"
    assert named(honest, "proxy_rise").p < 0.001
    assert "would have been noticed with 80 %" in honest.says[0]


def test_what_could_have_been_noticed_is_what_many_runs_show():
    planted = Planted((0.0, 0.0), prompts=50, gain=0.0, cost=0.0)
    fall = named(levels(of(planted)), "gold_fall").detectable
    noticed = []
    for seed in range(120):
        rows = planted.rollouts(Seed(("noticed", seed)))
        rows.gold[rows.step == 0] += fall
        [subject] = subjects(rows)
        noticed.append(fall_test(subject.curves["gold"], "run").p <= 0.05)
    assert np.mean(noticed) == pytest.approx(0.8, abs=0.1)


def test_a_rater_who_falls_while_the_proxy_rises_is_exploitation():
    planted = replace(EXPLOITED, prompts=200, seen=1.0)
    rows = planted.rollouts(Seed(("rater",)))
    rows.gold[:] = np.nan
    [subject] = subjects(rows)
    found = levels(subject)
    assert named(found, "rater_fall").speaks_to == "exploitation"
    assert verdict([found]).level == "exploitation"
    assert found.not_measured[0].what == "whether gold fell"
    rows.proxy[:] = rows.rater
    [subject] = subjects(rows)
    assert named(levels(subject), "rater_fall").speaks_to is None
    assert verdict([levels(subject)]).level == "cannot_say"


def test_few_labels_are_said_to_be_few_and_who_helped():
    section = levels(of(replace(HONEST, labels=30)))
    assert "360 of 1200 responses; the rater stands in" in section.says[-1]
    [table] = [table for table in section.tables if table.columns[1] == "gold"]
    assert table.columns[-2:] == ("labels", "correlation of the rater")
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_peak_is_held_by_its_set_and_what_was_lost_by_its_limits():
    planted = replace(EXPLOITED, prompts=400, samples=2)
    section = peak(of(planted))
    [table] = section.tables
    may_be = {row[0] for row in table.rows if row[-1] == "yes"}
    truth = planted.truth("gold")
    assert planted.steps[truth.argmax()] in may_be
    assert planted.steps[-1] not in may_be
    assert section.says[0].startswith("Stopping by step")


def test_an_honest_run_was_not_stopped_too_late():
    assert peak(of(HONEST)).says[0].startswith("The last checkpoint may be the best")
    flat = replace(HONEST, pressures=(0.0,) * 3)
    assert peak(of(flat)).says[0].startswith("Any checkpoint may have been the best")


def test_gaps_are_those_of_the_closed_form():
    planted = replace(EXPLOITED, prompts=2000, samples=3)
    section = gaps(of(planted))
    table = {row[0]: row[1:] for row in section.tables[0].rows}
    p = planted.exploit_prob()
    sd = {
        score: (1 + effect**2 * p[0] * (1 - p[0])) ** 0.5
        for score, effect in {"proxy": 3.0, "rater": -1.0, "gold": -4.0}.items()
    }
    gain = {score: (planted.truth(score) - planted.truth(score)[0]) / sd[score] for score in sd}
    for step in (30, 110):
        shown = [table[step][place] for place in (0, 3, 6)]
        at = step // 10
        pairs = (("proxy", "rater"), ("rater", "gold"), ("proxy", "gold"))
        assert shown == pytest.approx([gain[a][at] - gain[b][at] for a, b in pairs], abs=0.12)
        assert shown[0] + shown[1] == pytest.approx(shown[2])
    assert [test.speaks_to for test in section.tests] == [None] * 3
    assert "responses to one prompt" in section.says[-1]


def test_gaps_hold_for_few_labels_one_response_each_and_no_rater():
    nested = gaps(of(replace(EXPLOITED, prompts=300, labels=100)))
    assert len(nested.tests) == 3
    assert "sd of responses at the first checkpoint" in nested.says[-1]
    alone = gaps(of(replace(HONEST, rated=False)))
    assert [test.name for test in alone.tests] == ["gap_proxy_gold"]


def test_nothing_that_is_missing_is_guessed():
    log = ScalarLog(
        runs=("run",),
        run=np.zeros(4, dtype=int),
        step=np.arange(4.0),
        kl=np.full(4, np.nan),
        scores={"proxy": np.arange(4.0), "gold": np.array([1.0, 2, 1, 0])},
        errors={},
    )
    sources = [
        log,
        replace(HONEST, prompts=1).rollouts(Seed(("one",))),
        replace(HONEST, pressures=(0.0,)).rollouts(Seed(("once",))),
    ]
    constant = HONEST.rollouts(Seed(("constant",)))
    for score in ("proxy", "rater", "gold"):
        constant.score(score)[:] = 1.0
    for source in (*sources, constant):
        [subject] = subjects(source)
        for section in (make(subject) for make in SECTIONS):
            assert section.not_measured
            assert not any(test.speaks_to for test in section.tests)


def test_a_log_without_errors_is_said_to_be_judged_by_its_scatter():
    draw = log_of(np.concatenate([np.linspace(0, 30, 6), np.linspace(30, 0, 6)]))
    [subject] = subjects(draw(Seed(("log",))))
    section = levels(subject)
    assert verdict([section]).level == "gold_fell"
    assert "smoothed" in section.says[-1]


def test_sections_are_plain_data_whose_rows_and_lines_fit():
    subject = of(replace(EXPLOITED, samples=2))
    for section in (make(subject) for make in SECTIONS):
        assert section.run == "run"
        for table in section.tables:
            assert {len(row) for row in table.rows} == {len(table.columns)}
        for figure in section.figures:
            for line in figure.lines:
                assert len(line.x) == len(line.y) == len(line.low) == len(line.high)
