"""Scalars to TensorBoard, fed by the engine's events."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from looksgood.core.errors import ConfigError
from looksgood.runs.tasks import Event, OnEvent


@contextmanager
def tensorboard(folder: Path) -> Iterator[OnEvent]:
    """Write each cell's scalars under `folder/<cell>`; unknown (null) scalars are left out.

    Raises:
        ConfigError: tensorboardX is not installed.
    """
    try:
        from tensorboardX import SummaryWriter
    except ImportError as error:
        raise ConfigError(
            "TensorBoard needs a package that is missing: pip install 'looksgood[track]'"
        ) from error
    writers: dict[str, Any] = {}

    def on_event(event: Event) -> None:
        cell = event["cell"]
        if event["event"] == "progress":
            if cell not in writers:
                writers[cell] = SummaryWriter(str(Path(folder) / cell))
            for name, value in (event.get("scalars") or {}).items():
                if value is not None:
                    writers[cell].add_scalar(name, value, event.get("step"))
        elif event["event"] in ("done", "failed") and cell in writers:
            writers.pop(cell).close()

    try:
        yield on_event
    finally:
        for writer in writers.values():
            writer.close()
