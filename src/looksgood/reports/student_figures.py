"""The figure of students whom supervisors taught, for paper: accuracy by the student's size."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from looksgood.reports.drawing import draw_mean, draw_seeds, grid, legend, plain
from looksgood.reports.lines import Line
from looksgood.reports.palette import arm_styles
from looksgood.reports.student_lines import (
    ACCURACY,
    STUDENT_PARAMETERS,
    SUPERVISOR,
    ZERO_SHOT,
    students,
    task,
    taught_by,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Row = Mapping[str, Any]

UNTAUGHT = {"light": "#8A8A8A", "dark": "#8A8A8A", "marker": "x"}


def _students(curves: Sequence[Row]) -> "Figure | None":
    lines = students(curves)
    if not lines:
        return None
    tasks = list(dict.fromkeys(task(line) for line in lines))
    styles = arm_styles(list(dict.fromkeys(taught_by(line) for line in lines)))
    figure, panels = grid(len(tasks), share_y=True, width=3.3)
    for axes, shown in zip(panels, tasks, strict=True):
        axes.set_title(plain(shown))
        own = [line for line in lines if task(line) == shown]
        for line in own:
            style = styles[taught_by(line)]
            draw_seeds(axes, line, STUDENT_PARAMETERS, ACCURACY, style)
            draw_mean(axes, line, STUDENT_PARAMETERS, ACCURACY, style)
            _draw_supervisor(axes, line, style["light"])
        draw_mean(axes, own[0], STUDENT_PARAMETERS, ZERO_SHOT, UNTAUGHT)
        axes.set_xscale("log")
    figure.supxlabel("weights of the student", fontsize=8)
    figure.supylabel("accuracy on facts it was not taught", fontsize=8)
    several = any(len(row["by_seed"]) > 1 for line in lines for row in line.rows)
    legend(figure, [*styles.items(), ("untaught", UNTAUGHT)], [], seeds=several)
    return figure


def _draw_supervisor(axes: "Axes", line: Line, color: str) -> None:
    """Dot how good the supervisor is itself; the truth is above every frame."""
    level = line.rows[0][SUPERVISOR]
    if level is not None and level < 1:
        axes.axhline(level, color=color, linewidth=0.9, linestyle=":")


FIGURES: "dict[str, Callable[[Sequence[Row]], Figure | None]]" = {"students": _students}
