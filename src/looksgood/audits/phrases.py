"""Numbers as a report writes them: three digits, a true minus, an interval in brackets."""

import math


def number(value: float) -> str:
    """Return three significant digits."""
    return f"{value:.3g}".replace("-", "−")


def interval(value: float, low: float | None, high: float | None, unit: str = "") -> str:
    """Return "1.2 [0.9, 1.5] nats"; an end that is unknown leaves the brackets out, and says so."""
    unit = f" {unit}" if unit else ""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return f"{number(value)}{unit} (error unknown)"
    return f"{number(value)} [{number(low)}, {number(high)}]{unit}"


def p_value(p: float | None) -> str:
    """Return "= 0.012", "< 0.001", or "unknown"."""
    return "unknown" if p is None else "< 0.001" if p < 0.001 else f"= {p:.2g}"
