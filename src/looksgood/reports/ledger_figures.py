"""The ledger's figures: the running total, and what each school expected beside what came out."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from looksgood.evidence.ledger import FindingLine, Ledger, Pair
from looksgood.reports.drawing import RC, plain
from looksgood.reports.figures import save
from looksgood.reports.palette import arm_styles

if TYPE_CHECKING:  # imported where used: matplotlib takes half a second
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK = "#444444"
_ACROSS = 3
_BEYOND = 1.15
"""How far past the largest finite total an infinite one is drawn."""


def draw_ledger(folder: Path, ledger: Ledger) -> dict[str, Path]:
    """Write every figure there is something for, as PNG and SVG; return the SVGs by name.

    Names: `total-A-B` for two schools that share a headline, and `predictions-STUDY`.

    Raises:
        LooksgoodError: the disk is full.
    """
    from matplotlib import rc_context

    styles = arm_styles([school.name for school in ledger.schools])
    written = {}
    with rc_context(RC):
        for pair in ledger.pairs:
            if ledger.running[pair]:
                name = total_name(pair)
                written[name] = save(_totals(ledger, pair), folder, name)
        for study in ledger.studies:
            if study.findings:
                name = f"predictions-{study.measured.study}"
                written[name] = save(_predictions(study.findings, styles), folder, name)
    return written


def total_name(pair: Pair) -> str:
    """Return the name of the figure of two schools' running total."""
    return f"total-{pair[0]}-{pair[1]}"


def _totals(ledger: Ledger, pair: Pair) -> "Figure":
    from matplotlib.figure import Figure

    steps = ledger.running[pair]
    size = 1.2 + 1.15 * max(len(steps), 3), 2.7
    figure = Figure(figsize=size)
    axes = figure.subplots(gridspec_kw=_margins(size, left=0.65, top=0.3, bottom=0.45))
    sizes = [
        abs(x) for s in steps for x in (s.total.decibans, s.total.low, s.total.high) if _known(x)
    ]
    edge = max([10.0, *sizes]) * _BEYOND
    where = range(1, len(steps) + 1)
    totals = [_within(step.total.decibans, edge) for step in steps]
    lows = [_within(step.total.low, edge) for step in steps]
    highs = [_within(step.total.high, edge) for step in steps]
    axes.fill_between([0, *where], [0, *lows], [0, *highs], color=_INK, alpha=0.12, linewidth=0)
    axes.plot([0, *where], [0, *totals], color=_INK, marker="o", linewidth=1.3)
    axes.axhline(0, color=_INK, linewidth=0.8)
    axes.set_xticks([0, *where], ["before", *(_two_lines(step.study) for step in steps)])
    axes.set(ylim=(-edge * 1.05, edge * 1.05), ylabel="running total, decibans")
    axes.set_title(f"↑ for {pair[0]}, ↓ for {pair[1]}")
    return figure


def _margins(
    size: tuple[float, float], *, left: float, top: float, bottom: float
) -> dict[str, float]:
    """Return margins in inches as shares of a figure: a layout engine takes longer than drawing."""
    width, height = size
    sides = {"left": left / width, "right": 1 - 0.15 / width}
    return sides | {"top": 1 - top / height, "bottom": bottom / height}


def _two_lines(name: str) -> str:
    middle = min((i for i, c in enumerate(name) if c == "-"), default=0, key=lambda i: abs(i - 8))
    return f"{name[: middle + 1]}\n{name[middle + 1 :]}" if len(name) > 10 and middle else name


def _known(value: float) -> bool:
    return math.isfinite(value)


def _within(value: float, edge: float) -> float:
    """Infinite totals stand at the edge; what is undefined has no place."""
    return value if math.isnan(value) else max(-edge, min(edge, value))


def _predictions(lines: Sequence[FindingLine], styles: Mapping[str, Mapping[str, str]]) -> "Figure":
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    across = min(len(lines), _ACROSS)
    down = -(-len(lines) // across)
    size = max(2.3 * across + 0.3, 4.0), 1.45 * down + 0.4
    figure = Figure(figsize=size)
    margins = _margins(size, left=0.15, top=0.6, bottom=0.3) | {"hspace": 0.75, "wspace": 0.12}
    panels = list(figure.subplots(down, across, squeeze=False, gridspec_kw=margins).flat)
    for axes in panels[len(lines) :]:
        axes.set_axis_off()
    for axes, line in zip(panels, lines, strict=False):
        _panel(axes, line, styles)
    said = dict.fromkeys(name for line in lines for name in line.said)
    handles = [Line2D([], [], color=styles[name]["light"], label=plain(name)) for name in said]
    handles.append(
        Line2D([], [], color="#101010", marker="D", label="measured, with its 95 % interval")
    )
    figure.legend(handles=handles, loc="upper center", ncols=len(handles))
    return figure


def _panel(axes: "Axes", line: FindingLine, styles: Mapping[str, Mapping[str, str]]) -> None:
    for name, heights in line.drawn.heights.items():
        color = styles[name]["light"]
        axes.plot(line.drawn.places, heights, color=color, linewidth=1.3)
        axes.fill_between(line.drawn.places, heights, color=color, alpha=0.1, linewidth=0)
    if line.outcome is not None:
        found = line.outcome
        axes.plot([found.low, found.high], [0.5, 0.5], color="#101010", linewidth=1.2)
        axes.plot([found.estimate], [0.5], color="#101010", marker="D")
    axes.set_title(plain(line.name) + (" (headline)" if line.is_headline else ""))
    axes.set(ylim=(0, 1.08), yticks=[])
    axes.locator_params(axis="x", nbins=4)
    axes.spines["left"].set_visible(False)
