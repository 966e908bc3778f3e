"""What can be decided about rows only when all of them are known."""

import numpy as np
from jaxtyping import Bool, Int

from looksgood.audits.baselines import numbered_baselines
from looksgood.audits.notes import Notes
from looksgood.audits.rollouts import Rollouts


def settled_steps(
    step: Int[np.ndarray, " rows"],
    run: Int[np.ndarray, " rows"],
    lacks: Bool[np.ndarray, " rows"],
    notes: Notes,
) -> Int[np.ndarray, " rows"]:
    """Return the steps with a number for `BASELINE`, and 0 where no row has any step."""
    if lacks.all():
        notes.lines.append("No row has a step: all of them count as one checkpoint, step 0.")
        return np.zeros_like(step)
    if lacks.any():
        notes.lines.append(f"{lacks.sum()} of {len(step)} rows lack a step and are left out.")
    return numbered_baselines(step, run, notes)


def repeated_rows(rows: Rollouts, notes: Notes) -> None:
    """Note how many rows say again what an earlier row of their step said, scores and all."""
    known = rows.digest != 0
    if not known.any():
        return
    key = np.zeros(int(known.sum()), np.uint64)
    for column in (rows.run, rows.step, rows.prompt, rows.digest, rows.proxy, rows.gold):
        part = column[known]
        bits = part.view(np.uint64) if part.dtype.itemsize == 8 else part.astype(np.uint64)
        key ^= bits
        key *= np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    key.sort()
    repeats = int((key[1:] == key[:-1]).sum())
    if repeats:
        notes.lines.append(
            f"{repeats} of {len(rows)} rows repeat an earlier one (run, step, prompt, response and "
            "scores alike): a policy that repeats itself, or a step written twice. They are kept; "
            "errors are clustered by prompt."
        )
