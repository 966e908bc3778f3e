"""TRL's RLOOTrainer on the same work: same weights, tokenizer, reward model, prompts and batch."""

import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from looksgood.bench.quiet import quiet
from looksgood.bench.workload import LEARNING_RATE, Stage
from looksgood.core.errors import ConfigError

TUNED: dict[str, Any] = {"bf16": False, "gradient_checkpointing": False}
"""What a CPU user must turn off: bfloat16 is emulated there, and checkpointing computes twice."""

TUNED_ABOUT = "float32, no gradient checkpointing"
DEFAULTS_ABOUT = "bf16=True (autocast) and gradient_checkpointing=True, as TRL ships"
MISSING = "TRL is not installed, so there is nothing to compare with: pip install 'looksgood[trl]'"


def installed() -> bool:
    """Say whether TRL can be imported."""
    return find_spec("trl") is not None and find_spec("datasets") is not None


class Peer:
    """One TRL run. Equal for both rows: batch in one piece, no logs, no saving, no workers.

    Its own ways that are left as they are: a prompt is run once for each of its completions, the
    log-probabilities of sampling are computed again, and a string goes to the reward model.
    """

    def __init__(
        self, stage: Stage, folder: Path, *, beta: float, tuned: bool, steps: int = 1
    ) -> None:
        if not installed():
            raise ConfigError(MISSING)
        work = stage.work
        self.tokens: list[float] = []
        self.step_seconds: list[float] = []
        with quiet():
            from datasets import Dataset
            from transformers import PrinterCallback

            trl: Any = import_module(
                "trl"
            )  # its names are loaded lazily: no type checker sees them

            config = trl.RLOOConfig(
                output_dir=str(folder),
                use_cpu=True,
                per_device_train_batch_size=work.completions,
                num_generations=work.k,
                max_completion_length=work.response_tokens,
                max_steps=steps,
                beta=beta,
                learning_rate=LEARNING_RATE,
                disable_dropout=True,
                logging_strategy="no",
                save_strategy="no",
                report_to="none",
                disable_tqdm=True,
                **(TUNED if tuned else {}),
            )
            # a blank after the prompt: TRL glues prompt and completion before the reward reads them
            rows = [{"prompt": prompt.text + " "} for prompt in stage.prompts]
            config.reward_weights = [1.0, 0.0]
            self.trainer = trl.RLOOTrainer(
                model=str(stage.policy_folder),
                reward_funcs=[str(stage.reward_folder), self._note_lengths],
                args=config,
                train_dataset=Dataset.from_list(rows),
                callbacks=[_stopwatch(self.step_seconds)],
            )
            self.trainer.remove_callback(PrinterCallback)

    def train(self) -> None:
        """Take the steps; the CPU-seconds of each are appended to `step_seconds`."""
        with quiet():
            self.trainer.train()

    def _note_lengths(self, completion_ids: list[list[int]], **_: Any) -> list[float | None]:
        self.tokens.append(sum(map(len, completion_ids)) / len(completion_ids))
        return [0.0] * len(completion_ids)


def _stopwatch(seconds: list[float]) -> Any:
    """Return a callback that times each step, from its batch to its update."""
    from transformers import TrainerCallback

    class Stopwatch(TrainerCallback):
        started = 0.0

        def on_step_begin(self, *_: Any, **__: Any) -> None:
            self.started = time.process_time()

        def on_step_end(self, *_: Any, **__: Any) -> None:
            seconds.append(time.process_time() - self.started)

    return Stopwatch()
