"""TRL's completions files, with the schema that trl 1.16 writes through pandas."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from looksgood.audits.formats.reader import Reader
from looksgood.audits.formats.trl import Trl
from looksgood.audits.measured.kl_meaning import comparable_kl, stated_meaning
from looksgood.audits.notes import Notes
from looksgood.audits.reading.collect import collect
from looksgood.audits.sections.kl import kl
from looksgood.audits.subjects.build import subjects
from looksgood.core.errors import DataError, TooFew


def write(folder, step, texts=("a", "b"), name=None, **columns):
    """Write a completions file as TRL does; `columns` are rewards and what was logged besides."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = len(texts)
    table = {
        "step": [step] * rows,
        "prompt": [f"p{i // 2}" for i in range(rows)],
        "completion": list(texts),
        **(columns or {"quality": [float(i) for i in range(rows)]}),
        "advantage": [0.5 - i for i in range(rows)],
    }
    pq.write_table(pa.table(table), folder / (name or f"completions_{step:05d}.parquet"))


def read(path, columns=None):
    notes = Notes()
    rows = [row for table in Trl(columns).batches(path, notes) for row in table.to_pylist()]
    return rows, notes


def test_a_file_its_folder_and_the_output_dir_give_the_same_run(tmp_path):
    completions = tmp_path / "grpo-1" / "completions"
    write(completions, 5)
    write(completions, 10, texts=("c", "d"))
    assert isinstance(Trl(), Reader)
    for path in (completions, tmp_path / "grpo-1", tmp_path):
        assert Trl().recognises(path)
        rows, notes = read(path)
        assert [(row["run"], row["step"]) for row in rows] == [("grpo-1", 5)] * 2 + [
            ("grpo-1", 10)
        ] * 2
        assert [row["proxy"] for row in rows] == [0.0, 1.0, 0.0, 1.0]
        assert [row["advantage"] for row in rows] == [0.5, -0.5, 0.5, -0.5]
        assert notes == Notes()
    assert read(completions / "completions_00010.parquet")[0] == rows[2:]


def test_two_output_dirs_are_two_runs(tmp_path):
    write(tmp_path / "seed0" / "completions", 5)
    write(tmp_path / "seed1" / "completions", 5)
    assert {row["run"] for row in read(tmp_path)[0]} == {"seed0", "seed1"}


def test_chats_are_text_and_an_empty_completion_is_no_missing_one(tmp_path):
    def said(role, content):
        return [{"role": role, "content": content, "tool_calls": None}]

    table = pa.table(
        {
            "step": [1, 1],
            "prompt": [said("user", "Hi")] * 2,
            "completion": [said("assistant", ""), said("assistant", "Hello")],
            "quality": [1.0, 2.0],
            "advantage": [0.0, 0.0],
        }
    )
    (tmp_path / "completions").mkdir()
    pq.write_table(table, tmp_path / "completions" / "completions_00001.parquet")
    rows, _ = read(tmp_path)
    assert [(row["prompt"], row["completion"]) for row in rows] == [
        ("user: Hi", ""),
        ("user: Hi", "Hello"),
    ]


def test_a_gold_function_is_the_truth_and_the_other_the_proxy(tmp_path):
    write(tmp_path, 1, gold=[0.0, 1.0], quality=[2.0, 3.0], length=[5, 6])
    rows, _ = read(tmp_path)
    assert [(row["proxy"], row["gold"], row["length"]) for row in rows] == [(2, 0, 5), (3, 1, 6)]


def test_several_rewards_are_refused_with_the_map_that_would_do(tmp_path):
    write(tmp_path, 1, shape=[0.0, 1.0], right=[2.0, 3.0])
    with pytest.raises(DataError, match=r"\(shape, right\).*--map proxy=shape\+right"):
        read(tmp_path)
    rows, _ = read(tmp_path, {"proxy": "0.5*shape+right"})
    assert [row["proxy"] for row in rows] == [2.0, 3.5]
    rows, _ = read(tmp_path, {"gold": "right"})
    assert [(row["proxy"], row["gold"]) for row in rows] == [(0.0, 2.0), (1.0, 3.0)]


def test_a_reward_function_added_later_is_told(tmp_path):
    write(tmp_path, 1)
    write(tmp_path, 2, texts=("c", "d"), quality=[1.0, 2.0], right=[0.0, 1.0])
    rows, notes = read(tmp_path, {"proxy": "quality", "gold": "right"})
    assert [row["gold"] for row in rows] == [None, None, 0.0, 1.0]
    assert "The column right is in 1 of 2 files" in notes.lines[0]
    with pytest.raises(DataError, match="several reward columns"):
        read(tmp_path)


def test_what_was_logged_again_before_new_responses_were_drawn_counts_once(tmp_path):
    for step in (1, 2):
        write(tmp_path, step)
    write(tmp_path, 3, texts=("c", "d"))
    rows, notes = read(tmp_path)
    assert [row["step"] for row in rows] == [1, 1, 3, 3]
    assert "1 of 3 files repeat" in notes.lines[0]


def test_a_policy_that_always_says_the_same_is_kept(tmp_path):
    for step in (1, 2, 3):
        write(tmp_path, step, texts=("same", "same"))
    rows, notes = read(tmp_path)
    assert [row["step"] for row in rows] == [1, 1, 2, 2, 3, 3]
    assert notes.lines == []


def test_a_step_written_twice_is_read_from_the_later_file(tmp_path):
    write(tmp_path, 7, texts=("old", "older"), name="completions_7.parquet")
    write(tmp_path, 7, texts=("new", "newer"), name="completions_00007.parquet")
    rows, notes = read(tmp_path)
    assert len(rows) == 2
    assert "1 of 2 files are of a step that a later file holds again" in notes.lines[0]


def test_a_cut_file_is_left_out_and_told(tmp_path):
    write(tmp_path, 1)
    write(tmp_path, 2)
    cut = tmp_path / "completions_00002.parquet"
    cut.write_bytes(cut.read_bytes()[:-20])
    rows, notes = read(tmp_path)
    assert {row["step"] for row in rows} == {1}
    assert [line for line in notes.lines if str(cut) in line and "\n" not in line]
    with pytest.raises(DataError, match="not a whole Parquet file"):
        read(cut)


def test_only_gold_leaves_the_proxy_unmeasured(tmp_path):
    write(tmp_path, 1, gold=[0.0, 1.0])
    rows, notes = read(tmp_path)
    assert [row["proxy"] for row in rows] == [None, None]
    assert notes.not_measured[0].what == "The proxy"


def test_a_folder_without_completions_says_how_they_come_about(tmp_path):
    (tmp_path / "._completions_00001.parquet").write_bytes(b"")
    assert not Trl().recognises(tmp_path)
    with pytest.raises(DataError, match="log_completions=True"):
        read(tmp_path)
    with pytest.raises(DataError, match="no such file or folder"):
        read(tmp_path / "nowhere")


def test_a_map_to_no_column_is_refused(tmp_path):
    write(tmp_path, 1)
    with pytest.raises(DataError, match="gold=acc names 'acc'"):
        read(tmp_path, {"gold": "acc"})


# ---- the KL that the trainer logged


def state(folder, *history, global_step=10):
    """Write the state that `Trainer.save_state()` or a checkpoint leaves in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    said = {"global_step": global_step, "log_history": list(history)}
    (folder / "trainer_state.json").write_text(json.dumps(said))


def test_the_kl_beside_the_completions_is_read_and_called_a_token_mean(tmp_path):
    for step in (5, 10, 15):
        write(tmp_path / "grpo" / "completions", step, texts=(f"a{step}", f"b{step}"))
    write(tmp_path / "other" / "completions", 5, texts=("c", "d"))
    state(tmp_path / "grpo" / "checkpoint-5", {"step": 5, "kl": 0.9}, global_step=5)
    resumed = [{"step": 5, "kl": 0.01, "reward": 1.0}, {"step": 10, "kl": 0.03, "loss": 0.1}]
    state(tmp_path / "grpo", *resumed, {"step": 10, "train_loss": 0.2}, "no entry")
    rows, notes = read(tmp_path)
    found = {(row["run"], row["step"]): row["kl"] for row in rows}
    assert found == {("grpo", 5): 0.01, ("grpo", 10): 0.03, ("grpo", 15): None, ("other", 5): None}
    meaning = stated_meaning(notes.kl_means)
    assert meaning.comparable is False
    assert "TRL" in meaning.words
    assert "token mean" in meaning.words
    one, _ = read(tmp_path / "grpo" / "completions" / "completions_00010.parquet")
    assert [row["kl"] for row in one] == [0.03, 0.03]


def test_without_a_kl_in_the_log_there_is_none_and_a_broken_state_is_told(tmp_path):
    write(tmp_path / "completions", 5)
    state(tmp_path, {"step": 5, "reward": 1.0}, {"step": 5, "kl": float("nan")})
    rows, notes = read(tmp_path)
    assert ([row["kl"] for row in rows], notes.kl_means) == ([None, None], "")
    (tmp_path / "trainer_state.json").write_text('{"log_history": [')
    rows, notes = read(tmp_path)
    assert [row["kl"] for row in rows] == [None, None]
    assert "trainer_state.json, which is no JSON" in notes.lines[0]


def test_a_kl_that_was_mapped_is_taken_instead(tmp_path):
    write(tmp_path / "completions", 5, quality=[0.0, 1.0], own_kl=[2.0, 3.0])
    state(tmp_path, {"step": 5, "kl": 0.01})
    rows, notes = read(tmp_path, {"kl": "own_kl"})
    assert ([row["kl"] for row in rows], notes.kl_means) == ([2.0, 3.0], "")


def test_the_page_does_not_take_it_for_a_kl_per_sequence(tmp_path):
    for step in range(4):
        write(tmp_path / "completions", step, texts=[f"{step} {i}" for i in range(40)])
    state(tmp_path, *({"step": step, "kl": 0.01 * step} for step in range(4)))
    notes = Notes()
    rollouts = collect(Trl().batches(tmp_path, notes), notes)
    (subject,) = subjects(rollouts, kl_means=notes.kl_means)
    section = kl(subject)
    assert section.says[0].startswith("The logged number is no KL per sequence: `kl` of TRL's")
    assert not section.tests
    assert [row[1:4] for row in section.tables[0].rows] == [
        (pytest.approx(0.01 * step), None, None) for step in range(4)
    ]
    with pytest.raises(TooFew, match="no KL per sequence"):
        comparable_kl(subject)
