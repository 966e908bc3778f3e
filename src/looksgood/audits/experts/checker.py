"""An exact checker: a function of yours that says of each response whether it is right.

`module:function` names it; f(prompt, completion, **extras) returns true or false, a number, or None
for "I cannot tell". It is your own code and runs as such; of the responses it gets text, no more.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

from looksgood.audits.function_named import function_named
from looksgood.core.errors import ConfigError


@dataclass(slots=True)
class Checker:
    """The function, what it wants to know, and what became of its calls."""

    name: str
    function: Callable[..., Any]
    wants: frozenset[str] | None
    """Columns that it takes by name, beside prompt and completion; None: every extra."""
    calls: int = 0
    unsure: int = 0
    """Calls that returned None."""
    failed: int = 0
    """Calls that raised, or returned no number."""
    first_failure: str = ""

    def __call__(self, prompt: str, completion: str, extras: Mapping[str, Any]) -> float:
        """Return what it says of one response, NaN where it cannot tell or fails; never raises."""
        self.calls += 1
        try:
            said = self.function(prompt, completion, **extras)
            value = nan if said is None else float(said)
        except Exception as error:  # noqa: BLE001 a checker may fail in any way on one response
            return self._fail(f"{type(error).__name__}: {error}")
        if said is None:
            self.unsure += 1
        elif not isfinite(value):
            return self._fail(f"it returned {value}")
        return value

    def _fail(self, why: str) -> float:
        self.failed += 1
        self.first_failure = self.first_failure or f"call {self.calls}, {' '.join(why.split())}"
        return nan


def load_checker(spec: str) -> Checker:
    """Return the checker that `module:function` names.

    Raises:
        ConfigError: there is no such module or function, or it takes no prompt and completion.
    """
    function = function_named(spec, "checker")
    return Checker(spec, function, _wanted(spec, function))


def _wanted(spec: str, function: Callable[..., Any]) -> frozenset[str] | None:
    """Return the names of the arguments after prompt and completion; None where it takes any."""
    try:
        signature = inspect.signature(function)
    except ValueError:  # written in C: it gets no extras
        return frozenset()
    try:
        signature.bind_partial("prompt", "completion")
    except TypeError as error:
        raise ConfigError(
            f"checker {spec!r}: it must take a prompt and a completion, and takes {signature}"
        ) from error
    arguments = list(signature.parameters.values())
    if any(argument.kind is argument.VAR_KEYWORD for argument in arguments):
        return None
    by_name = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return frozenset(argument.name for argument in arguments[2:] if argument.kind in by_name)
