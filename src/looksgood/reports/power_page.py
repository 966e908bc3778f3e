"""The page of a study of audits: who notices a fall, with how many labels."""

from collections.abc import Mapping, Sequence
from typing import Any

from looksgood.reports import power_lines as chosen
from looksgood.reports.content import numbers
from looksgood.reports.lines import Line
from looksgood.reports.palette import JUDGES, SCORES, level_label, optimizer_label
from looksgood.reports.plotted import plotted, symbols
from looksgood.reports.samples import shown_samples
from looksgood.runs import RunFolder

Row = Mapping[str, Any]

TEMPLATE = "power.html"
SCRIPTS = ("plotting.js", "power.js"), ("samples.js",)
FIRST_FIGURE = "power"

_JUDGES = {"rater": "raters", "expert": "experts", "truth": "truth"}
_FORMS = ("unpaired", "paired", "votes")
_BESIDE = {"channel.beside.paired.power": "truth, raters beside"}
_POWERS = {
    f"channel.{judge}.{form}.power": f"{name}, {form}"
    for judge, name in _JUDGES.items()
    for form in _FORMS
} | _BESIDE
_PAIRED = {f"channel.{j}.paired.power": name for j, name in _JUDGES.items()} | _BESIDE
_POLICY = {
    "kl": "KL, nats",
    "gold": "gold",
    "rater": "rater",
    "channel.reach": "furthest fall in reach",
    "channel.exposed": "share of prompts",
    "channel.correlation": "ρ of rater and truth",
    "channel.truth.paired.sd": "sd, truth",
    "channel.expert.paired.seen": "seen by experts",
    "channel.expert.paired.sd": "sd, experts",
}


def values(run: RunFolder, curves: Sequence[Row]) -> dict[str, Any]:
    """Return what the template shows beside what all pages do; `data` is for its scripts.

    Raises:
        DataError: samples.parquet is damaged.
    """
    lines, policies = chosen.audited(curves), chosen.policies(curves)
    has_samples = (run.path / "samples.parquet").exists()
    samples = shown_samples(run.samples().to_pylist() if has_samples else [], policies)
    shown = [row for line in lines for row in line.rows]
    return {
        "data": {**_figure_data(lines), "samples": samples},
        "samples": samples,
        "alpha": _alpha(run),
        "unit": "shares of audits that say the base is better",
        "numbers": numbers(shown, _PAIRED, chosen.with_labels),
        "forms": numbers([line.rows[-1] for line in lines], _POWERS, chosen.with_labels),
        "alarms": numbers([r for r in curves if not r[chosen.DROP]], _POWERS, chosen.with_labels),
        "policies": numbers([row for row in policies if row[chosen.DROP]], _POLICY, level_label),
        "ends": numbers([line.rows[-1] for line in lines], _PAIRED, chosen.with_labels),
    }


def _alpha(run: RunFolder) -> float | None:
    settings = run.config.get("settings") or {}
    return settings.get("alpha")


def _figure_data(lines: Sequence[Line]) -> dict[str, Any]:
    return {
        "scores": symbols(SCORES),
        "judges": symbols(JUDGES),
        "arms": {},
        "compared": [],
        "progress": {"column": chosen.LABELS, "title": "labels"},
        "optimizers": {line.optimizer: optimizer_label(line.optimizer) for line in lines},
        "lines": [
            plotted(line, list(JUDGES), ("seed", *JUDGES), level_label, (chosen.LABELS,))
            | {"title": f"{line.arm}, {optimizer_label(line.optimizer)}"}
            for line in lines
        ],
    }
