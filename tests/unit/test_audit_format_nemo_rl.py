"""NeMo-RL's data files: one object per sample, every value a list of that sample's."""

import json

import pytest

from looksgood.audits.formats.nemo_rl import NemoRL
from looksgood.audits.formats.reader import Reader
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError


def sample(content, mask, reward=1.0, pad=2, **more):
    """Return a line of train_data_step: tensors are padded on the right, values in lists of one."""
    padded = [*mask, *[0] * pad]
    return {
        "content": [content],
        "rewards": [reward],
        "input_lengths": [len(mask)],
        "token_ids": [list(range(len(padded)))],
        "token_loss_mask": [padded],
        "sample_loss_mask": [1.0],
        "advantages": [[0.25] * len(padded)],
        "generation_logprobs": [[-0.5 * m for m in padded]],
        "prev_logprobs": [[-0.4 * m for m in padded]],
        **more,
    }


def write(folder, name, *lines):
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps({**line, "idx": i}) + "\n" for i, line in enumerate(lines))
    (folder / name).write_text(text)


def read(path, columns=None):
    notes = Notes()
    rows = [row for table in NemoRL(columns).batches(path, notes) for row in table.to_pylist()]
    return rows, notes


def test_a_sample_with_its_logprob_and_advantage(tmp_path):
    write(tmp_path, "train_data_step1.jsonl", sample(["Q", "A"], [0, 0, 1, 1, 1]))
    assert isinstance(NemoRL(), Reader)
    assert NemoRL().recognises(tmp_path)
    rows, notes = read(tmp_path)
    row = rows[0]
    assert (row["prompt"], row["completion"], row["proxy"]) == ("Q", "A", 1.0)
    assert (row["step"], row["logp"], row["advantage"]) == (1, -1.5, 0.25)
    assert (row["kl"], row["logp_base"]) == (None, None)
    assert "token_ids" not in row
    assert notes == Notes()


@pytest.mark.parametrize(
    ("content", "mask", "prompt", "completion"),
    [
        (["Q", "A", "Environment: correct"], [0, 1, 1, 0], "Q", "A"),
        (["Sys", "Q", "A"], [0, 0, 1], "Sys\nQ", "A"),
        (["Sys", "Q", "A", "env"], [0, 0, 1, 0], "Sys\nQ", "A"),
        (["Q", "A", "env", "B", "env"], [0, 1, 0, 1, 0], "Q", "A\nenv\nB"),
        (["Q", "A", "env", "B"], [0, 1, 0, 1], "Q", "A\nenv\nB"),
        (["Q"], [0, 0], "Q", None),
    ],
)
def test_the_loss_mask_says_which_messages_are_the_response(
    tmp_path, content, mask, prompt, completion
):
    write(tmp_path, "train_data_step1.jsonl", sample(content, mask))
    row = read(tmp_path)[0][0]
    assert (row["prompt"], row["completion"]) == (prompt, completion)


def test_an_environments_answer_that_was_cut_to_no_token_is_known_by_the_other_samples(tmp_path):
    lines = [sample(["Q", "A", "env"], mask) for mask in ([0, 1, 0], [0, 1])]
    write(tmp_path, "train_data_step1.jsonl", *lines)
    assert [row["completion"] for row in read(tmp_path)[0]] == ["A", "A"]


def test_validation_has_roles_and_is_a_run_of_its_own(tmp_path):
    chat = [
        {"role": "user", "content": "Q"},
        {"role": "assistant", "content": "A"},
        {"role": "environment", "content": "Environment: incorrect"},
    ]
    folder = tmp_path / "exp_001"
    write(folder, "val_data_step10.jsonl", {"content": [chat], "rewards": [0.0], "gold": [1.0]})
    write(folder, "train_data_step10.jsonl", sample(["Q", "A"], [0, 1]))
    rows, _ = read(folder)
    by_run = {row["run"]: row for row in rows}
    row = by_run["exp_001 validation"]
    assert (row["prompt"], row["completion"], row["gold"]) == ("user: Q", "A", 1.0)
    assert by_run.keys() == {"exp_001", "exp_001 validation"}


def test_a_launch_that_goes_on_is_the_same_run_and_its_steps_win(tmp_path):
    line = sample(["Q", "A"], [0, 1], reward=0.0)
    for step in (1, 2, 3):
        write(tmp_path / "exp_001", f"train_data_step{step}.jsonl", line)
    for step in (3, 4):
        write(tmp_path / "exp_002", f"train_data_step{step}.jsonl", sample(["Q", "B"], [0, 1]))
    write(tmp_path / "exp_003", "train_data_step1.jsonl", line)
    rows, notes = read(tmp_path)
    steps = {(row["run"], row["step"]): row["completion"] for row in rows}
    assert steps == {
        ("exp_001", 1): "A",
        ("exp_001", 2): "A",
        ("exp_001", 3): "B",
        ("exp_001", 4): "B",
        ("exp_003", 1): "A",
    }
    assert "1 of 6 files" in notes.lines[0]


def test_one_object_with_lists_of_many_is_as_many_samples(tmp_path):
    line = {"content": [["Q", "A"], ["Q", "B"]], "rewards": [0.0, 1.0]}
    write(tmp_path, "train_data_step1.jsonl", line)
    rows, notes = read(tmp_path)
    assert [(row["completion"], row["proxy"]) for row in rows] == [("A", 0.0), ("B", 1.0)]
    assert "2 samples have no token_loss_mask" in notes.lines[0]


def test_dynamic_sampling_counts_the_rewards_of_the_samples_that_are_there(tmp_path):
    line = sample(["Q", "A"], [0, 1], reward=0.0, filtered_rewards=[1.0])
    write(tmp_path, "train_data_step1.jsonl", line)
    rows, notes = read(tmp_path)
    assert rows[0]["proxy"] == 1.0
    assert "dynamic sampling" in notes.lines[0]


def test_without_prompts_the_prompts_tokens_name_the_group(tmp_path):
    lines = [sample("A", [0, 0, 1]), sample("B", [0, 0, 1, 1]), sample("C", [0, 1, 1])]
    write(tmp_path, "train_data_step1.jsonl", *lines)
    rows, _ = read(tmp_path)
    first, second, third = (row["group"] for row in rows)
    assert first == second != third
    assert [row["completion"] for row in rows] == ["A", "B", "C"]


def test_shapes_that_are_none_of_these_do_not_stop_the_reading(tmp_path):
    odd = {"content": [None], "rewards": [[1.0, 2.0]], "token_loss_mask": [None]}
    write(tmp_path, "train_data_step1.jsonl", odd, {"rewards": 2.0}, {})
    rows, _ = read(tmp_path)
    assert [row["proxy"] for row in rows] == [None, 2.0, None]


def test_a_folder_without_them_says_where_they_are(tmp_path):
    with pytest.raises(DataError, match=r"logger\.log_dir"):
        read(tmp_path)
