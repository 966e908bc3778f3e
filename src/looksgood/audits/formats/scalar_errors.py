"""Standard errors of means, where a log gives counts instead of them."""

from typing import Any

import numpy as np
from jaxtyping import Float

from looksgood.audits.notes import Notes

Values = Float[np.ndarray, " rows"]


def binomial_error(mean: Values, count: Values) -> Values:
    """Return the standard error of a mean of `count` values in [0, 1]: √(p(1−p)/n).

    For values between 0 and 1 it is the largest that it can be. p is that of half a success and
    half a failure more than were seen, so that a mean of 0 or 1 does not claim to be exact.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        p = (mean * count + 0.5) / (count + 1)
        return np.where(count > 0, np.sqrt(p * (1 - p) / count), np.nan)


def with_errors(columns: dict[str, Any], notes: Notes) -> dict[str, Any]:
    """Return means and standard errors, from `gold_se`, `gold_n` or `wins` and `total`.

    `columns` are as `ScalarRows` has them; what is given stands. `gold` itself is the share of
    wins, where it is not given.
    """
    found = dict(columns)
    wins, total = found.pop("wins", None), found.pop("total", None)
    if wins is not None and total is not None and "gold" not in found:
        with np.errstate(divide="ignore", invalid="ignore"):
            found["gold"] = np.where(total > 0, wins / total, np.nan)
        found["gold_n"] = total
        notes.lines.append("gold is the share of wins: its standard error follows from the total.")
    for name in [name for name in found if name.endswith("_n")]:
        score, count = name.removesuffix("_n"), found.pop(name)
        mean = found.get(score)
        if mean is None or f"{score}_se" in found:
            continue
        known = mean[np.isfinite(mean)]
        if len(known) and known.min() >= 0 and known.max() <= 1:
            found[f"{score}_se"] = binomial_error(mean, count)
        else:
            notes.lines.append(
                f"{score} is not between 0 and 1: its standard error does not follow from the "
                f"counts; --map {score}_se=COLUMN gives it."
            )
    return found
