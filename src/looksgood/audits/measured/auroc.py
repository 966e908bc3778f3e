"""The AUROC of a score against gold within prompts, as a curve."""

from dataclasses import dataclass

from looksgood.audits.measured.scored import Scored, scored
from looksgood.audits.subjects.subject import Subject
from looksgood.core.errors import TooFew
from looksgood.ops.cells import cells_of
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
    cells = cells_of(rows.prompt, rows.checkpoint, len(rows.x))
    found = concordance(rows[score], rows["gold"], cells.of_row, len(cells), rows["weight"])
    counts = {"right": found.right, "pairs": found.pairs}
    every = Scored(rows.x, cells.checkpoint, cells.prompt, counts)
    try:
        told = every.where(found.pairs > 0)
    except TooFew as error:
        raise TooFew(f"it takes two responses to a prompt with different gold: {error}") from error
    columns = (told["right"], told["pairs"], told.checkpoint, told.prompt)
    return Auroc(score, rows, told, curve_of_ratios(told.x, *columns))
