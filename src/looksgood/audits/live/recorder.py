"""Recording a run whose trainer writes no rollouts: around its reward function."""

import functools
import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any, TypeVar

from looksgood.audits.live.call import Call
from looksgood.audits.live.call_forms import read_call
from looksgood.audits.live.gold import Checker, Gold
from looksgood.audits.live.rollout_file import RolloutFile
from looksgood.core.errors import ConfigError

Function = TypeVar("Function", bound=Callable[..., Any])
GOLD = "looksgood/gold"
"""Under this name TRL logs the mean of what `gold` says; under `GOLD`_std its sd."""
log = logging.getLogger(__name__)


def record(
    function: Function,
    folder: str | Path,
    *,
    run: str = "",
    gold: Checker | None = None,
    rater: Checker | None = None,
    rows_per_step: int | None = None,
) -> Function:
    """Return the reward function, recording every response that it scores in `folder`.

    `reward = record(reward, "rollouts")`, then train with TRL, OpenRLHF or verl as before, then
    `looksgood audit rollouts`. What it returns is what the function returns; its name stays, and
    an asynchronous one stays asynchronous. `gold` and `rater` are asked of each response as well
    (`Checker`), and nothing is trained on them. Whatever goes wrong in recording is told once, in
    the log, and training goes on. Responses of an evaluation are recorded as the run "RUN/eval".

    Give a run its own folder; its name is the run's where `run` is not given. A step is what the
    trainer says (TRL's global_step); one that says nothing has its calls counted, or
    `rows_per_step` responses of each process for a step.

    Raises:
        ConfigError: `function` is no function (a model's name, or a module), or `gold` is none.
    """
    if not callable(function) or hasattr(function, "state_dict"):
        raise ConfigError(
            f"record({function!r:.60}, …): a reward function is needed. Let a function call the "
            "reward model, and record that."
        )
    if rows_per_step is not None and rows_per_step < 1:
        raise ConfigError(f"rows_per_step={rows_per_step}: 1 or more responses make a step")
    name = _name_of(function)
    file = RolloutFile(Path(folder), run, name, rows_per_step)
    scores = {n: Gold(asked) for n, asked in (("gold", gold), ("rater", rater)) if asked}
    return _around(function, name, _Recorder(function, file, scores))


class _Recorder:
    """Reads each call, has its responses scored, and writes them."""

    def __init__(
        self, function: Callable[..., Any], file: RolloutFile, scores: Mapping[str, Gold]
    ) -> None:
        self.function, self.file, self.scores = function, file, scores
        self.told: set[str] = set()

    def note(self, args: Sequence[Any], kwargs: Mapping[str, Any], answer: Any) -> None:
        """Record one call; never raises."""
        try:
            call = read_call(self.function, args, kwargs, answer)
            scores = {name: self._scores(name, call) for name in self.scores}
            run = f"{self.file.run}/eval" if call.evaluation else self.file.run
            self.file.append(_rows(call, scores), call.step, run)
            if call.log_metric and "gold" in scores:
                _log_gold(call.log_metric, scores["gold"])
        except Exception as error:  # noqa: BLE001 - no error of ours may end a training
            self._tell(f"the responses of {self.file.function} are not recorded", error)

    def _scores(self, name: str, call: Call) -> list[float | None]:
        try:
            return self.scores[name](call)
        except Exception as error:  # noqa: BLE001 - it is the user's, and may raise anything
            self._tell(f"{name} is not recorded", error)
            return [None] * len(call.completions)

    def _tell(self, what: str, error: Exception) -> None:
        if what not in self.told:
            self.told.add(what)
            log.warning("looksgood: %s, from here on: %s: %s", what, type(error).__name__, error)


def _rows(call: Call, scores: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return the call's responses as records, without what is not known of them."""
    columns: dict[str, Sequence[Any]] = {
        **call.extras,
        "prompt": call.prompts,
        "completion": call.completions,
        "proxy": call.proxy,
        "group": call.groups or [None] * len(call.completions),
        **scores,
    }
    rows = zip(*columns.values(), strict=True)
    return [
        {name: value for name, value in zip(columns, row, strict=True) if value is not None}
        for row in rows
    ]


def _log_gold(log_metric: Callable[[str, float], None], gold: Sequence[float | None]) -> None:
    known = [value for value in gold if value is not None]
    if known:
        log_metric(GOLD, fmean(known))
        log_metric(f"{GOLD}_std", pstdev(known))


def _around(function: Function, name: str, recorder: _Recorder) -> Function:
    """Return the function with each of its calls noted; asynchronous where it is."""
    called: Any = function

    @functools.wraps(called)
    async def awaited(*args: Any, **kwargs: Any) -> Any:
        answer = await called(*args, **kwargs)
        recorder.note(args, kwargs, answer)
        return answer

    @functools.wraps(called)
    def recorded(*args: Any, **kwargs: Any) -> Any:
        answer = called(*args, **kwargs)
        recorder.note(args, kwargs, answer)
        return answer

    around: Any = awaited if _is_asynchronous(function) else recorded
    around.__name__ = name
    return around


def _name_of(function: Callable[..., Any]) -> str:
    """Return the name that TRL logs it by: of an object, its class's."""
    while isinstance(function, functools.partial):
        function = function.func
    return getattr(function, "__name__", type(function).__name__)


def _is_asynchronous(function: Callable[..., Any]) -> bool:
    while isinstance(function, functools.partial):
        function = function.func
    called = getattr(function, "__call__", function)  # noqa: B004 - of an object, its method
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(called)
