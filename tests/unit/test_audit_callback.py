"""The callback says, logs and stops as it should, and TRL itself trains with it as before."""

import importlib.util
import json
import math
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from looksgood.audits.live import gold_reward, record
from looksgood.core.seeds import Seed

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "trl_audit.py"
trl = pytest.importorskip("trl")
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")


class Driven:
    """An `AuditCallback` that is given logs by hand."""

    def __init__(self, history=(), **settings):
        from looksgood.audits.live.trl import AuditCallback

        self.said = []
        self.callback = AuditCallback(say=self.said.append, **settings)
        self.state = SimpleNamespace(
            global_step=0, max_steps=100, is_world_process_zero=True, log_history=list(history)
        )
        self.args = SimpleNamespace(reward_weights=[1.0, 0.0])
        self.control = SimpleNamespace(should_training_stop=False)
        self._call("on_train_begin")

    def _call(self, event, **given):
        getattr(self.callback, event)(self.args, self.state, self.control, **given)

    def log(self, step, **logs):
        self.state.global_step = step
        self.state.log_history.append({**logs, "step": step})
        self._call("on_log", logs=logs)
        return logs

    def end(self):
        self._call("on_train_end")


def logs_of(step, gold):
    return {"reward": float(step), "reward_std": 1.0} | {
        "rewards/gold/mean": gold,
        "rewards/gold/std": 0.5,
    }


def falling(seed="falling"):
    rng = Seed(("callback", seed)).numpy()
    return [float(x) for x in rng.normal(size=60) * 0.1 - 1.0 * (np.arange(60) >= 30)]


def test_a_fall_is_logged_said_once_and_stops_only_if_asked():
    for stop in (False, True):
        run = Driven(stop=stop, every=1000)
        stopped = None
        for step, gold in enumerate(falling()):
            logs = run.log(step, **logs_of(step, gold))
            assert run.state.log_history[-1].items() >= logs.items()
            if run.control.should_training_stop:
                stopped = step
                break
        if stop:
            assert 30 < stopped < 45
            assert len(run.said) == 2
            assert "training stops here" in run.said[1]
        else:
            assert stopped is None
            assert len(run.said) == 1
        assert "gold FELL (p 0.0" in run.said[0]
        assert logs["looksgood/fall_p"] <= 0.05
        assert logs["looksgood/gap"] == pytest.approx(
            logs["looksgood/proxy_gain"] - logs["looksgood/gold_gain"]
        )


def test_every_so_many_looks_a_line_says_how_the_run_stands():
    run = Driven(every=10)
    for step in range(20):
        run.log(step, **logs_of(step, (step * 7 % 5) / 5))
    assert len(run.said) == 2
    assert run.said[0].startswith("looksgood: step 9 of 100; proxy +5.00 ±")
    assert "no fall of gold seen (p " in run.said[0]
    assert "gold's peak, a guess: step " in run.said[1]


def test_logs_without_rewards_are_no_looks():
    run = Driven()
    run.log(1, eval_reward=1.0, **{"eval_rewards/gold/mean": 1.0})
    run.log(2, train_runtime=3.0)
    run.log(3, reward=None, **{"rewards/gold/mean": 0.0})
    run.log(4, reward=1.0, **{"rewards/gold/mean": None})
    assert len(run.callback.monitor) == 0
    run.end()
    assert "nothing was watched" in run.said[0]


def test_what_a_recorder_logs_will_do():
    run = Driven()
    run.log(1, reward=1.0, reward_std=1.0, **{"looksgood/gold": 0.5, "looksgood/gold_std": 0.1})
    assert len(run.callback.monitor) == 1
    run.end()
    assert run.said == []


def test_gold_that_is_trained_on_is_told():
    for weights in (None, [1.0, 0.5]):
        run = Driven()
        run.args.reward_weights = weights
        run.log(1, **logs_of(1, 0.0))
        run.log(2, **logs_of(2, 0.0))
        assert len(run.said) == 1
        assert "is trained on: give it weight 0" in run.said[0]


def test_a_run_that_goes_on_from_a_checkpoint_knows_its_earlier_looks():
    gold = falling()
    whole = Driven(every=1000)
    for step in range(60):
        whole.log(step, **logs_of(step, gold[step]))
    resumed = Driven(history=whole.state.log_history[:35], every=1000)
    for step in range(35, 60):
        logs = resumed.log(step, **logs_of(step, gold[step]))
    assert logs == pytest.approx({k: whole.state.log_history[-1][k] for k in logs})


def test_other_processes_keep_silent_and_decide_the_same():
    run = Driven(stop=True)
    run.state.is_world_process_zero = False
    for step, gold in enumerate(falling()):
        run.log(step, **logs_of(step, gold))
    assert run.said == []
    assert run.control.should_training_stop


def example():
    """Return the example of the documents as a module."""
    spec = importlib.util.spec_from_file_location("trl_audit", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def settings(folder, **more):
    return {
        "output_dir": str(folder),
        "max_steps": 3,
        "per_device_train_batch_size": 8,
        "num_generations": 4,
        "max_completion_length": 4,
        "logging_steps": 1,
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "use_cpu": True,
        "bf16": False,
        "gradient_checkpointing": False,
        **more,
    }


def rows(folder):
    (path,) = Path(folder).glob("rollouts-*.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()[1:]]


def test_the_lines_in_the_readme_are_the_examples():
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    told = [block for block in blocks if "watch(trainer" in block]
    if not told:
        pytest.skip("the README shows no watched run")
    written = {line.partition("#")[0].strip() for line in EXAMPLE.read_text().splitlines()}
    shown = {line.partition("#")[0].strip() for line in told[0].splitlines()}
    assert shown <= written | {""}


@pytest.mark.slow
def test_the_example_of_the_documents_runs_and_stops_after_gold_fell(tmp_path, capsys):
    example().main(tmp_path)
    said = capsys.readouterr().err
    assert "gold FELL" in said
    assert "training stops here" in said
    found = rows(tmp_path / "rollouts")
    gold = np.array([row["gold"] for row in found]).reshape(-1, 32).mean(1)
    proxy = np.array([row["proxy"] for row in found]).reshape(-1, 32).mean(1)
    assert len(gold) < 120
    assert gold[-3:].mean() < gold.max() - 0.2
    assert proxy[-3:].mean() > proxy[:3].mean() + 1


@pytest.mark.slow
def test_grpo_with_a_gold_reward_of_weight_0_is_watched_from_its_logs(tmp_path):
    import pyarrow.parquet as pq

    from looksgood.audits.live.trl import watch

    words = example()
    model, tokenizer = words.tiny()
    seen = []

    class Reporter(trl.trainer.grpo_trainer.TrainerCallback):
        def on_log(self, args, state, control, logs=None, **_):
            seen.append(dict(logs))

    config = trl.GRPOConfig(
        **settings(tmp_path, max_steps=11, reward_weights=[1.0, 0.0], log_completions=True)
    )
    trainer = trl.GRPOTrainer(
        model,
        [words.pleases, gold_reward(words.gives_reason)],
        args=config,
        train_dataset=words.Dataset.from_list([{"prompt": "why is the sky"}] * 8),
        processing_class=tokenizer,
        callbacks=[Reporter()],
    )
    said = []
    callback = watch(trainer, say=said.append)
    trainer.train()
    assert len(callback.monitor) == 11
    assert len(said) == 1
    assert "looksgood/gap" in trainer.state.log_history[-2]
    assert "looksgood/gap" in seen[-2]  # those that report come after us
    for logs in seen[:-1]:  # nothing is trained on gold
        assert logs["reward"] == pytest.approx(logs["rewards/pleases/mean"])
    table = pq.read_table(tmp_path / "completions" / "completions_00001.parquet")
    assert {"pleases", "gold"} <= set(table.column_names)


@pytest.mark.slow
def test_rloo_which_writes_nothing_is_recorded_and_its_evaluation_apart(tmp_path):
    words = example()
    model, tokenizer = words.tiny()
    prompts = words.Dataset.from_list([{"prompt": "why is the sky", "answer": "blue"}] * 8)

    async def judged(prompts, completions, **columns):
        return words.pleases(prompts, completions)

    def is_answer(prompt, completion, answer):
        return answer in completion

    trainer = trl.RLOOTrainer(
        model,
        record(judged, tmp_path / "rollouts", gold=is_answer),
        args=trl.RLOOConfig(
            **settings(tmp_path / "trl", max_steps=2, beta=0.0, eval_strategy="steps", eval_steps=2)
        ),
        train_dataset=prompts,
        eval_dataset=prompts.select(range(2)),
        processing_class=tokenizer,
    )
    trainer.train()
    found = rows(tmp_path / "rollouts")
    assert [row["step"] for row in found if row["run"] == "rollouts"] == [0] * 8 + [1] * 8
    assert {row["step"] for row in found if row["run"] == "rollouts/eval"} == {2}
    first = next(log for log in trainer.state.log_history if "reward" in log)
    mine = [row for row in found if row["step"] == 0]
    assert first["reward"] == pytest.approx(np.mean([row["proxy"] for row in mine]))
    assert first["looksgood/gold"] == pytest.approx(np.mean([row["gold"] for row in mine]))
    assert first["rewards/judged/mean"] == pytest.approx(first["reward"])
    assert all(math.isfinite(row["gold"]) for row in found)
