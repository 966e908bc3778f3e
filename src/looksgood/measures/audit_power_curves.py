"""What a figure of the power of audits draws: power against labels, and the case at hand."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from looksgood.measures.audit_power import AuditPower
from looksgood.measures.audit_power_of_run import AuditedArm
from looksgood.measures.audit_sight import FullSight, Sight
from looksgood.ops.power import power_of

DROPS = (0.1, 0.2, 0.5, 1.0)
FEWEST = 10


@dataclass(frozen=True, slots=True)
class PowerCurves:
    """Power at each of `labels` by name of the curve, and the case at hand as (labels, power)."""

    labels: tuple[int, ...]
    power: Mapping[str, tuple[float, ...]]
    here: tuple[int, float]
    of: str
    """What the curves differ in."""


def curves_of_numbers(found: AuditPower) -> PowerCurves:
    """Return a curve for each of several falls, the case's own among them."""
    sight = FullSight(found.sd).beside(found.judge_correlation)
    drops = sorted({*DROPS, found.drop})
    return _curves(found, {f"{drop:g}": (sight, drop) for drop in drops}, "fall, base sd")


def curves_of_run(found: AuditPower, arm: AuditedArm) -> PowerCurves:
    """Return a curve for each judge, asked in the case's form, at the case's fall."""
    judges = {"rater": "the same raters", "expert": "experts", "truth": "the truth"}
    sights = {name: (arm.sight(judge, found.form), found.drop) for judge, name in judges.items()}
    return _curves(found, sights, f"asked of a fall of {found.drop:g}")


def _curves(found: AuditPower, sights: Mapping[str, tuple[Sight, float]], of: str) -> PowerCurves:
    last = 4 * max(found.labels, found.labels_needed or 0, 250)
    labels = tuple(dict.fromkeys(int(n) for n in np.geomspace(FEWEST, last, 80)))
    power = {
        name: tuple(power_of(n, sight.sd(drop), sight.seen(drop), found.alpha) for n in labels)
        for name, (sight, drop) in sights.items()
    }
    return PowerCurves(labels, power, (found.labels, found.power), of)
