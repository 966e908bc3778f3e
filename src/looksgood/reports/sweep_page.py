"""The page of a sweep over penalties: three scores against KL, gaps, channels and samples."""

from collections.abc import Mapping, Sequence
from typing import Any

from looksgood.reports import lines as chosen
from looksgood.reports.content import numbers, rewards
from looksgood.reports.palette import (
    GAPS,
    SCORES,
    WAYS,
    arm_order,
    arm_styles,
    level_label,
    optimizer_label,
    strength,
)
from looksgood.reports.plotted import plotted, symbols
from looksgood.reports.samples import shown_samples
from looksgood.runs import RunFolder
from looksgood.runs.tables import CHANNEL

Row = Mapping[str, Any]

TEMPLATE = "sweep.html"
SCRIPTS = ("plotting.js", "sweep.js"), ("samples.js",)
FIRST_FIGURE = "curves"

_COLUMNS: tuple[str, ...] = ("kl", "proxy", "rater", "gold", "gap_1", "gap_2")
_HEADS: dict[str, str] = dict(
    zip(_COLUMNS, ("KL, nats", "proxy", "rater", "gold", "gap 1", "gap 2"), strict=True)
)


def values(run: RunFolder, curves: Sequence[Row]) -> dict[str, Any]:
    """Return what the template shows beside what all pages do; `data` is for its scripts.

    Raises:
        DataError: samples.parquet is damaged.
    """
    has_samples = (run.path / "samples.parquet").exists()
    samples = shown_samples(run.samples().to_pylist() if has_samples else [], curves)
    seen, unseen = chosen.channels(curves)
    drawn = {id(row): row for line in chosen.sweeps(curves) for row in line.rows}  # the base once
    return {
        "data": {**_figure_data(curves, seen), "samples": samples},
        "samples": samples,
        "numbers": numbers(list(drawn.values()), _HEADS, level_label),
        "ends": numbers(chosen.ends(curves), _HEADS, level_label),
        "unit": "scores in base within-prompt sd",
        "rewards": rewards(run),
        "channels": [name.removeprefix(CHANNEL) for name in seen],
        "unseen": [name.removeprefix(CHANNEL) for name in unseen],
    }


def _figure_data(curves: Sequence[Row], channels: Sequence[str]) -> dict[str, Any]:
    sweeps, paths = chosen.sweeps(curves), chosen.paths(curves)
    penalties, ways = chosen.penalties(curves), chosen.trajectories(curves)
    strengths = list(dict.fromkeys(strength(line.beta) for line in ways))
    arms = arm_order(line.arm for line in sweeps)
    return {
        "scores": symbols(SCORES),
        "gaps": GAPS,
        "arms": symbols(arm_styles(arms)),
        "compared": chosen.compared_arms(arms),
        "optimizers": {line.optimizer: optimizer_label(line.optimizer) for line in sweeps},
        "channels": list(channels),
        "ticks": chosen.kl_ticks(sweeps),
        "sweeps": [_line(line, channels) for line in sweeps],
        "paths": [_line(line) for line in paths],
        "penalties": [_line(line) for line in penalties],
        "trajectories": [_line(line) | {"strength": strength(line.beta)} for line in ways],
        "strengths": symbols(arm_styles(strengths)),
        "ways": WAYS,
        "no_penalty_at": chosen.place_of_no_penalty(penalties),
    }


def _line(line: chosen.Line, channels: Sequence[str] = ()) -> dict[str, Any]:
    own = ("seed", "d", *_COLUMNS)
    return plotted(line, (*_COLUMNS, *channels), own, level_label, alone=("d",))
