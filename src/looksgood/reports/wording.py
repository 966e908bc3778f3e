"""How times, yes/no and settings are written on the page; numbers: `core.in_words`."""

from collections.abc import Mapping
from typing import Any

CANNOT_SAY = "cannot say"


def answer(met: bool | None) -> str:
    """Say whether a criterion was met; None is where the data cannot say."""
    if met is None:
        return CANNOT_SAY
    return "yes" if met else "no"


def duration(seconds: float | None) -> str:
    """Write a time span in its two largest units."""
    if seconds is None:
        return "unknown"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min {int(seconds % 60)} s"
    return f"{minutes // 60} h {minutes % 60} min"


def flat(settings: Any, name: str = "") -> list[tuple[str, str]]:
    """Return nested settings as dotted names with their values as text."""
    if isinstance(settings, Mapping):
        return [
            pair
            for key, value in settings.items()
            for pair in flat(value, f"{name}.{key}" if name else str(key))
        ]
    if isinstance(settings, list) and any(isinstance(item, Mapping | list) for item in settings):
        return [pair for i, item in enumerate(settings) for pair in flat(item, f"{name}.{i}")]
    if isinstance(settings, list):
        return [(name, ", ".join("null" if item is None else str(item) for item in settings))]
    return [(name, "null" if settings is None else str(settings))]
