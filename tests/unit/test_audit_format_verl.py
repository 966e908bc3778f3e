"""verl's dumps of rollouts and its file log, as verl 0.10 writes them."""

import json
import math

import pytest

from looksgood.audits.formats.reader import Reader, ScalarReader
from looksgood.audits.formats.verl import Verl
from looksgood.audits.formats.verl_log import VerlLog
from looksgood.audits.measured.kl_meaning import stated_meaning
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError


def dump(folder, step, scores=(0.0, 1.0), **extras):
    """Write a step's file as `_dump_generations` does."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "input": f"user\np{i // 2}\nassistant\n",
            "output": f"o{step}-{i}",
            "gts": "4",
            "score": score,
            "step": step,
            **{name: values[i] for name, values in extras.items()},
        }
        for i, score in enumerate(scores)
    ]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n"
    (folder / f"{step}.jsonl").write_text(text)


def read(path, columns=None):
    notes = Notes()
    rows = [row for table in Verl(columns).batches(path, notes) for row in table.to_pylist()]
    return rows, notes


def test_rollouts_and_validation_are_two_runs_in_the_order_of_their_steps(tmp_path):
    for step in (2, 10):
        dump(tmp_path / "rollouts", step, uid=["u", "u"])
    dump(tmp_path / "validation", 0, acc=[True, False])
    assert isinstance(Verl(), Reader)
    assert Verl().recognises(tmp_path)
    rows, notes = read(tmp_path, {"gold": "acc"})
    assert [(row["run"], row["step"], row["group"]) for row in rows] == [
        ("rollouts", 2, "u"),
        ("rollouts", 2, "u"),
        ("rollouts", 10, "u"),
        ("rollouts", 10, "u"),
        ("validation", 0, None),
        ("validation", 0, None),
    ]
    assert [row["gold"] for row in rows] == [None] * 4 + [1.0, 0.0]
    assert [row["proxy"] for row in rows] == [0.0, 1.0] * 3
    assert rows[0]["gts"] == "4"
    assert notes == Notes()


def test_accuracy_is_no_truth_unless_it_is_said_to_be(tmp_path):
    dump(tmp_path, 1, acc=[True, False])
    rows, _ = read(tmp_path)
    assert [row["gold"] for row in rows] == [None, None]
    assert [row["acc"] for row in rows] == [True, False]
    assert rows[0]["run"] == tmp_path.name


def test_a_cut_line_and_scores_that_are_no_numbers_are_told(tmp_path):
    dump(tmp_path, 1, scores=("failed", 1.0, 2.0))
    file = tmp_path / "1.jsonl"
    file.write_text(file.read_text()[:-9])
    rows, notes = read(tmp_path)
    assert [row["proxy"] for row in rows] == [None, 1.0]
    assert any("1.jsonl" in line for line in notes.lines)
    assert any("proxy: 1 of 2 cells of 'score'" in line for line in notes.lines)


def test_an_empty_step_is_left_out_and_all_empty_is_refused(tmp_path):
    dump(tmp_path, 1)
    (tmp_path / "2.jsonl").touch()
    rows, notes = read(tmp_path)
    assert len(rows) == 2
    assert notes.lines[-1].startswith("Left out: ")
    (tmp_path / "1.jsonl").write_text("")
    with pytest.raises(DataError, match="1 more files, none of them readable"):
        read(tmp_path)


def test_other_numbered_files_are_not_taken_for_verls(tmp_path):
    (tmp_path / "1.jsonl").write_text('{"text": "no rollout"}\n')
    assert not Verl().recognises(tmp_path)
    assert not Verl().recognises(tmp_path / "1.jsonl")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"trainer\.rollout_data_dir"):
        read(tmp_path / "empty")


def log(path, *lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def line(step, score, **data):
    return {"step": step, "data": {"critic/score/mean": score, "actor/kl_loss": 0.01, **data}}


def test_the_file_log_gives_the_score_and_no_kl(tmp_path):
    path = log(tmp_path / "run.jsonl", line(1, 0.2), line(2, 0.3), line(2, 0.4))
    assert isinstance(VerlLog(), ScalarReader)
    assert VerlLog().recognises(path)
    assert not Verl().recognises(path)
    notes = Notes()
    found = VerlLog().scalars(path, notes)
    assert found.runs == ("run",)
    assert found.step.tolist() == [1.0, 2.0]
    assert found.scores["proxy"].tolist() == [0.2, 0.4]
    assert all(map(math.isnan, found.kl))
    assert "mean over tokens" in notes.not_measured[0].why


def test_validation_is_gold_only_where_it_is_said(tmp_path):
    key = "val-core/math/acc/mean@16"
    path = log(tmp_path / "run.jsonl", line(1, 0.2), line(2, 0.3, **{key: 0.7}))
    notes = Notes()
    assert "gold" not in VerlLog().scalars(path, notes).scores
    assert key in notes.lines[0]
    gold = VerlLog({"gold": key}).scalars(path, Notes()).scores["gold"]
    assert math.isnan(gold[0])
    assert gold[1] == 0.7


def test_a_count_behind_every_validation_gives_gold_its_errors(tmp_path):
    key = "val-core/math/acc/mean@1"
    path = log(tmp_path / "run.jsonl", line(1, 0.2, **{key: 0.5}), line(2, 0.3, **{key: 0.7}))
    found = VerlLog({"gold": key, "gold_n": "100"}).scalars(path, Notes())
    assert found.errors["gold"][0] == pytest.approx(0.05, rel=0.01)
    with pytest.raises(DataError, match=r"gold_n=many is neither a number nor a column"):
        VerlLog({"gold": key, "gold_n": "many"}).scalars(path, Notes())


def test_a_log_without_a_score_names_what_it_has(tmp_path):
    path = log(tmp_path / "run.jsonl", {"step": 1, "data": {"reward/mean": 1.0}})
    with pytest.raises(DataError, match="reward/mean"):
        VerlLog().scalars(path, Notes())
    with pytest.raises(DataError, match="names 'no'"):
        VerlLog({"proxy": "no"}).scalars(path, Notes())
    with pytest.raises(DataError, match="is one file"):
        VerlLog().scalars(tmp_path, Notes())


def test_a_mapped_kl_is_called_what_it_is(tmp_path):
    path = log(tmp_path / "run.jsonl", line(1, 0.2), line(2, 0.3))
    notes = Notes()
    found = VerlLog({"kl": "actor/kl_loss"}).scalars(path, notes)
    assert found.kl.tolist() == [0.01, 0.01]
    assert stated_meaning(notes.kl_means).comparable is False
