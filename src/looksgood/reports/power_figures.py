"""Figures of a study of audits, for paper: how often a fall is noticed against labels."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from looksgood.reports import power_lines as chosen
from looksgood.reports.drawing import draw_mean, draw_seeds, grid, legend, plain
from looksgood.reports.lines import several_seeds
from looksgood.reports.palette import JUDGES, optimizer_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Row = Mapping[str, Any]

ENOUGH = 0.8
"""The power that audits are commonly planned for."""


def _power(curves: Sequence[Row]) -> "Figure | None":
    lines = chosen.audited(curves)
    if not lines:
        return None
    figure, panels = grid(len(lines), share_y=True, columns=5, width=1.75)
    for axes, line in zip(panels, lines, strict=True):
        axes.set_title(f"{plain(line.arm)},\n{optimizer_label(line.optimizer)}", fontsize=8)
        axes.axhline(ENOUGH, color="#999999", linewidth=0.7, linestyle=":")
        for column, style in JUDGES.items():
            draw_seeds(axes, line, chosen.LABELS, column, style)
            draw_mean(axes, line, chosen.LABELS, column, style, band=True)
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("")
        axes.set_ylim(-0.04, 1.04)
    figure.supxlabel("labels", fontsize=8)
    figure.supylabel("share of audits that notice", fontsize=8)
    entries = [(style["label"], style) for style in JUDGES.values()]
    legend(figure, entries, [], seeds=several_seeds(lines))
    return figure


FIGURES: "dict[str, Callable[[Sequence[Row]], Figure | None]]" = {"power": _power}
