"""A call of a reward function: some responses, and what each was given and got."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from looksgood.audits.formats.numbers import finite, number
from looksgood.core.errors import DataError


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, whichever trainer made it. Sequences have an entry for each response."""

    prompts: Sequence[str | None]
    completions: Sequence[str | None]
    proxy: Sequence[float | None]
    given: Mapping[str, Sequence[Any]]
    """What the function was given of each response, by the trainer's names."""
    extras: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    """Numbers that it answered beside the reward."""
    groups: Sequence[str | None] | None = None
    step: int | None = None
    """Optimizer steps taken so far, where the trainer says."""
    evaluation: bool = False
    """The responses are an evaluation's, not the training's."""
    log_metric: Callable[[str, float], None] | None = None
    """TRL's: takes a number into its logs."""


def entries(given: Mapping[str, Any], count: int) -> dict[str, Sequence[Any]]:
    """Return the arguments that have an entry for each of `count` responses."""
    return {
        name: values
        for name, values in given.items()
        if isinstance(values, list | tuple) and len(values) == count
    }


def numbers_of(values: Any, count: int) -> list[float | None]:
    """Return one number for each of `count` responses; None for what is missing or not finite.

    Raises:
        DataError: there are more or fewer.
    """
    if count_of(values) != count:
        raise DataError(f"a reward function answered {values!r:.80} for {count} responses")
    listed = values.tolist() if hasattr(values, "tolist") else values
    return [finite(value) for value in (listed if isinstance(listed, list | tuple) else [listed])]


def count_of(values: Any) -> int:
    """Count the numbers answered; one by itself, or an array of no axis, is one."""
    shape = getattr(values, "shape", None)
    if shape is not None:
        return shape[0] if len(shape) else 1
    return len(values) if isinstance(values, list | tuple) else int(number(values) is not None)
