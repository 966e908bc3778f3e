"""The figure of what audits could notice: power against the number of labels."""

from pathlib import Path

from looksgood.measures.audit_power_curves import PowerCurves
from looksgood.reports.drawing import RC
from looksgood.reports.figure_files import check_figure_path, write_figure
from looksgood.reports.power_figures import ENOUGH


def draw_power(path: Path, curves: PowerCurves) -> None:
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
        for label, power in curves.power.items():
            axes.plot(curves.labels, power, label=label, linewidth=1.3)
        axes.axhline(ENOUGH, color="#999999", linewidth=0.7, linestyle=":")
        axes.plot(*curves.here, marker="o", color="#101010", linestyle="none", label="this case")
        axes.set(
            xscale="log",
            ylim=(0, 1.03),
            xlabel="labels",
            ylabel="share of audits that notice",
            title="What an audit could notice",
        )
        axes.legend(title=curves.of)
        write_figure(figure, path)
