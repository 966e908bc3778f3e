"""The figure of what a KL allows: p_max against KL for several base rates."""

from pathlib import Path

from looksgood.measures.certificate_curves import EventBoundCurves
from looksgood.reports.figure_files import draw_curves


def draw_event_bounds(path: Path, curves: EventBoundCurves) -> None:
    """Write the curves, with the case at hand, as PNG or SVG.

    Raises:
        ConfigError: the file would be neither PNG nor SVG, or its folder does not exist.
        LooksgoodError: the disk is full.
    """
    draw_curves(
        path,
        curves.kls,
        curves.p_max,
        curves.here,
        legend="base rate q",
        xlabel="KL(π‖π₀), nats per sequence",
        ylabel="the policy's rate is at most",
        title="What a KL allows; from −log q on, everything",
    )
