"""Figures of policies that learn from scratch, for paper: what they achieve as training goes on."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from looksgood.reports import lines as chosen
from looksgood.reports.drawing import Style, draw_mean, draw_seeds, grid, legend, plain
from looksgood.reports.learning_words import (
    ACCURACY,
    COIN,
    FALSE_APPROVAL,
    LABELS,
    outcome_axis,
    outcomes,
    traits,
)
from looksgood.reports.lines import Line
from looksgood.reports.palette import arm_order, arm_styles
from looksgood.runs.tables import CHANNEL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Row = Mapping[str, Any]

_FRAME = (-0.04, 1.04)
"""A share lies between 0 and 1; its interval may not."""


def _learning(curves: Sequence[Row]) -> "Figure | None":
    lines, shown = chosen.paths(curves), outcomes(curves)
    arms = arm_order(line.arm for line in lines)
    if not arms or not shown:
        return None
    x, x_label = chosen.spent(lines)
    figure, panels = grid(len(arms), share_y=True, columns=3)
    for axes, arm in zip(panels, arms, strict=True):
        axes.set_title(plain(arm))
        for line in (line for line in lines if line.arm == arm):
            for name, style in shown.items():
                _draw(axes, line, x, name, style)
        _count_actions(axes, x)
    if chosen.are_shares(lines, list(shown)):
        panels[0].set_ylim(*_FRAME)
    figure.supxlabel(x_label, fontsize=8)
    figure.supylabel(outcome_axis(lines, shown), fontsize=8)
    entries = [(style["label"], style) for style in shown.values()]
    optimizers = [line.optimizer for line in lines]
    legend(figure, entries, optimizers, seeds=chosen.several_seeds(lines))
    return figure


def _false_approval(curves: Sequence[Row]) -> "Figure | None":
    return _by_arm(curves, {FALSE_APPROVAL: "false approval, share of episodes"}, 4.6)


def _reward_model(curves: Sequence[Row]) -> "Figure | None":
    titles = {ACCURACY: "held-out accuracy of r̂", LABELS: "comparisons answered"}
    return _by_arm(curves, titles, 3.3)


def _channels(curves: Sequence[Row]) -> "Figure | None":
    seen, _ = traits(curves)
    titles = {name: plain(name.removeprefix(CHANNEL)) for name in seen}
    return _by_arm(curves, titles, 1.7, columns=4)


def _by_arm(
    curves: Sequence[Row], titles: Mapping[str, str], width: float, columns: int = 2
) -> "Figure | None":
    lines, names = chosen.paths(curves), chosen.measured(curves, titles)
    if not lines or not names:
        return None
    styles = arm_styles(arm_order(line.arm for line in lines))
    x, x_label = chosen.spent(lines)
    figure, panels = grid(len(names), share_y=False, width=width, columns=columns)
    for axes, name in zip(panels, names, strict=True):
        axes.set_title(titles[name])
        if name == ACCURACY:
            axes.axhline(COIN, color="#999999", linewidth=0.7, linestyle=":")
        for line in lines:
            _draw(axes, line, x, name, styles[line.arm])
        if name == FALSE_APPROVAL:
            axes.set_ylim(*_FRAME)
        _count_actions(axes, x)
    figure.supxlabel(x_label, fontsize=8)
    entries = [(arm, styles[arm]) for arm in styles]
    optimizers = [line.optimizer for line in lines]
    legend(figure, entries, optimizers, seeds=chosen.several_seeds(lines))
    return figure


def _draw(axes: "Axes", line: Line, x: str, y: str, style: Style) -> None:
    draw_seeds(axes, line, x, y, style)
    draw_mean(axes, line, x, y, style, band=True)


def _count_actions(axes: "Axes", x: str) -> None:
    """Write 200k for 200,000."""
    from matplotlib.ticker import EngFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(4))
    if x == chosen.ACTIONS:
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))


FIGURES: "dict[str, Callable[[Sequence[Row]], Figure | None]]" = {
    "learning": _learning,
    "false_approval": _false_approval,
    "reward_model": _reward_model,
    "channels": _channels,
}
