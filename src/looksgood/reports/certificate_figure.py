"""The figure of what a KL allows: p_max against KL for several base rates."""

from pathlib import Path

from looksgood.measures.certificate_curves import EventBoundCurves
from looksgood.reports.drawing import RC
from looksgood.reports.figure_files import check_figure_path, write_figure


def draw_event_bounds(path: Path, curves: EventBoundCurves) -> None:
    """Write the curves, with the case at hand, as PNG or SVG.

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
        for label, rates in curves.p_max.items():
            axes.plot(curves.kls, rates, label=label, linewidth=1.3)
        if curves.here is not None:
            axes.plot(
                *curves.here, marker="o", color="#101010", linestyle="none", label="this case"
            )
        axes.set(
            xscale="log",
            ylim=(0, 1.03),
            xlabel="KL(π‖π₀), nats per sequence",
            ylabel="the policy's rate is at most",
            title="What a KL allows; from −log q on, everything",
        )
        axes.legend(title="base rate q")
        write_figure(figure, path)
