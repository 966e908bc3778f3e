"""llm_optimization's evaluations and best-of-n results, as its code of 2023 writes them."""

import json
import math

import pytest

from looksgood.audits.formats.best_of_n_log import BestOfNLog
from looksgood.audits.formats.llm_optimization import LLMOptimization
from looksgood.audits.formats.reader import Reader, ScalarReader
from looksgood.audits.measured.kl_meaning import stated_meaning
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError


def evaluate(folder, n, gold=True):
    """Write eval-n.json; after the gold pass, `datasets` has put kl_list into every row."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "instruction": f"i{i}",
            "answers": [f"a{n}-{i}"],
            "proxy_scores": [float(n + i)],
            "ensemble_variance": [0.1],
            "kl_list": [0.0, 1.5] if i == 0 else None,
            **({"gold_scores": [float(-n)]} if gold else {}),
        }
        for i in range(2)
    ]
    (folder / f"eval-{n}.json").write_text(json.dumps(rows, indent=4))


def read(path):
    notes = Notes()
    rows = [row for table in LLMOptimization().batches(path, notes) for row in table.to_pylist()]
    return rows, notes


def test_evaluations_are_checkpoints_of_the_run_above_them(tmp_path):
    for n in (0, 2, 10):
        evaluate(tmp_path / "seed1" / "eval", n)
    assert isinstance(LLMOptimization(), Reader)
    for path in (tmp_path, tmp_path / "seed1", tmp_path / "seed1" / "eval"):
        assert LLMOptimization().recognises(path)
        rows, notes = read(path)
        assert [row["step"] for row in rows] == [0, 0, 2, 2, 10, 10]
        assert {row["run"] for row in rows} == {"seed1"}
        assert [row["gold"] for row in rows] == [0, 0, -2, -2, -10, -10]
        assert [row["proxy"] for row in rows[:2]] == [0.0, 1.0]
    assert {row["kl"] for row in rows} == {None}
    assert len(notes.not_measured) == 1
    assert "k2" in notes.not_measured[0].why


def test_before_the_gold_pass_there_is_no_gold(tmp_path):
    evaluate(tmp_path, 1, gold=False)
    assert [row["gold"] for row in read(tmp_path / "eval-1.json")[0]] == [None, None]


def test_a_pool_of_many_answers_per_prompt(tmp_path):
    pool = [{"instruction": "i", "answers": ["a", "b"], "proxy_scores": [1, 2], "gold_scores": [3]}]
    file = tmp_path / "proxy_labelled_sorted.json"
    file.write_text(json.dumps(pool))
    assert LLMOptimization().recognises(file)
    rows, _ = read(file)
    found = [(row["prompt"], row["completion"], row["proxy"], row["gold"]) for row in rows]
    assert found == [("i", "a", 1.0, 3.0), ("i", "b", 2.0, None)]
    assert [row["step"] for row in rows] == [0, 0]


def test_a_folder_without_them_is_refused(tmp_path):
    assert not LLMOptimization().recognises(tmp_path)
    with pytest.raises(DataError, match=r"eval-N\.json"):
        read(tmp_path)


def test_best_of_n_is_a_log_over_n_with_the_kl_of_its_formula(tmp_path):
    for seed in (1, 2):
        folder = tmp_path / f"seed{seed}"
        folder.mkdir()
        points = [{"n": n, "proxy_score": float(n), "gold_score": -float(n)} for n in (1, 4, 16)]
        (folder / "bon_sampled_results.json").write_text(json.dumps(points, indent=4))
    assert isinstance(BestOfNLog(), ScalarReader)
    assert BestOfNLog().recognises(tmp_path)
    assert not LLMOptimization().recognises(tmp_path)
    notes = Notes()
    log = BestOfNLog().scalars(tmp_path, notes)
    assert log.runs == ("seed1", "seed2")
    assert log.run.tolist() == [0, 0, 0, 1, 1, 1]
    assert log.step.tolist() == [1, 4, 16] * 2
    assert log.kl[:2].tolist() == [0.0, math.log(4) - 3 / 4]
    assert log.scores["gold"].tolist() == [-1, -4, -16] * 2
    assert log.x_label == "n of best-of-n"
    assert stated_meaning(notes.kl_means).comparable


def test_an_empty_folder_has_no_best_of_n(tmp_path):
    assert not BestOfNLog().recognises(tmp_path)
    with pytest.raises(DataError, match=r"bon_sampled_results\.json"):
        BestOfNLog().scalars(tmp_path, Notes())
