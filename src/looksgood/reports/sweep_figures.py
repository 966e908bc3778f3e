"""Figures of a sweep over penalties, for paper: scores, gaps and channels against KL."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from looksgood.reports import lines as chosen
from looksgood.reports.drawing import draw_mean, draw_seeds, grid, legend, plain
from looksgood.reports.lines import Line
from looksgood.reports.palette import GAPS, SCORES, WAYS, arm_order, arm_styles, strength
from looksgood.runs.tables import CHANNEL

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Row = Mapping[str, Any]

_SD = "score, base within-prompt sd"
_ROOT_KL = "√KL(π‖π₀), √nats"
_SELDOM = 3e-5
"""What is said more seldom lies below the frame; an arm whose base says all more seldom is left
out."""


def _three_curves(curves: Sequence[Row]) -> "Figure | None":
    return _scores_by_arm(chosen.sweeps(curves), "d", _ROOT_KL)


def _training_path(curves: Sequence[Row]) -> "Figure | None":
    return _scores_by_arm(chosen.paths(curves), "step", "step of training")


def _scores_by_arm(lines: list[Line], x: str, x_label: str) -> "Figure | None":
    arms = arm_order(line.arm for line in lines)
    if not arms:
        return None
    figure, panels = grid(len(arms), share_y=False)
    for axes, arm in zip(panels, arms, strict=True):
        axes.set_title(plain(arm))
        axes.axhline(0, color="#999999", linewidth=0.7)
        for line in (line for line in lines if line.arm == arm):
            for score, style in SCORES.items():
                draw_seeds(axes, line, x, score, style)
                draw_mean(axes, line, x, score, style)
    figure.supxlabel(x_label, fontsize=8)
    figure.supylabel(_SD, fontsize=8)
    entries = [(style["label"], style) for style in SCORES.values()]
    legend(figure, entries, [line.optimizer for line in lines], seeds=chosen.several_seeds(lines))
    return figure


def _trajectories(curves: Sequence[Row]) -> "Figure | None":
    lines = chosen.trajectories(curves)
    if not lines:
        return None
    styles = arm_styles(list(dict.fromkeys(strength(line.beta) for line in lines)))
    arms = arm_order(line.arm for line in lines)
    shown = [(arm, score) for score in WAYS for arm in arms]
    figure, panels = grid(len(shown), share_y=False, width=3.0, columns=len(arms))
    for axes, (arm, score) in zip(panels, shown, strict=True):
        axes.set_title(plain(f"{SCORES[score]['label']}, {arm}"))
        axes.axhline(0, color="#999999", linewidth=0.7)
        for line in (line for line in lines if line.arm == arm):
            draw_mean(axes, line, "d", score, styles[strength(line.beta)])
    figure.supxlabel(_ROOT_KL, fontsize=8)
    figure.supylabel(_SD, fontsize=8)
    legend(figure, list(styles.items()), [line.optimizer for line in lines], seeds=False)
    return figure


def _two_gaps(curves: Sequence[Row]) -> "Figure | None":
    lines = chosen.sweeps(curves)
    if not lines:
        return None
    styles = arm_styles(arm_order(line.arm for line in lines))
    figure, panels = grid(len(GAPS), share_y=False, width=3.3)
    for axes, (gap, title) in zip(panels, GAPS.items(), strict=True):
        axes.set_title(title)
        axes.axhline(0, color="#999999", linewidth=0.7)
        for line in lines:
            draw_seeds(axes, line, "d", gap, styles[line.arm])
            draw_mean(axes, line, "d", gap, styles[line.arm])
    figure.supxlabel(_ROOT_KL, fontsize=8)
    figure.supylabel("gap, base within-prompt sd", fontsize=8)
    optimizers = [line.optimizer for line in lines]
    legend(figure, list(styles.items()), optimizers, seeds=chosen.several_seeds(lines))
    return figure


def _channel_rates(curves: Sequence[Row]) -> "Figure | None":
    names, _ = chosen.channels(curves)
    lines = chosen.sweeps(curves)
    styles = arm_styles(arm_order(line.arm for line in lines))
    compared = chosen.compared_arms(list(styles))
    lines = [line for line in lines if line.arm in compared]
    if not names or not lines:
        return None
    figure, panels = grid(len(names), share_y=False, width=1.7, columns=5)
    ticks = chosen.kl_ticks(lines)
    for axes, name in zip(panels, names, strict=True):
        axes.set_title(plain(name.removeprefix(CHANNEL)), fontsize=8)
        axes.set_xticks([tick**0.5 for tick in ticks], [f"{tick:g}" for tick in ticks])
        axes.axhline(0, color="#999999", linewidth=0.7)
        for line in lines:
            draw_mean(axes, line, "d", name, styles[line.arm])
    figure.supxlabel("KL(π‖π₀), nats (square-root scale)", fontsize=8)
    figure.supylabel("mean per response", fontsize=8)
    entries = [(arm, styles[arm]) for arm in compared]
    legend(figure, entries, [line.optimizer for line in lines], seeds=False)
    return figure


def _sayings(curves: Sequence[Row]) -> "Figure | None":
    names = [name for name in chosen.channels(curves)[0] if name.endswith(chosen.CHANCE)]
    lines = [
        line
        for line in chosen.paths(curves)
        if any((line.rows[0].get(name) or 0) > _SELDOM for name in names)
    ]
    if not names or not lines:
        return None
    styles = arm_styles(arm_order(line.arm for line in lines))
    figure, panels = grid(len(names), share_y=True)
    for axes, name in zip(panels, names, strict=True):
        axes.set_title(plain(name.removeprefix(CHANNEL).removesuffix(chosen.CHANCE)))
        for line in lines:
            draw_mean(axes, line, "step", name, styles[line.arm])
        axes.set_yscale("log")
    panels[0].set_ylim(_SELDOM, 1)  # shared by all
    figure.supxlabel("step of training", fontsize=8)
    figure.supylabel("how often it is said, per response", fontsize=8)
    legend(figure, list(styles.items()), [], seeds=False)
    return figure


def _final_kl(curves: Sequence[Row]) -> "Figure | None":
    lines = chosen.penalties(curves)
    if not lines:
        return None
    styles = arm_styles(arm_order(line.arm for line in chosen.sweeps(curves)))
    figure, (axes,) = grid(1, share_y=False, width=3.4)
    none_at = chosen.place_of_no_penalty(lines)
    for line in lines:
        moved = [{**row, "beta": row["beta"] or none_at} for row in line.rows]
        draw_mean(axes, line._replace(rows=moved), "beta", "kl", styles[line.arm])
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter("")
    if any(row["beta"] == 0 for line in lines for row in line.rows):
        axes.axvline(none_at, color="#BBBBBB", linewidth=0.7, linestyle=":")
        place = axes.get_xaxis_transform()
        axes.text(none_at, 0.03, " no penalty", rotation=90, transform=place, ha="right")
    axes.set_xlabel("penalty β, base within-prompt sd per nat")
    axes.set_ylabel("final KL(π‖π₀), nats")
    entries = [(arm, styles[arm]) for arm in arm_order(line.arm for line in lines)]
    legend(figure, entries, [line.optimizer for line in lines], seeds=False)
    return figure


FIGURES: "dict[str, Callable[[Sequence[Row]], Figure | None]]" = {
    "curves": _three_curves,
    "gaps": _two_gaps,
    "channels": _channel_rates,
    "sayings": _sayings,
    "final_kl": _final_kl,
    "path": _training_path,
    "trajectories": _trajectories,
}
