"""How numbers are written in sentences, in tables and on pages; what is unknown says so."""

import math
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


def with_limits(value: float, low: float | None, high: float | None, unit: str = "") -> str:
    """Write "1.2 [0.9, 1.5] nats"; where a limit is unknown, that the error is."""
    unit = f" {unit}" if unit else ""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return f"{number(value)}{unit} (error unknown)"
    return f"{number(value)} {interval(low, high)}{unit}"


def step(value: float) -> str:
    """Write a step with all its digits: 1234567, or 12.5 where steps are gathered."""
    text = f"{value:.0f}" if value.is_integer() else f"{value:.6g}"
    return text.replace("-", "−")


def percent(value: float, low: float, high: float) -> str:
    """Write a share, of 1, with its limits: "63 % [58, 67]"."""
    return f"{hundredths(100 * value)} % [{hundredths(100 * low)}, {hundredths(100 * high)}]"


def points(value: float, low: float, high: float) -> str:
    """Write a difference of shares, of 1, with its limits: "+4.2 points [−1, 9.3]"."""
    text = hundredths(100 * value)
    sign = "" if value < 0 or text == "0" else "+"
    return f"{sign}{text} points [{hundredths(100 * low)}, {hundredths(100 * high)}]"


def hundredths(value: float) -> str:
    """Write a number with at most three digits, none of them finer than 0.01: 63.1, 0.05, 0."""
    text = f"{value:.3g}" if abs(value) >= 1 else f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def p_value(p: float | None) -> str:
    """Write a p value; none: no test could be made."""
    return "none" if p is None else "< 0.001" if p < 0.001 else f"{p:.2g}"


def p_equals(p: float | None) -> str:
    """Write a p value in a sentence: "p = 0.012", "p < 0.001"."""
    return f"p {p_value(p)}" if p is None or p < 0.001 else f"p = {p_value(p)}"


def begun(clause: str) -> str:
    """Begin a sentence with a clause; what follows its first letter is left as it is."""
    return clause[:1].upper() + clause[1:]
