"""How numbers, times and yes/no are written on the page; what is unknown says so."""

from collections.abc import Mapping
from typing import Any


def number(value: Any) -> str:
    """Write a number with three significant digits; None is "unknown", never 0."""
    if value is None:
        return "unknown"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    size = abs(value)
    if isinstance(value, int) or size >= 1000:
        text = f"{value:,.0f}"
    elif size and size < 0.001:
        text = f"{value:.1e}"
    else:
        text = f"{value:.3g}"
    return text.replace("-", "−")


def interval(low: Any, high: Any) -> str:
    """Write an interval, or that there is none."""
    if low is None or high is None:
        return "interval unknown"
    return f"[{number(low)}, {number(high)}]"


def answer(met: bool | None) -> str:
    """Say whether a criterion was met; None is where the data cannot say."""
    if met is None:
        return "cannot say"
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
