"""How matplotlib draws a line with its interval, a grid of panels and a legend beside the data."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from looksgood.reports.lines import Line
from looksgood.reports.palette import optimizer_label

if TYPE_CHECKING:  # imported where used: matplotlib takes half a second
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

RC: dict[Any, Any] = {
    "font.size": 8,
    "axes.titlesize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "lines.markersize": 3.6,
    "legend.frameon": False,
    "svg.hashsalt": "looksgood",  # equal tables give equal files
}
_INK = "#444444"

Style = Mapping[str, str]
Row = Mapping[str, Any]


def draw_mean(
    axes: "Axes", line: Line, x: str, y: str, style: Style, *, band: bool = False
) -> None:
    """Draw the mean over seeds with its interval; what is unknown is left out, never drawn at 0.

    Intervals are bars, or a `band` where the bars of many lines would hide each other. Those of
    two seeds are not drawn: they are so long that nothing else would show.
    """
    known = [row for row in line.rows if row[y] is not None]
    axes.plot(
        [row[x] for row in known],
        [row[y] for row in known],
        linewidth=1.3,
        **_look(style["light"], style["marker"], line.optimizer),
    )
    sure = [row for row in known if row[f"{y}_low"] is not None and row["seeds"] > 2]
    if sure and band:
        _draw_band(axes, sure, x, y, style)
    elif sure:
        below = [row[y] - row[f"{y}_low"] for row in sure]
        above = [row[f"{y}_high"] - row[y] for row in sure]
        frame = axes.dataLim.frozen()  # whiskers of two seeds are so long that nothing else shows
        axes.errorbar(
            [row[x] for row in sure],
            [row[y] for row in sure],
            yerr=[below, above],
            fmt="none",
            ecolor=style["light"],
            elinewidth=0.8,
            capsize=1.5,
        )
        axes.dataLim.set(frame)
        axes.margins(y=0.15)


def _draw_band(axes: "Axes", rows: Sequence[Row], x: str, y: str, style: Style) -> None:
    frame = axes.dataLim.frozen()  # as for bars: the lines decide what is in the frame
    axes.fill_between(
        [row[x] for row in rows],
        [row[f"{y}_low"] for row in rows],
        [row[f"{y}_high"] for row in rows],
        color=style["light"],
        alpha=0.12,
        linewidth=0,
    )
    axes.dataLim.set(frame)
    axes.margins(y=0.15)


def draw_seeds(axes: "Axes", line: Line, x: str, y: str, style: Style) -> None:
    """Draw each seed alone as a thin line."""
    for seed in line.seeds():
        places = line.of_seed(seed, x, y)
        found = [(a, b) for a, b in places if a is not None and b is not None]
        axes.plot(
            [place[0] for place in found],
            [place[1] for place in found],
            color=style["light"],
            alpha=0.3,
            linewidth=0.6,
            zorder=1.5,
        )


def grid(
    count: int, *, share_y: bool, width: float = 2.1, columns: int = 4
) -> "tuple[Figure, list[Axes]]":
    """Return a figure with `count` panels, each `width` inches wide."""
    from matplotlib.figure import Figure  # not pyplot: no global state and no window

    across = min(count, columns)
    down = -(-count // across)
    height = 2.1 if down == 1 else 1.35 * down
    figure = Figure(figsize=(max(width * across + 0.5, 3.6), height + 0.7), layout="constrained")
    panels = list(figure.subplots(down, across, sharey=share_y, squeeze=False).flat)
    for axes in panels[count:]:
        axes.set_axis_off()
    return figure, panels[:count]


def legend(
    figure: "Figure",
    entries: Sequence[tuple[str, Style]],
    optimizers: Sequence[str],
    *,
    seeds: bool,
) -> None:
    """Put a legend above the panels: colours by `entries`, line styles by optimizer."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=style["light"], marker=style["marker"], label=plain(label))
        for label, style in entries
    ]
    for name in dict.fromkeys(optimizers):
        look = _look(_INK, "o", name)
        handles.append(Line2D([], [], label=plain(optimizer_label(name)), **look))
    if seeds:
        handles.append(Line2D([], [], color=_INK, alpha=0.4, linewidth=0.6, label="one seed"))
    longest = max(len(str(handle.get_label())) for handle in handles)
    inches = max(1.25, 0.55 + 0.065 * longest)  # of a column
    across = min(len(handles), max(2, int(figure.get_figwidth() / inches)))
    figure.legend(handles=handles, loc="outside upper center", ncols=across, handlelength=3)


def plain(text: str) -> str:
    """Keep matplotlib from reading a name as mathematics, or as one to be hidden."""
    return text.replace("$", r"\$")


def _look(color: str, marker: str, optimizer: str) -> dict[str, Any]:
    """Best-of-n is dashed, the optimum dotted, both hollow; whatever trains is solid."""
    style = {"best_of_n": "--", "frontier": ":", "tilt": ":"}.get(optimizer, "-")
    return {
        "color": color,
        "marker": marker,
        "linestyle": style,
        "markerfacecolor": color if style == "-" else "white",
    }
