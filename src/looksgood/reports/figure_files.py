"""A command's single figure: curves and the case at hand, in a PNG or an SVG that is named."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from looksgood.core.errors import ConfigError
from looksgood.reports.drawing import RC
from looksgood.runs import atomic_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMS = (".png", ".svg")


def check_figure_path(path: Path) -> None:
    """Refuse a file that cannot be written.

    Raises:
        ConfigError: it would be neither PNG nor SVG, or its folder does not exist.
    """
    if path.suffix.lower() not in FORMS:
        raise ConfigError(f"--plot {path}: a figure is a .png or an .svg file")
    if not path.parent.is_dir():
        raise ConfigError(f"--plot {path}: there is no folder {path.parent}")


def write_figure(figure: "Figure", path: Path) -> None:
    """Write a figure; equal figures give equal files.

    Raises:
        ConfigError: as `check_figure_path`.
        LooksgoodError: the disk is full.
    """
    check_figure_path(path)
    form = path.suffix[1:].lower()
    metadata = {"Date": None} if form == "svg" else {}
    with atomic_file(path) as temporary:
        figure.savefig(temporary, format=form, dpi=200, metadata=metadata)


def draw_curves(
    path: Path,
    x: Sequence[float],
    curves: Mapping[str, Sequence[float]],
    here: tuple[float, float] | None,
    legend: str,
    level: float | None = None,
    **labels: str,
) -> None:
    """Write curves of a share against `x` (logarithmic), with the case at hand and a level.

    `labels` are the title and those of the axes.

    Raises:
        ConfigError: the file would be neither PNG nor SVG, or its folder does not exist.
        LooksgoodError: the disk is full.
    """
    check_figure_path(path)
    from matplotlib import rc_context
    from matplotlib.figure import Figure  # not pyplot: no global state and no window

    with rc_context(RC):
        figure = Figure(figsize=(5.2, 3.4), layout="constrained")
        axes = figure.subplots()
        for name, shares in curves.items():
            axes.plot(x, shares, label=name, linewidth=1.3)
        if level is not None:
            axes.axhline(level, color="#999999", linewidth=0.7, linestyle=":")
        if here is not None:
            axes.plot(*here, marker="o", color="#101010", linestyle="none", label="this case")
        axes.set(xscale="log", ylim=(0, 1.03), **labels)
        axes.legend(title=legend)
        write_figure(figure, path)
