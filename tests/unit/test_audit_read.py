"""Paths are read together: each by its reader, each a run of its own, and real ones too."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from looksgood.audits.formats.registry import reader_for
from looksgood.audits.notes import Notes
from looksgood.audits.reading.read import names_of, read
from looksgood.audits.rollouts import Rollouts
from looksgood.audits.scalar_log import ScalarLog
from looksgood.core.errors import ConfigError, DataError

SHARED = Path(
    os.environ.get("LOOKSGOOD_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data")
)
RESPONSES = '{"step": 0, "prompt": "a", "response": "b", "reward": 1}\n'


def write(folder, **files):
    paths = []
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        paths.append(path)
    return paths


def test_each_path_is_a_run_unless_its_rows_name_one(tmp_path):
    named = RESPONSES.replace("{", '{"run": "x", ', 1) + RESPONSES
    paths = write(tmp_path, a__r_jsonl=RESPONSES, b__r_jsonl=RESPONSES, b__s_jsonl=named)
    rows = read([*paths, paths[0]], "auto", {}, Notes())
    assert isinstance(rows, Rollouts)
    assert rows.runs == ("a/r", "b/r", "x", "b/s")
    assert rows.run.tolist() == [0, 1, 2, 3]
    assert names_of(paths[1:]) == ["r", "s"]


def test_logs_are_joined_each_with_the_scores_that_it_has(tmp_path):
    paths = write(tmp_path, a_csv="round,gold\n0,1\n", b_csv="run,round,reward\nx,0,1\n,1,2\n")
    log = read(paths, "auto", {}, Notes())
    assert isinstance(log, ScalarLog)
    assert log.x_label == "round"
    points = [(log.runs[run], step) for run, step in zip(log.run, log.step, strict=True)]
    assert points == [("a", 0), ("b", 1), ("x", 0)]
    np.testing.assert_array_equal(log.scores["gold"], [1, np.nan, np.nan])
    np.testing.assert_array_equal(log.scores["proxy"], [np.nan, 2, 1])


def test_responses_and_logs_together_are_refused(tmp_path):
    paths = write(tmp_path, a_jsonl=RESPONSES, b_csv="step,gold\n0,1\n")
    with pytest.raises(ConfigError, match=r"a\.jsonl holds responses and .*b\.csv a log of scal"):
        read(paths, "auto", {}, Notes())


def test_a_format_may_be_asked_for(tmp_path):
    log, junk = write(tmp_path, a_csv="step,gold\n0,1\n", b_bin="\x00\x01")
    assert isinstance(read([log], "table", {}, Notes()), ScalarLog)
    twice = write(tmp_path, c_csv="step,gold\n0,1\n0,2\n")[0]
    assert isinstance(read([twice], "table", {}, Notes()), Rollouts)
    assert isinstance(read([twice], "scalars", {}, Notes()), ScalarLog)
    assert reader_for(log, "verl").name == "verl"
    with pytest.raises(ConfigError, match=r"--format tabel: unknown; there are auto, .*table"):
        reader_for(log, "tabel")
    with pytest.raises(ConfigError, match="no path"):
        read([], "auto", {}, Notes())
    with pytest.raises(ConfigError, match="'gold_n' is no column of a table of responses"):
        read([twice], "auto", {"gold_n": "step"}, Notes())
    for path in (junk, tmp_path / "none"):
        with pytest.raises(DataError, match=path.name) as refused:
            read([path], "auto", {}, Notes())
        assert "\n" not in str(refused.value)


def test_one_row_and_no_row(tmp_path):
    one, none = write(tmp_path, a_jsonl=RESPONSES, b_csv="prompt,reward\n")
    rows = read([one], "auto", {}, Notes())
    assert (len(rows), rows.runs, list(rows.texts.completions)) == (1, ("a",), ["b"])
    with pytest.raises(DataError, match="no row"):
        read([none], "auto", {}, Notes())


def test_hostile_text_comes_through_as_text(tmp_path):
    said = "\x00\x1b[2J<script>\ud800${HOME}" + "x" * (1 << 20)
    lines = [{"prompt": said, "response": said, "reward": "1e400", "run": "../../etc", "step": 1}]
    path = write(tmp_path, a_jsonl="\n".join(map(json.dumps, lines)) + '\n{"prompt": "cut')[0]
    notes = Notes()
    rows = read([path], "auto", {}, notes)
    assert rows.texts.completions[0] == said.replace("\ud800", "?")
    assert rows.runs == ("../../etc",)
    assert np.isnan(rows.proxy).all()
    assert any("left out: 1 (the first: line 2)" in line for line in notes.lines)
    assert any("NaN, infinite" in line for line in notes.lines)


REAL = {
    "runs_judge_goodhart/optimize.jsonl.gz": (
        "proxy=judge_score,gold=correct,step=round,run=arm,prompt=task_id,completion=solution",
        {"rows": 1440, "runs": 2, "steps": 6, "prompts": 120, "proxy": 84.921, "gold": 0.77847},
    ),
    "runs_judge_goodhart/pilot.jsonl.gz": (
        "proxy=judge_score,gold=correct,completion=solution",
        {"rows": 2880, "runs": 1, "steps": 1, "prompts": 111, "proxy": 79.007, "gold": 0.66840},
    ),
    "runs_tinker_code_hacking/rollouts_97.jsonl.gz": (
        "proxy=metrics.public_reward,gold=metrics.private_reward,completion=rollouts,run=env_type",
        {"rows": 97, "runs": 1, "steps": 1, "prompts": 60, "proxy": 0.36159, "gold": 0.36684},
    ),
    "rewardmath_scores/scores.csv.gz": (
        "run=rm,prompt=problem_idx,proxy=score,gold=correct",
        {"rows": 102879, "runs": 22, "steps": 1, "prompts": 483},
    ),
    "runs_gsm8k_grpo_extractors/validation_labeled.csv": (
        "prompt=problem",
        {"rows": 50, "runs": 1, "steps": 1, "prompts": 50},
    ),
    "runs_gsm8k_grpo_extractors/eval_trajectories.csv": (
        "run=experiment+run,proxy=mean_reward,gold=honest_accuracy",
        {"points": 30, "runs": 5, "proxy": 30, "gold": 12},
    ),
    "runs_tinker_code_hacking/by_epoch.csv": (
        "run=env,step=epoch,proxy=average_reward",
        {"points": 72, "runs": 3, "proxy": 72},
    ),
    "runs_leetcode_fg/heldout_scores.csv": (
        "step=checkpoint,proxy=avg_g,gold=avg_f",
        {"points": 282, "runs": 9, "proxy": 282, "gold": 282},
    ),
    "runs_leetcode_fg/train_metrics.csv": (
        "proxy=reward_g,gold=reward_f",
        {"points": 873, "runs": 33, "proxy": 717, "gold": 717},
    ),
    "runs_leetcode_fg/raw_example_tinker_metrics.jsonl": (
        "proxy=reward/g,gold=reward/f",
        {"points": 35, "runs": 1, "proxy": 35, "gold": 35},
    ),
    "runs_tldr_dpo_kl_gold/points.csv": (
        "run=run+gold_rm,wins=wins,total=total",
        {"points": 341, "runs": 23, "gold": 341},
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_real_runs_are_read(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip("needs the shared data folder")
    said, facts = REAL[name]
    mapping = dict(part.split("=", 1) for part in said.split(","))
    notes = Notes()
    found = read([path], "auto", mapping, notes)
    if isinstance(found, ScalarLog):
        counts = {score: int(np.isfinite(x).sum()) for score, x in found.scores.items()}
        assert {"points": len(found), "runs": len(found.runs), **counts} == facts
    else:
        assert {
            "rows": len(found),
            "runs": len(found.runs),
            "steps": len(np.unique(found.step)),
            "prompts": len(np.unique(found.prompt)),
        }.items() <= facts.items()
        for score in ("proxy", "gold"):
            if score in facts:
                assert np.nanmean(found.score(score)) == pytest.approx(facts[score], abs=1e-3)
    assert all("\n" not in line for line in notes.lines)
