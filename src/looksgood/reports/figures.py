"""The figures for paper and print, PNG and SVG, by matplotlib: no browser, no display needed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looksgood.reports import learning_figures, power_figures, student_figures, sweep_figures
from looksgood.reports.drawing import RC
from looksgood.reports.lines import is_learning
from looksgood.reports.power_lines import is_audit
from looksgood.reports.student_lines import is_of_students
from looksgood.runs import atomic_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Row = Mapping[str, Any]


def draw(folder: Path, curves: Sequence[Row]) -> dict[str, Path]:
    """Write every figure that `curves` allow, as PNG and SVG; return the SVGs by name.

    Names: curves, gaps, channels, sayings, final_kl, path, trajectories; of policies that learn
    from scratch: learning, false_approval, reward_model, channels; of audits: power; of students:
    students. What was not measured has no figure.

    Raises:
        LooksgoodError: the disk is full.
    """
    from matplotlib import rc_context

    figures = learning_figures.FIGURES if is_learning(curves) else sweep_figures.FIGURES
    if is_audit(curves):
        figures = power_figures.FIGURES
    if is_of_students(curves):
        figures = student_figures.FIGURES
    written = {}
    with rc_context(RC):
        for name, make in figures.items():
            figure = make(curves)
            if figure is not None:
                written[name] = save(figure, folder, name)
    return written


def save(figure: "Figure", folder: Path, name: str) -> Path:
    """Write a figure as PNG and SVG; return the SVG's path.

    Raises:
        LooksgoodError: the disk is full.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # laid out once for both files: layout is half of the time
    for form, metadata in (("png", {}), ("svg", {"Date": None})):
        with atomic_file(folder / f"{name}.{form}") as temporary:
            figure.savefig(temporary, format=form, dpi=200, metadata=metadata)
    return folder / f"{name}.svg"
