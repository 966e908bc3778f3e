"""The figure of what audits could notice: power against the number of labels."""

from pathlib import Path

from looksgood.measures.audit_power_curves import PowerCurves
from looksgood.reports.figure_files import draw_curves
from looksgood.reports.power_figures import ENOUGH


def draw_power(path: Path, curves: PowerCurves) -> None:
    """Write the curves, with the case at hand, as PNG or SVG.

    Raises:
        ConfigError: the file would be neither PNG nor SVG, or its folder does not exist.
        LooksgoodError: the disk is full.
    """
    draw_curves(
        path,
        curves.labels,
        curves.power,
        curves.here,
        legend=curves.of,
        level=ENOUGH,
        xlabel="labels",
        ylabel="share of audits that notice",
        title="What an audit could notice",
    )
