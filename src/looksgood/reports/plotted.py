"""Lines of figures as plain data: what the page's scripts hand to Plotly."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from looksgood.reports.lines import Line
from looksgood.reports.palette import PLOTLY_MARKERS

Row = Mapping[str, Any]

_EXACT = ("optimizer", "beta", "n", "step", "seeds")
"""By these a click finds its samples."""


def plotted(
    line: Line,
    shown: Sequence[str],
    by_seed: Sequence[str],
    label: Callable[[Row], str],
    alone: Iterable[str] = (),
) -> dict[str, Any]:
    """Return a line: `shown` columns with their intervals, `alone` without, `by_seed` per seed."""
    wanted = [*alone, *(f"{name}{end}" for name in shown for end in ("", "_low", "_high"))]
    rows = [
        {name: row[name] for name in _EXACT}
        | {name: _short(row[name]) for name in wanted}
        | {"label": label(row)}
        | {"by_seed": [{n: _short(own[n]) for n in by_seed} for own in row["by_seed"]]}
        for row in line.rows
    ]
    return {"arm": line.arm, "optimizer": line.optimizer, "rows": rows}


def symbols(styles: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return styles with their markers as Plotly calls them."""
    return {
        name: {**style, "symbol": PLOTLY_MARKERS[style["marker"]]} for name, style in styles.items()
    }


def _short(value: Any) -> Any:
    """Six digits are more than any eye or screen resolves."""
    return float(f"{value:.6g}") if isinstance(value, float) else value
