"""The claims of forecast, written before the run, and the seeds each is held against."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from looksgood.core.errors import TooFew
from looksgood.measures.curves import mean_and_interval
from looksgood.measures.interval_coverage import FORECAST_PERCENT
from looksgood.measures.turning import fall_share
from looksgood.runs import RunFolder
from looksgood.studies.findings import Finding
from looksgood.studies.laws.forecasts import BASELINES, FORECASTERS, Path, paths_of, scores
from looksgood.studies.settings import SweepSpec

KLS = (0.25, 0.5, 1.0)
"""Nats up to which points are used; a forecast is scored only where the peak lies further on."""
NEAR = 0.5
"""√nats within which the covariance's change of sign is said to mark the peak."""
WHO = {
    "gao": "Gao et al.'s form",
    "process": "a Gaussian process",
    "covariance": "the covariance of proxy and gold",
}
THAN = {"no-idea": "having no idea", "stop-now": "stopping now"}


def forecast_findings(study: str, run: RunFolder, spec: SweepSpec) -> list[dict[str, Any]]:
    """Hold every claim against the per-prompt rows of a run."""
    del spec
    rows = run.prompts().to_pylist()
    return [found.as_row() for found in findings(study, rows)]


def forecast_statistics(spec: SweepSpec, arms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the findings, in their order."""
    del spec, arms
    return tuple(found.name for found in findings("", []))


def findings(study: str, rows: list[Mapping[str, Any]]) -> list[Finding]:
    """Hold every claim against per-prompt rows."""
    paths, reason = _paths(rows, "ordinary")
    crps: dict[int, dict[str, float]] = {}
    try:
        crps = scores(paths, KLS)
    except TooFew as error:
        reason = str(error)
    unscored = len(paths) - len(crps)
    skipped = f"{unscored} of {len(paths)} seeds not scored: no peak ahead" if unscored else ""

    def leads(name: str, other: str) -> list[float]:
        return [seed[other] - seed[name] for seed in crps.values()]

    found = [
        _finding(
            study,
            f"{name}-beats-{other}",
            f"From points up to 0.25, 0.5 and 1 nats {WHO[name]} foretells gold's peak better than "
            f"{THAN[other]}.",
            leads(name, other),
            f"CRPS of {THAN[other]} less that of {WHO[name]}, √nats, mean over seeds, > 0, by the "
            "interval over seeds",
            lambda low, _: low > 0,
            reason
            or "; ".join(
                filter(
                    None,
                    (
                        _against_others(leads(name, BASELINES[-1])),
                        _simulated(f"{name}-beats-{other}"),
                        skipped,
                    ),
                )
            ),
        )
        for name in FORECASTERS
        for other in THAN
    ]
    marked = [
        change - peak
        for path in paths.values()
        if (peak := path.peak) is not None and (change := path.sign_change) is not None
    ]
    found.append(
        _finding(
            study,
            "sign-marks-peak",
            "The covariance of proxy and gold changes its sign where gold peaks.",
            marked,
            f"√KL at the change less that at the peak within ±{NEAR:g} √nats, by the interval over "
            "seeds: an equivalence test",
            lambda low, high: low >= -NEAR and high < NEAR,
            reason or f"{len(marked)} of {len(paths)} seeds have both within their path",
        )
    )
    held, why = _paths(rows, "gold")
    found.append(
        _finding(
            study,
            "gold-arm-holds",
            "Optimised directly, gold does not fall: there is no peak to foretell.",
            [float(fall_share(path.gold)) for path in held.values()],
            "share of gold's best gain that is lost at the end < 0.2, by the interval over seeds",
            lambda _, high: high < 0.2,
            why,
        )
    )
    return found


def _paths(rows: list[Mapping[str, Any]], arm: str) -> tuple[dict[int, Path], str]:
    try:
        return paths_of(row for row in rows if row["arm"] == arm), ""
    except TooFew as error:
        return {}, str(error)


def _against_others(leads: list[float]) -> str:
    mean, low, high = mean_and_interval(leads)
    if mean is None or low is None or high is None:
        return ""
    return f"over the other seeds' own peaks: {mean:+.2f} [{low:+.2f}, {high:+.2f}]"


def _simulated(name: str) -> str:
    """Say how often such an interval held the truth, where that is less often than it says."""
    percent = FORECAST_PERCENT[name]
    if percent >= 93:
        return ""
    return (
        "each seed is told by the others how far to look, so that they are not independent: such "
        f"intervals held the truth in {percent} % of simulations"
    )


def _finding(
    study: str,
    name: str,
    statement: str,
    values: list[float],
    criterion: str,
    holds: Callable[[float, float], bool],
    controls: str,
) -> Finding:
    """Hold the Student interval over seeds against a criterion; two seeds at least are needed."""
    mean, low, high = mean_and_interval(values) if np.isfinite(values).all() else (None,) * 3
    if mean is None or low is None or high is None:
        known = int(np.isfinite(values).sum())
        why = f"cannot say: {controls or f'{known} seeds have a value, 2 or more are needed'}"
        return Finding(study, name, statement, mean, None, None, criterion, None, why)
    return Finding(
        study, name, statement, mean, low, high, criterion, bool(holds(low, high)), controls
    )
