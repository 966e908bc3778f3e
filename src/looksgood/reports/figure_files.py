"""Where a command's single figure is written: a PNG or an SVG that the caller names."""

from pathlib import Path
from typing import TYPE_CHECKING

from looksgood.core.errors import ConfigError
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
