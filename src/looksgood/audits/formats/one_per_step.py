"""Is a table a log of scalars, or one of responses? Decided here and nowhere else."""

from collections.abc import Mapping, Sequence

import numpy as np

from looksgood.audits.formats.columns import Columns, columns_used
from looksgood.audits.formats.scalar_rows import ScalarRows
from looksgood.audits.formats.source import Source
from looksgood.audits.notes import Notes
from looksgood.audits.record import SCORES

OF_RESPONSES = ("prompt", "completion", "group")
LOOKED_AT = 1000
"""Rows that decide."""

MOST_PER_STEP = 1.5
"""Rows per run and step, on average, up to which they are means: resumed runs log steps twice."""


def one_per_step(source: Source, mapped: Mapping[str, str], there: Sequence[str]) -> bool:
    """Tell whether the first rows are means per checkpoint: no text, no group, a row per step.

    A log that writes its metrics in separate lines counts each score by itself.
    """
    scores = [name for name in (*SCORES, "kl", "wins") if name in mapped]
    if "step" not in mapped or not scores or any(name in mapped for name in OF_RESPONSES):
        return False
    asked = {name: mapped[name] for name in ("run", "step", *scores) if name in mapped}
    rows = ScalarRows(Columns({}, asked))
    for chunk in source.chunks(sorted(columns_used(asked, there))):
        rows.add(chunk)
        if len(rows) >= LOOKED_AT:
            break
    columns = rows.columns(Notes())
    for name in scores:
        known = np.flatnonzero(np.isfinite(columns[name]) & np.isfinite(columns["step"]))
        points = {(columns["run"][i], columns["step"][i]) for i in known.tolist()}
        if len(known) > MOST_PER_STEP * len(points):
            return False
    return bool(columns["run"])
