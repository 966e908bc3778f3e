"""Logs of scalars: told from tables of responses, and read with the errors that they have."""

import json
import re

import numpy as np
import pytest

from looksgood.audits.formats.reader import ScalarReader
from looksgood.audits.formats.registry import reader_for
from looksgood.audits.formats.scalar_errors import binomial_error
from looksgood.audits.formats.scalar_table import ScalarTable
from looksgood.audits.notes import Notes
from looksgood.core.errors import ConfigError, DataError


def read(path, content=None, **said):
    if content is not None:
        path.write_text(content)
    notes = Notes()
    return ScalarTable(said).scalars(path, notes), notes.lines


def test_a_row_per_run_and_step_without_text_is_a_log(tmp_path):
    assert isinstance(ScalarTable(), ScalarReader)
    logs = {
        "one": "step,reward\n0,1\n1,2\n",
        "one row": "step,kl\n0,1\n",
        "resumed": "step,reward\n" + "".join(f"{i},1\n" for i in (*range(9), *range(6, 12))),
        "two runs": "run,step,reward\na,0,1\nb,0,1\na,1,1\nb,1,2\n",
    }
    for content in logs.values():
        (tmp_path / "x.csv").write_text(content)
        assert ScalarTable().recognises(tmp_path / "x.csv")
    responses = {
        "rows per step": "step,reward\n0,1\n0,2\n1,0\n1,0\n",
        "a prompt": "step,reward,prompt\n0,1,x\n1,2,x\n",
        "a group": "step,reward,uid\n0,1,x\n1,2,x\n",
        "no step": "reward,gold\n0,1\n",
        "no score": "step,loss\n0,1\n",
        "no rows": "step,reward\n",
        "nothing": "",
    }
    for content in responses.values():
        (tmp_path / "x.csv").write_text(content)
        assert not ScalarTable().recognises(tmp_path / "x.csv")
    (tmp_path / "x.csv").write_text(logs["two runs"])
    assert not ScalarTable({"completion": "run"}).recognises(tmp_path / "x.csv")
    assert not ScalarTable({"run": ""}).recognises(tmp_path / "x.csv")


def test_metrics_in_separate_lines_become_one_point(tmp_path):
    lines = [{"step": s, "reward/g": s / 10} for s in range(3)]
    lines += [{"step": s, "eval": {"f": 1 - s / 10}} for s in (0, 2)]
    content = "\n".join(map(json.dumps, lines))
    (tmp_path / "m.jsonl").write_text(content)
    said = {"proxy": "reward/g", "gold": "eval.f"}
    assert ScalarTable(said).recognises(tmp_path / "m.jsonl")
    log, notes = read(tmp_path / "m.jsonl", **said)
    assert log.step.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(log.scores["proxy"], [0, 0.1, 0.2])
    np.testing.assert_array_equal(log.scores["gold"], [1, np.nan, 0.8])
    assert (log.errors, log.x_label, notes) == ({}, "step", [])


def test_a_later_value_counts_and_what_it_replaced_is_told(tmp_path):
    log, notes = read(tmp_path / "x.csv", "round,score\n0,1\n1,2\n1,2\n1,3\n,9\nend,9\n")
    assert log.scores["proxy"].tolist() == [1, 3]
    assert log.x_label == "round"
    told = " ".join(notes)
    assert "1 values differ from an earlier one" in told
    assert "2 of 6 rows lack a step" in told
    assert "('end')" in told


def test_a_named_baseline_is_step_0_or_before_it(tmp_path):
    content = "run,checkpoint,gold\na,baseline,0.5\na,1,0.6\nb,base,0.1\nb,0,0.2\nb,0.5,0.3\n"
    log, notes = read(tmp_path / "x.csv", content)
    assert list(zip(log.run.tolist(), log.step.tolist(), strict=True)) == [
        (0, 0),
        (0, 1),
        (1, -1),
        (1, 0),
        (1, 0.5),
    ]
    assert sum("baseline" in line for line in notes) == 2


def test_errors_are_given_or_follow_from_counts(tmp_path):
    content = "step,gold,gold_se,proxy,n,rater\n0,0.5,0.2,0.25,75,7\n1,1,,0,100,8\n"
    log, notes = read(tmp_path / "x.csv", content, proxy_n="n", rater_n="n")
    np.testing.assert_array_equal(log.errors["gold"], [0.2, np.nan])
    assert log.errors["proxy"][0] == pytest.approx((0.25 * 0.75 / 75) ** 0.5, rel=0.02)
    assert 0 < log.errors["proxy"][1] < 0.01
    assert "rater" not in log.errors
    assert any(line.startswith("rater is not between 0 and 1") for line in notes)


def test_a_count_may_be_one_number_for_all_rows(tmp_path):
    path, content = tmp_path / "x.csv", "step,gold,n\n0,0.5,400\n1,0.25,400\n"
    log, _ = read(path, content, gold_n="400")
    by_column, _ = read(path, content, gold_n="n")
    assert ScalarTable({"gold_n": "400"}).recognises(path)
    np.testing.assert_array_equal(log.errors["gold"], by_column.errors["gold"])
    assert log.errors["gold"][0] == pytest.approx(0.5 / 20, rel=0.01)
    of_wins, _ = read(path, "step,wins\n0,200\n1,100\n", wins="wins", total="400")
    np.testing.assert_array_equal(of_wins.scores["gold"], log.scores["gold"])
    np.testing.assert_array_equal(of_wins.errors["gold"], log.errors["gold"])


def test_a_column_that_is_called_a_number_is_meant(tmp_path):
    log, _ = read(tmp_path / "x.csv", "step,gold,400\n0,0.5,100\n", gold_n="400")
    assert log.errors["gold"].tolist() == [pytest.approx(0.05, rel=0.01)]


@pytest.mark.parametrize("wrong", ["0", "-3", "2.5", "inf", "nan", "labels"])
def test_a_count_that_is_none_is_refused_in_one_line(tmp_path, wrong):
    path = tmp_path / "x.csv"
    path.write_text("step,gold\n0,0.5\n1,0.6\n")
    reader = reader_for(path, mapping={"gold": "gold", "gold_n": wrong})
    with pytest.raises(DataError, match=rf"--map gold_n={re.escape(wrong)}") as refused:
        reader.scalars(path, Notes())
    said = "neither a number nor a column" if wrong == "labels" else "whole number of 1 or more"
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_wins_of_a_total_are_gold(tmp_path):
    content = "step,wins,total\n0,50,100\n1,0,0\n"
    for said in ({}, {"wins": "wins", "total": "total"}):
        log, _ = read(tmp_path / "x.csv", content, **said)
        np.testing.assert_array_equal(log.scores["gold"], [0.5, np.nan])
        np.testing.assert_allclose(log.errors["gold"], [0.05, np.nan])
    log, _ = read(tmp_path / "x.csv", "step,wins,total,gold_score\n0,50,100,7\n")
    assert log.scores["gold"].tolist() == [7]
    log, _ = read(tmp_path / "x.csv", wins="wins", total="total")
    assert log.scores["gold"].tolist() == [0.5]


def test_the_error_of_a_share_covers_it():
    rng = np.random.default_rng(0)
    for p, n in ((0.5, 50), (0.1, 100), (0.02, 200)):
        mean = rng.binomial(n, p, 4000) / n
        error = binomial_error(mean, np.full(4000, float(n)))
        assert (abs(mean - p) <= 1.96 * error).mean() > 0.9
        assert np.sqrt((error**2).mean()) == pytest.approx((p * (1 - p) / n) ** 0.5, rel=0.15)


def test_a_folder_of_logs_is_a_run_per_file(tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    for name in ("b", "a"):
        (folder / f"{name}.csv").write_text("step,gold\n0,1\n1,0\n")
    assert ScalarTable().recognises(folder)
    log, _ = read(folder)
    assert log.runs == ("logs/a", "logs/b")
    assert len(log) == 4


def test_infinite_values_are_missing(tmp_path):
    log, _ = read(tmp_path / "x.jsonl", '{"step": 0, "gold": Infinity, "kl": NaN, "reward": 1}')
    assert list(log.scores) == ["proxy"]
    assert np.isnan(log.kl).all()


def test_what_is_no_log_is_refused_in_one_line(tmp_path):
    for content, said, why in (
        ("reward\n1\n", {}, "no step in it"),
        ("step,loss\n1,1\n", {}, "no number in it that is a proxy"),
        ("step,loss\n1,1\n", {"proxy": "reward"}, "'reward', which is no column"),
    ):
        with pytest.raises(DataError, match=why):
            read(tmp_path / "x.csv", content, **said)
    with pytest.raises(ConfigError, match="'prompt' is no column of a log of scalars"):
        read(tmp_path / "x.csv", "step,gold\n0,1\n", prompt="step")
