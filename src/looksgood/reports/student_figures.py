"""The figure of students whom supervisors taught, for paper: accuracy by the student's size."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from looksgood.reports.drawing import draw_mean, draw_seeds, grid, legend, plain
from looksgood.reports.lines import Line
from looksgood.reports.palette import arm_styles
from looksgood.reports.student_lines import (
    ACCURACY,
    LABELS,
    STUDENT_PARAMETERS,
    SUPERVISOR,
    ZERO_SHOT,
    students,
    supervisor,
    task,
    way,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Row = Mapping[str, Any]

UNTAUGHT = {"light": "#8A8A8A", "dark": "#8A8A8A", "marker": "x"}
NAMES = {LABELS: "its labels", "noise": "as many errors at random", "confident": "confidence loss"}
TRUTH = "the truth"
MOST_SEEDS = 5
"""More than these, drawn alone, hide each other."""


def _students(curves: Sequence[Row]) -> "Figure | None":
    lines = students(curves)
    if not lines:
        return None
    panels = list(dict.fromkeys((task(line), supervisor(line)) for line in lines if _way(line)))
    names = dict.fromkeys(_name(line) for line in sorted(lines, key=lambda one: not _way(one)))
    styles = arm_styles(list(names))
    figure, places = grid(len(panels), share_y=True, width=3.0, columns=2)
    several = 1 < max(len(row["by_seed"]) for line in lines for row in line.rows) <= MOST_SEEDS
    for axes, (judged, who) in zip(places, panels, strict=True):
        axes.set_title(plain(f"{judged}, taught by the {who}'s labels"))
        own = [line for line in lines if task(line) == judged]
        for line in own:
            if _way(line) and supervisor(line) != who:
                continue
            style = styles[_name(line)]
            if several:
                draw_seeds(axes, line, STUDENT_PARAMETERS, ACCURACY, style)
            draw_mean(axes, line, STUDENT_PARAMETERS, ACCURACY, style)
            if _way(line) == LABELS:
                _draw_supervisor(axes, line, style["light"])
        draw_mean(axes, own[0], STUDENT_PARAMETERS, ZERO_SHOT, UNTAUGHT)
        axes.set_xscale("log")
    figure.supxlabel("weights of the student", fontsize=8)
    figure.supylabel("accuracy on facts it was not taught", fontsize=8)
    legend(figure, [*styles.items(), ("untaught", UNTAUGHT)], [], seeds=several)
    return figure


def _way(line: Line) -> str:
    """Return how a supervisor's labels were used; "" for the truth's, the ceiling of all panels."""
    return "" if supervisor(line) == "truth" else way(line)


def _name(line: Line) -> str:
    return NAMES.get(_way(line), _way(line)) or TRUTH


def _draw_supervisor(axes: "Axes", line: Line, color: str) -> None:
    """Dot how good the supervisor is itself."""
    level = line.rows[0][SUPERVISOR]
    if level is not None:
        axes.axhline(level, color=color, linewidth=0.9, linestyle=":")


FIGURES: "dict[str, Callable[[Sequence[Row]], Figure | None]]" = {"students": _students}
