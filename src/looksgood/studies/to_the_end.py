"""Train a policy that nobody measures on the way."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from looksgood.core.errors import NotFinite

if TYPE_CHECKING:
    from looksgood.core.protocols import Trainer


def train_to_the_end(
    trainer: "Trainer",
    steps: int,
    what: str,
    tick: Callable[[int, Mapping[str, float]], None] | None = None,
) -> None:
    """Take the steps that are left; `tick` is told the position and scalars of each.

    Raises:
        NotFinite: names `what` and the step.
    """
    try:
        while trainer.position < steps:
            scalars = trainer.step()
            if tick is not None:
                tick(trainer.position, scalars)
    except NotFinite as error:
        raise NotFinite(f"{what}, {trainer.position} of {steps} steps taken: {error}") from error
