"""Looking at a TRL run (GRPO, RLOO) while it trains: gaps, a fall of gold, and a stop.

    reward = record(reward, "rollouts", gold=is_right)
    trainer = GRPOTrainer(…, reward_funcs=reward)
    watch(trainer)

Gold comes from `record(…, gold=…)`, or from a reward function `gold_reward(…)` of weight 0. All
is read from the trainer's own logs, which are the same on every process, so that all stop at the
same step. With `logging_steps=1` each step is a look.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any

from transformers import TrainerCallback

from looksgood.audits.live.monitor import Monitor, Standing
from looksgood.audits.live.peak_guess import PeakGuess
from looksgood.audits.live.recorder import GOLD


def watch(trainer: Any, **settings: Any) -> "AuditCallback":
    """Add an `AuditCallback` in front of a trainer's others, and return it.

    Those that report to W&B, TensorBoard and the like then get its numbers too; handed to the
    trainer as one of its `callbacks` it comes after them.
    """
    callback = AuditCallback(**settings)
    trainer.add_callback(callback)
    callbacks = trainer.callback_handler.callbacks
    callbacks.insert(0, callbacks.pop())
    return callback


class AuditCallback(TrainerCallback):
    """Says every `every` looks how the run stands, and logs `looksgood/…` at each.

    proxy_gain, gold_gain and gap are in sds of the responses at the first five looks. fall_p is
    the p value of "gold never fell", valid at every look: with `stop` training ends once it is
    `alpha` or less. peak_guess is a step, and no more than a guess (`peak_guess.py`). `gold` names
    the reward function of weight 0; `say` takes the lines, else they go to stderr.
    """

    def __init__(
        self,
        every: int = 10,
        *,
        stop: bool = False,
        alpha: float = 0.05,
        gold: str = "gold",
        say: Callable[[str], Any] | None = None,
    ) -> None:
        self.every, self.stop, self.gold, self.say = every, stop, gold, say or _to_stderr
        self.monitor = Monitor(alpha)

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        """Begin; a run that goes on from a checkpoint is told its earlier looks."""
        self.monitor = Monitor(self.monitor.alpha)
        for entry in state.log_history:
            self._look(entry["step"], entry)

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any
    ) -> None:
        """Take a look, where the log is of a training step."""
        fell_before = self.monitor.fell
        standing = self._look(state.global_step, logs or {})
        if logs is None or standing is None:
            return
        if standing.looks == 1 and f"rewards/{self.gold}/mean" in logs:
            self._warn_of_weight(args, state)
        peak = None
        if standing.fell > fell_before or standing.looks % self.every == 0:
            peak = None if standing.fell else self.monitor.peak(state.max_steps)
            self._tell(state, line_of(standing, peak, state.max_steps))
        numbers = _numbers(standing, peak)
        logs.update(numbers)
        state.log_history[-1].update(numbers)
        if standing.fell and self.stop:
            self._tell(state, "looksgood: gold fell, so training stops here (stop=True)")
            control.should_training_stop = True

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        """Say so, where there never was gold to look at."""
        if not len(self.monitor):
            self._tell(
                state,
                "looksgood: no gold in the logs, so nothing was watched: record(reward, folder, "
                "gold=checker), or add gold_reward(checker) to reward_funcs with weight 0",
            )

    def _look(self, step: int, logs: Mapping[str, Any]) -> Standing | None:
        """Take a look at a log of TRL's; None where it holds no rewards, or no gold."""
        own = f"rewards/{self.gold}"
        gold, gold_sd = (
            (logs.get(f"{own}/mean"), logs.get(f"{own}/std"))
            if f"{own}/mean" in logs
            else (logs.get(GOLD), logs.get(f"{GOLD}_std"))
        )
        proxy = logs.get("reward")
        if proxy is None or gold is None:
            return None
        return self.monitor.look(step, proxy, gold, logs.get("reward_std") or 0.0, gold_sd or 0.0)

    def _warn_of_weight(self, args: Any, state: Any) -> None:
        weights = getattr(args, "reward_weights", None)
        if weights is None or 0.0 not in weights:
            self._tell(
                state,
                f"looksgood: the reward function {self.gold} is trained on: give it weight 0 "
                f"(reward_weights is {weights}), or it is no truth to compare with",
            )

    def _tell(self, state: Any, line: str) -> None:
        if state.is_world_process_zero:
            self.say(line)


def line_of(standing: Standing, peak: PeakGuess | None, end: int) -> str:
    """Return how a run stands, in one line."""
    said = [f"looksgood: step {standing.step} of {end}"]
    if standing.proxy and standing.gold and standing.gap is not None:
        said.append(f"proxy {standing.proxy}, gold {standing.gold}, gap {standing.gap:+.2f}")
    if standing.p is None:
        said.append(f"{standing.looks} looks are too few to say whether gold fell")
    else:
        fell = "gold FELL" if standing.fell else "no fall of gold seen"
        said.append(f"{fell} (p {standing.p:.2g} with all {standing.looks} looks counted)")
    if peak:
        said.append(
            f"gold's peak, a guess: step {peak.step:.0f} ({peak.low:.0f} … {peak.high:.0f})"
        )
    return "; ".join(said)


def _numbers(standing: Standing, peak: PeakGuess | None) -> dict[str, float]:
    found = {
        "proxy_gain": standing.proxy and standing.proxy.value,
        "gold_gain": standing.gold and standing.gold.value,
        "gap": standing.gap,
        "fall_p": standing.p,
        "peak_guess": peak and peak.step,
    }
    return {f"looksgood/{name}": value for name, value in found.items() if value is not None}


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")
