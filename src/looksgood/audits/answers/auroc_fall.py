"""Did a score's discrimination of right from wrong within a prompt decay? A test of its AUROC."""

import numpy as np
from jaxtyping import Bool, Float

from looksgood.audits.answers.curve_test import curve_test
from looksgood.audits.measured.auroc import Auroc
from looksgood.audits.measured.scored import FEWEST
from looksgood.core.audit_result import Test
from looksgood.core.errors import TooFew
from looksgood.ops.paired_change import change_since_first, paired_change
from looksgood.ops.pooled_sd import pooled_sd

TOLERATED = 0.1
"""Of AUROC: a fall that can come from which wrong responses are left (see `auroc_fall`)."""
ALIKE = 0.95
"""Of the first checkpoint's sd within prompts: with less, responses have become alike."""


def auroc_fall(found: Auroc, run: str) -> Test:
    """Test whether the AUROC fell by more than honest progress can cost it.

    The test compares prompts with themselves (`paired_change`): which prompts have both right and
    wrong responses changes as a policy learns. It asks for a fall of more than 0.1, since honest
    progress also changes which wrong responses are left: those that are nearly right, and hard to
    tell. Where right is what lies above a threshold of quality and the score is quality with noise,
    AUROC falls by up to 0.05 as 10 % right become 50 %, by 0.09 from 2 %, and by 0.12 from 0.6 %,
    where this test can therefore err. It leaves out checkpoints at which responses to a prompt
    differ less than they did, in score or in continuous gold: small differences are hard to order,
    honestly. Fresh prompts at each checkpoint cannot be compared with themselves; the test then
    describes only. Held at 5 % by simulation (`tests/science/test_honest_runs.py`).

    Raises:
        TooFew: there is one checkpoint, or responses to a prompt have become alike at all others.
    """
    cells = found.cells
    columns = (cells["right"], cells["pairs"], cells.checkpoint, cells.prompt)
    try:
        change, paired = paired_change(cells.x, *columns, at_least=FEWEST), True
    except TooFew:
        change, paired = change_since_first(found.curve), False
    varied = _as_varied(found, change.x)
    if not varied.any():
        raise TooFew(
            f"responses to a prompt differ less than {ALIKE:.0%} of what they did at the first "
            "checkpoint, and the more alike they are the harder they are to tell apart"
        )
    return curve_test(
        change,
        -np.eye(len(change.x))[varied],
        name=f"discrimination_of_{found.score}",
        statement=f"the AUROC of {found.score} against gold within prompts fell since the first "
        f"checkpoint by more than the {TOLERATED} that honest progress can cost it",
        run=run,
        bound=TOLERATED,
        since=float(cells.x[0]),
        speaks_to="exploitation" if paired else None,
    )


def _as_varied(found: Auroc, x: Float[np.ndarray, " later"]) -> Bool[np.ndarray, " later"]:
    """Tell at which checkpoints responses to a prompt differ as much as at the first."""
    rows = found.rows
    scores = [rows[found.score]]
    if len(np.unique(rows["gold"])) > 2:  # of two values: AUROC takes their spread out
        scores.append(rows["gold"])
    first = int(np.searchsorted(rows.x, found.cells.x[0]))
    varied = np.ones(len(rows.x), dtype=bool)
    for score in scores:
        sd = pooled_sd(score, rows.checkpoint, rows.prompt, len(rows.x))
        varied &= sd >= ALIKE * sd[first]
    return varied[np.searchsorted(rows.x, x)]
