"""A recorder writes what a reward function scored, whoever calls it, and stops nothing."""

import asyncio
import functools
import json
import logging
import math
import os
import pickle  # noqa: TID251 - what workers are sent as
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from looksgood.audits.live import gold_reward, record
from looksgood.audits.record import COLUMNS
from looksgood.core.errors import ConfigError


def lines(folder):
    """Return header and rows of the folder's only file."""
    (path,) = Path(folder).glob("rollouts-*.jsonl")
    header, *rows = [json.loads(line) for line in path.read_text().split("\n")[:-1]]
    return header, rows


def by_length(prompts, completions, **columns):
    return [float(len(completion)) for completion in completions]


def short(prompt, completion):
    return len(completion) < 3


def trl_call(step=0, training=True, **columns):
    """Return the arguments that TRL gives."""
    logged = {}

    class Trainer:
        model = SimpleNamespace(training=training)

        def log_metric(self, name, value):
            logged[name] = value

    given = {"prompts": ["a?", "b?"], "completions": ["x", "yyyy"], "completion_ids": [[1], [2]]}
    state = SimpleNamespace(global_step=step)
    return {
        **given,
        "trainer_state": state,
        "log_metric": Trainer().log_metric,
        "log_extra": print,
        **columns,
    }, logged


def test_a_trl_function_answers_as_before_and_its_responses_are_written(tmp_path):
    call, logged = trl_call(step=7)
    recorded = record(by_length, tmp_path / "mine", gold=short)
    assert recorded(**call) == by_length(**call)
    header, rows = lines(tmp_path / "mine")
    assert header.pop("looksgood_rollouts") == 1
    assert header == {"run": "mine", "steps": "optimizer", "function": "by_length"}
    assert rows == [
        {"run": "mine", "step": 7, "prompt": "a?", "completion": "x", "proxy": 1.0, "gold": 1.0},
        {"run": "mine", "step": 7, "prompt": "b?", "completion": "yyyy", "proxy": 4.0, "gold": 0.0},
    ]
    assert set(rows[0]) <= COLUMNS.keys()
    assert logged == {"looksgood/gold": 0.5, "looksgood/gold_std": 0.5}


def test_chats_become_text_and_what_is_missing_is_left_out(tmp_path):
    def reward(prompts, completions, **columns):
        return [None, math.nan]

    chat = [{"role": "user", "content": "why?"}]
    said = [{"role": "assistant", "content": "so"}]
    record(reward, tmp_path, run="r")(prompts=[chat, chat], completions=[said, said])
    _, rows = lines(tmp_path)
    assert rows == [{"run": "r", "step": 0, "prompt": "user: why?", "completion": "so"}] * 2


def test_an_evaluation_is_a_run_of_its_own(tmp_path):
    recorded = record(by_length, tmp_path, run="r")
    recorded(**trl_call(step=3, training=False)[0])
    assert {row["run"] for row in lines(tmp_path)[1]} == {"r/eval"}


def test_gold_may_ask_for_a_column_or_take_the_whole_call(tmp_path):
    def is_answer(prompt, completion, answer):
        return completion == answer

    def whole(completions, answer, **_):
        return [float(c == a) for c, a in zip(completions, answer, strict=True)]

    call, _ = trl_call(answer=["x", "z"])
    for name, checker in {"one": is_answer, "all": whole}.items():
        record(by_length, tmp_path / name, gold=checker, rater=short)(**call)
        _, rows = lines(tmp_path / name)
        assert [row["gold"] for row in rows] == [1.0, 0.0]
        assert [row["rater"] for row in rows] == [1.0, 0.0]


def test_openrlhf_calls_without_names_and_answers_tensors(tmp_path):
    def reward_func(q, p, l):  # noqa: E741
        reward = np.array([1.5])
        return {"rewards": reward, "scores": reward / 2, "extra_logs": {"format": reward, "n": 3}}

    recorded = record(reward_func, tmp_path, gold=lambda prompt, completion, label: label)
    for _ in range(2):
        answer = recorded(["Q: 1? A: 2"], ["Q: 1?"], [0.25])
    assert answer["rewards"] == np.array([1.5])
    header, rows = lines(tmp_path)
    assert header["steps"] == "calls"
    assert rows[1] == {
        "run": tmp_path.name,
        "step": 1,
        "format": 1.5,
        "n": 3.0,
        "scores": 0.75,
        "prompt": "Q: 1?",
        "completion": " A: 2",
        "proxy": 1.5,
        "gold": 0.25,
    }


def test_a_query_that_does_not_begin_with_its_prompt_is_kept_whole(tmp_path):
    def reward_func(queries, prompts, labels, **others):
        return [0.0] * len(queries)

    record(reward_func, tmp_path)(["<s>Q A", "R"], ["Q", None], [None, None])
    assert [row["completion"] for row in lines(tmp_path)[1]] == ["<s>Q A", "R"]


@pytest.mark.parametrize("several", [False, True])
def test_verl_gives_a_number_or_a_dictionary_of_them(tmp_path, several):
    info = {"index": 4, "question": "1+1", "split": "train"}
    told = {"score": 0.5, "acc": True, "pred": "two"}
    one = {"data_source": "gsm", "solution_str": "2", "ground_truth": "2", "extra_info": info}
    if several:

        def compute_score(data_sources, solution_strs, ground_truths, extra_infos, **kwargs):
            return [told]

        call = {f"{name}s": [value] for name, value in one.items()}
    else:

        def compute_score(data_source, solution_str, ground_truth, extra_info=None, **kwargs):
            return told

        call = one
    recorded = record(compute_score, tmp_path, gold=lambda p, c, ground_truth: c == ground_truth)
    recorded(**call)
    assert lines(tmp_path)[1] == [
        {
            "run": tmp_path.name,
            "step": 0,
            "acc": 1.0,
            "prompt": "1+1",
            "completion": "2",
            "proxy": 0.5,
            "group": "gsm/4",
            "gold": 1.0,
        }
    ]


def test_steps_may_be_counted_in_responses(tmp_path):
    recorded = record(by_length, tmp_path, rows_per_step=3)
    for _ in range(3):
        recorded(prompts=["a", "b"], completions=["x", "y"])
    assert [row["step"] for row in lines(tmp_path)[1]] == [0, 0, 0, 1, 1, 1]


def test_an_asynchronous_function_stays_one(tmp_path):
    async def slowly(prompts, completions, **columns):
        await asyncio.sleep(0)
        return [1.0, 2.0]

    recorded = record(slowly, tmp_path)
    assert asyncio.iscoroutinefunction(recorded)
    assert asyncio.run(recorded(**trl_call()[0])) == [1.0, 2.0]
    assert [row["proxy"] for row in lines(tmp_path)[1]] == [1.0, 2.0]


def test_the_name_is_the_one_that_trl_would_log(tmp_path):
    class Judge:
        def __call__(self, prompts, completions, **columns):
            return [0.0, 0.0]

    assert record(by_length, tmp_path).__name__ == "by_length"
    assert record(functools.partial(by_length, extra=1), tmp_path).__name__ == "by_length"
    assert record(Judge(), tmp_path).__name__ == "Judge"


def broken_gold(prompt, completion):
    raise RuntimeError("no checker today")


def test_a_failing_checker_is_told_once_and_costs_gold_alone(tmp_path, caplog):
    recorded = record(by_length, tmp_path, gold=broken_gold)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert recorded(**trl_call()[0]) == [1.0, 4.0]
    assert len(caplog.records) == 1
    assert "gold is not recorded, from here on: RuntimeError: no checker today" in caplog.text
    assert [row["proxy"] for row in lines(tmp_path)[1]] == [1.0, 4.0] * 3


def test_a_folder_that_cannot_be_written_and_an_answer_that_does_not_fit_stop_nothing(
    tmp_path, caplog
):
    (tmp_path / "file").touch()
    recorded = record(by_length, tmp_path / "file" / "under")
    assert [recorded(**trl_call()[0]) for _ in range(2)] == [[1.0, 4.0]] * 2

    def one_too_few(prompts, completions, **columns):
        return [0.0]

    assert record(one_too_few, tmp_path / "b")(**trl_call()[0]) == [0.0]
    assert record(lambda text: 1.0, tmp_path / "c")("x") == 1.0
    assert [r.getMessage().split(", from here on: ")[1][:40] for r in caplog.records] == [
        "NotADirectoryError: [Errno 20] Not a dir"[:40],
        "DataError: a reward function answered [0"[:40],
        "DataError: a reward function was called w"[:40],
    ]


def test_an_error_of_the_function_itself_is_its_own(tmp_path):
    def fails(prompts, completions, **columns):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        record(fails, tmp_path)(**trl_call()[0])
    assert not list(tmp_path.iterdir())


def test_what_is_no_function_is_refused_at_once(tmp_path):
    async def gold(prompt, completion):
        return 1.0

    class Model:
        def state_dict(self):
            return {}

        def __call__(self, **inputs):
            return inputs

    with pytest.raises(ConfigError, match="Let a function call the reward model"):
        record(Model(), tmp_path)
    with pytest.raises(ConfigError, match="a plain function"):
        record(by_length, tmp_path, gold=gold)
    with pytest.raises(ConfigError, match="has no function 'nothing'"):
        record(by_length, tmp_path, gold="math:nothing")
    with pytest.raises(ConfigError, match="rows_per_step=0"):
        record(by_length, tmp_path, rows_per_step=0)


def test_text_that_is_no_unicode_and_names_that_are_no_lines_are_written(tmp_path):
    completions = ["half \ud83d a pair", "two\nlines\u2028three"]
    record(by_length, tmp_path)(prompts=["a", "b"], completions=completions)
    assert [row["completion"] for row in lines(tmp_path)[1]] == ["half ? a pair", completions[1]]


def test_each_process_writes_a_file_of_its_own(tmp_path):
    recorded = record(by_length, tmp_path)
    recorded(**trl_call()[0])
    child = os.fork()
    if child == 0:
        recorded(**trl_call()[0])
        os._exit(0)
    os.waitpid(child, 0)
    assert len(list(tmp_path.glob("rollouts-*.jsonl"))) == 2
    # the same number again, as after a restart: nothing that is there is written to
    record(by_length, tmp_path)(**trl_call()[0])
    assert len(list(tmp_path.glob(f"*-{os.getpid()}-2.jsonl"))) == 1


def test_a_recorder_travels_to_a_worker_and_leaves_its_file_behind(tmp_path):
    from looksgood.audits.live.rollout_file import RolloutFile

    file = RolloutFile(tmp_path, "r", rows_per_step=2)
    file.append([{"proxy": 1.0}], None, "r")
    pickle.loads(pickle.dumps(file)).append([{"proxy": 2.0}], None, "r")  # noqa: S301
    assert len(list(tmp_path.iterdir())) == 2


KILLED = """
import sys
from looksgood.audits.live import record
reward = record(lambda prompts, completions, **_: [0.0] * 50, sys.argv[1])
while True:
    reward(prompts=["p"] * 50, completions=["c" * 1000] * 50)
    print(flush=True)
"""


def test_all_that_was_scored_before_a_kill_is_there(tmp_path):
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE)
    for _ in range(20):
        child.stdout.readline()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    (path,) = tmp_path.glob("rollouts-*.jsonl")
    whole = path.read_bytes().split(b"\n")[1:-1]
    assert len(whole) >= 20 * 50
    assert {json.loads(line)["proxy"] for line in whole} == {0.0}


def test_a_gold_reward_is_a_reward_function_of_trl():
    gold = gold_reward(short)
    call, _ = trl_call()
    assert gold.__name__ == "gold"
    assert gold(**call) == [1.0, 0.0]
    assert gold_reward(by_length, "truth").__name__ == "truth"
    assert gold_reward(by_length)(**call) == [1.0, 4.0]


def test_recording_needs_no_torch():
    code = "import sys, looksgood.audits.live; print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


def test_the_reader_finds_what_was_recorded(tmp_path):
    from looksgood.audits.formats.recorded import Recorded
    from looksgood.audits.notes import Notes

    recorded = record(by_length, tmp_path / "mine", gold=short, rows_per_step=2)
    for _ in range(2):
        recorded(prompts=["a?", "b?"], completions=["x", "yyyy"])
    (path,) = (tmp_path / "mine").iterdir()
    with path.open("a") as file:
        file.write('{"run": "mine", "step": 2, "comple')  # torn by a kill
    reader, notes = Recorded(), Notes()
    assert reader.recognises(tmp_path / "mine")
    (table,) = reader.batches(tmp_path / "mine", notes)
    assert table.column("run").to_pylist() == ["mine"] * 4
    assert table.column("step").to_pylist() == [0, 0, 1, 1]
    assert table.column("proxy").to_pylist() == [1.0, 4.0] * 2
    assert table.column("gold").to_pylist() == [1.0, 0.0] * 2
    assert "batches of 2 responses" in " ".join(notes.lines)
