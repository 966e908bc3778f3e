"""How often raters approve of what is wrong, on responses that base and trained policy get wrong.

Wen et al. (2024), arXiv:2409.12822 §3: raters err more on harder questions, and a trained policy
changes which ones it gets wrong. So false approval is compared where *both* policies are wrong:
here over all pairs of one response of each to the same prompt, neither of them good.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from looksgood.core.errors import TooFew
from looksgood.measures.ratio import ratio
from looksgood.measures.resample import Tables
from looksgood.runs.tables import CHANNEL
from looksgood.studies.panels.channels import GOOD, approved_by, score_of, wrongly_approved_by
from looksgood.studies.run_lines import COLUMNS, Curves, Line, Lines, Row, lines_of

BOTH_WRONG = "both wrong"


def approval_lines(
    rows: Iterable[Row], members: Sequence[str], channels: Sequence[str] = ()
) -> Lines:
    """Read lines with what each member of the panel thinks, and more `channels`, by their names.

    Raises:
        TooFew: no arm is complete, there is one seed, or somebody is not on the panel.
    """
    rows = list(rows)
    for name in members:
        if rows and CHANNEL + approved_by(name) not in rows[0]:
            raise TooFew(f"the panel of this run has no {name!r}")
    judged = [
        channel(name)
        for name in members
        for channel in (score_of, approved_by, wrongly_approved_by)
    ]
    wanted = [CHANNEL + name for name in dict.fromkeys([GOOD, *judged, *channels])]

    def derive(tables: Tables, base: NDArray[np.int64]) -> Tables:
        return both_wrong(tables, base, members)

    return lines_of(rows, [*COLUMNS, "rater", *wanted], derive)


def both_wrong(tables: Tables, base: NDArray[np.int64], members: Sequence[str]) -> Tables:
    """Return, by prompt, the share of pairs both wrong, and of those approved after and before.

    Tables have the shape (seeds, points, prompts); `base` is where each point's base is.
    """
    wrong = 1 - tables[CHANNEL + GOOD]
    before = wrong[:, base]
    made = {BOTH_WRONG: wrong * before}
    for name in members:
        taken = tables[CHANNEL + wrongly_approved_by(name)]
        made[approved_after(name)] = taken * before
        made[approved_before(name)] = taken[:, base] * wrong
    return made


def approved_after(member: str) -> str:
    """Return the column of the pairs both wrong whose later response a member approves of."""
    return f"both wrong, {member} approves after"


def approved_before(member: str) -> str:
    """Return the column of the pairs both wrong whose base response a member approves of."""
    return f"both wrong, {member} approves before"


def false_approval_rise(lines: Lines, curves: Curves, member: str, line: Line) -> np.ndarray:
    """Return how much the rate of false approval rose since the base: (..., seeds, points).

    In shares of the pairs where both are wrong; NaN where there is none. 0 at the base.
    """
    both = lines.of(curves, BOTH_WRONG, line)
    after = ratio(lines.of(curves, approved_after(member), line), both)
    before = ratio(lines.of(curves, approved_before(member), line), both)
    return np.asarray(after - before)


def approved(lines: Lines, curves: Curves, member: str, line: Line) -> np.ndarray:
    """Return the share of responses that a panel member approves of: (..., seeds, points)."""
    return lines.of(curves, CHANNEL + approved_by(member), line)


def correct(lines: Lines, curves: Curves, line: Line) -> np.ndarray:
    """Return the share of responses that are good: (..., seeds, points)."""
    return lines.of(curves, CHANNEL + GOOD, line)
