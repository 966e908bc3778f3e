"""The figures of an audit: the lines that its sections hold, each with its interval."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from looksgood.core.audit_result import Drawn, Section
from looksgood.core.audit_result import Figure as AsData
from looksgood.reports.drawing import RC, plain
from looksgood.reports.figures import save
from looksgood.reports.palette import SCORES, arm_styles

if TYPE_CHECKING:  # imported where used: matplotlib takes half a second
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEGEND_WITHIN = 6
"""Lines up to which a legend can be read."""


def draw_audit(folder: Path, sections: Sequence[Section]) -> dict[tuple[int, str], Path]:
    """Write every figure that has a line; return the SVGs by place of the section and name.

    Files are numbered: no name of a run, which is not ours, becomes part of a path.

    Raises:
        LooksgoodError: the disk is full.
    """
    from matplotlib import rc_context

    written = {}
    with rc_context(RC):
        for place, section in enumerate(sections):
            for figure in filter(_has_a_line, section.figures):
                name = f"{place:03d}-{figure.name}"
                written[place, figure.name] = save(_drawn(figure), folder, name)
    return written


def _has_a_line(figure: AsData) -> bool:
    """One point, of a run with one checkpoint, is a number and no figure."""
    return any(sum(map(_is_known, line.y)) > 1 for line in figure.lines)


def _drawn(figure: AsData) -> "Figure":
    from matplotlib.figure import Figure

    made = Figure(figsize=(5.6, 3.1), layout="constrained")
    axes = made.subplots()
    others = arm_styles([line.label for line in figure.lines if line.label not in SCORES])
    for line in figure.lines:
        style = SCORES.get(line.label) or others[line.label] | {"label": line.label}
        _draw(axes, line, style)
    axes.set(xlabel=plain(figure.x_label), ylabel=plain(figure.y_label))
    axes.set_title(plain(figure.title))
    if 1 < len(figure.lines) <= _LEGEND_WITHIN:
        axes.legend()
    return made


def _draw(axes: "Axes", line: Drawn, style: dict[str, str]) -> None:
    """Draw one line; what is unknown is a gap, never drawn at 0."""
    color = style["light"]
    x, y, low, high = (_numbers(part) for part in (line.x, line.y, line.low, line.high))
    axes.plot(x, y, color=color, marker=style["marker"], linewidth=1.3, label=plain(style["label"]))
    if len(low) == len(high) == len(x):
        axes.fill_between(x, low, high, color=color, alpha=0.14, linewidth=0)


def _numbers(values: Sequence[float | None]) -> Float[np.ndarray, " places"]:
    found = np.array(values, dtype=np.float64)  # None becomes NaN
    return np.where(np.isfinite(found), found, np.nan)


def _is_known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
