"""The AUROC of a score against gold within prompts, as a curve."""

from dataclasses import dataclass

import numpy as np

from looksgood.audits.measured.scored import Scored, scored
from looksgood.audits.subjects.subject import Subject
from looksgood.core.errors import TooFew
from looksgood.ops.concordance import concordance
from looksgood.ops.curve import Curve, curve_of_ratios


@dataclass(frozen=True, slots=True)
class Auroc:
    """Within-prompt AUROC of one score against gold."""

    score: str
    rows: Scored
    cells: Scored
    """A row for each prompt at each checkpoint: `right` of its `pairs` are ordered rightly."""
    curve: Curve


def auroc(subject: Subject, score: str) -> Auroc:
    """Return the share of all pairs (two responses to one prompt, of different gold) put rightly.

    Pairs count alike, so that prompts with many pairs count for more; only rows that have gold
    count. Errors are clustered by prompt.

    Raises:
        TooFew: no checkpoint has 10 prompts with responses of different gold.
    """
    rows = scored(subject, score, "gold")
    size = len(rows.x)
    places = rows.prompt.astype(np.int64) * size + rows.checkpoint
    names, cell = np.unique(places, return_inverse=True)
    found = concordance(rows[score], rows["gold"], cell, len(names), rows["weight"])
    counts = {"right": found.right, "pairs": found.pairs}
    every = Scored(rows.x, names % size, names // size, counts)
    try:
        cells = every.where(found.pairs > 0)
    except TooFew as error:
        raise TooFew(f"it takes two responses to a prompt with different gold: {error}") from error
    columns = (cells["right"], cells["pairs"], cells.checkpoint, cells.prompt)
    return Auroc(score, rows, cells, curve_of_ratios(cells.x, *columns))
