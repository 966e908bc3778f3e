"""The truth beside the reward: a checker asked of every response while a run goes on."""

import inspect
from collections.abc import Callable
from typing import Any

from looksgood.audits.function_named import function_named
from looksgood.audits.live.call import Call, numbers_of
from looksgood.audits.live.call_forms import read_call
from looksgood.core.errors import ConfigError

Checker = Callable[..., Any] | str
"""Asked of one response: `checker(prompt, completion)` -> number, bool or None. Parameters after
these two take what the trainer gives of it by their names: a column of the data set (TRL), `label`
(OpenRLHF), `ground_truth` (verl). A reward function in TRL's form (it has a parameter
`completions`) will do as well, and "module:function" names either."""


class Gold:
    """A checker made ready: it scores the responses of a `Call`.

    Raises:
        ConfigError: it is no function, or an asynchronous one, or cannot be found.
    """

    def __init__(self, checker: Checker) -> None:
        self.checker = function_named(checker, "checker") if isinstance(checker, str) else checker
        if not callable(self.checker) or inspect.iscoroutinefunction(self.checker):
            raise ConfigError(f"{checker!r}: a plain function of (prompt, completion) is needed")
        parameters = inspect.signature(self.checker).parameters
        self._whole_call = "completions" in parameters
        self._names = list(parameters)[0 if self._whole_call else 2 :]
        self._takes_all = any(p.kind is p.VAR_KEYWORD for p in parameters.values())

    def __call__(self, call: Call) -> list[float | None]:
        """Return gold of each response; None where the checker has none, or it is not finite.

        Raises:
            DataError: it answered for more or fewer responses than it was asked of.
            Exception: whatever the checker raises.
        """
        given = {n: v for n, v in call.given.items() if self._takes_all or n in self._names}
        count = len(call.completions)
        if self._whole_call:
            return numbers_of(self.checker(**given), count)
        asked = zip(call.prompts, call.completions, strict=True)
        found = [
            self.checker(prompt, completion, **{name: values[i] for name, values in given.items()})
            for i, (prompt, completion) in enumerate(asked)
        ]
        return numbers_of([_plain(one) for one in found], count)


def gold_reward(checker: Checker, name: str = "gold") -> Callable[..., list[float | None]]:
    """Return the truth as a reward function of TRL, to be given weight 0.

    `GRPOTrainer(reward_funcs=[reward, gold_reward(is_right)], …)` with `reward_weights=[1.0, 0.0]`:
    TRL then logs `rewards/gold/mean` and writes a column `gold` beside each completion; nothing
    is trained on it. A response that the checker cannot judge gets None.

    Raises:
        ConfigError: as `Gold`.
    """
    ask = Gold(checker)

    def gold(prompts: list[Any], completions: list[Any], **columns: Any) -> list[float | None]:
        nothing = [None] * len(completions)
        given = {"prompts": prompts, "completions": completions, **columns}
        return ask(read_call(gold, (), given, nothing))

    gold.__name__ = gold.__qualname__ = name
    return gold


def _plain(value: Any) -> Any:
    """Return a number out of an array of one."""
    return value.item() if hasattr(value, "item") else value
