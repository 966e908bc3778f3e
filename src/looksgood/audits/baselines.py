"""Steps of responses from before training, which files call "base" and the like: as numbers."""

import numpy as np
from jaxtyping import Int, Real

from looksgood.audits.notes import Notes
from looksgood.audits.record import BASELINE


def numbered_baselines(
    step: Real[np.ndarray, " rows"], run: Int[np.ndarray, " rows"], notes: Notes
) -> Real[np.ndarray, " rows"]:
    """Return the steps with 0 for `BASELINE`, or −1 in a run that has a step 0 of its own."""
    by_name = step == BASELINE
    if not by_name.any():
        return step
    number = np.where(np.isin(run, np.unique(run[step == 0])), -1, 0)
    told = {0: "step 0", -1: "step −1, as their run has a step 0 of its own"}
    for value in sorted(set(number[by_name].tolist()), reverse=True):
        count = int((by_name & (number == value)).sum())
        notes.lines.append(f"{count} rows are of a baseline, by its name: taken as {told[value]}.")
    return np.where(by_name, number, step)
