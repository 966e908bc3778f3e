"""A log of scalars out of a file's columns: a point per run and step."""

from collections.abc import Mapping
from math import isfinite, nan
from typing import Any

import numpy as np

from looksgood.audits.record import SCORES
from looksgood.audits.scalar_log import ScalarLog


def scalar_log(columns: Mapping[str, Any], x_label: str = "step") -> ScalarLog:
    """Return the log of columns named as the record's, as `ScalarRows` has them.

    `gold_se` and its like are standard errors. Rows without a step are left out. Lines of one run
    and step are one point, the later value winning: a trainer may log a step's parts apart, or
    again after it was resumed.
    """
    errors = {f"{name}_se": name for name in ("kl", *SCORES)}
    names = [name for name in ("kl", *SCORES, *errors) if name in columns]
    steps = columns.get("step", np.full(len(columns["run"]), nan))
    points: dict[tuple[str, float], dict[str, float]] = {}
    for i, (run, step) in enumerate(zip(columns["run"], steps.tolist(), strict=True)):
        if isfinite(step):
            values = {name: float(columns[name][i]) for name in names}
            there = {name: x for name, x in values.items() if isfinite(x)}
            points.setdefault((run, step), {}).update(there)
    keys = sorted(points)
    order = tuple(dict.fromkeys(run for run, _ in keys))
    column = {name: np.array([points[key].get(name, nan) for key in keys]) for name in names}
    kl = column.pop("kl", np.full(len(keys), nan))
    known = {name for name, values in column.items() if np.isfinite(values).any()}
    return ScalarLog(
        runs=order,
        run=np.array([order.index(run) for run, _ in keys], dtype=np.int64),
        step=np.array([step for _, step in keys], dtype=np.float64),
        kl=kl,
        scores={name: column[name] for name in SCORES if name in known},
        errors={score: column[name] for name, score in errors.items() if name in known},
        x_label=x_label,
    )
