"""Which responses to label next: at the checkpoints that matter, spread over what the proxy says.

Labels go to the first checkpoint, the best so far and the last, in strata of the proxy, by Neyman's
allocation: more where labels are more different. How likely each response was to be chosen goes
with it, so that an estimate can undo the choice (`label_weights`).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from looksgood.audits.next_labels.coordinated import coordinated_numbers, lowest
from looksgood.audits.next_labels.points import label_points
from looksgood.audits.subjects.checkpoints import Checkpoints
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import NotMeasured
from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.allocation import neyman_allocation

STRATA = 3
FLOOR = 2
"""Labels of each stratum at least: with one nothing is known of how they differ."""
FEW = 8
"""Labels of a stratum, of all checkpoints together, from which its own spread is known."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows to label, in random order."""

    row: Int[np.ndarray, " labels"]
    """Of the subject's rollouts."""
    text: Int[np.ndarray, " labels"]
    """Its place among the texts."""
    probability: Float[np.ndarray, " labels"]
    """With which it was chosen, of all responses of its checkpoint."""
    points: tuple[int, ...]
    """The checkpoints, ascending."""
    best_by: str
    """Whose best is the one between first and last: gold, rater, or nobody's (it is the middle)."""


def proposal(subject: Subject, labels: int) -> Chosen | NotMeasured:
    """Return what `choose` does, or why there is nothing to choose."""
    try:
        return choose(subject, labels)
    except TooFew as error:
        return NotMeasured("which responses to label next", str(error), subject.name)


def choose(subject: Subject, labels: int) -> Chosen:
    """Return at most `labels` responses that have a text and no gold.

    Raises:
        TooFew: there are no responses, fewer than 2 checkpoints have such responses, or
            there are too few labels for 2 in each stratum.
    """
    rollouts, checkpoints = subject.rows()
    written = rollouts.digest != 0
    is_open = written & ~np.isfinite(rollouts.gold)
    can = np.zeros(len(rollouts), dtype=bool)
    can[rollouts.texts.row] = True
    can &= is_open
    points, best_by = label_points(subject, checkpoints.place[can])
    strata = STRATA if labels >= FLOOR * STRATA * len(points) else 1
    cell = _cells(rollouts.proxy, checkpoints.place, can, points, strata)
    size = len(points) * strata
    kept, here = (np.bincount(cell[(cell >= 0) & some], minlength=size) for some in (can, is_open))
    used = np.flatnonzero(kept)
    point = used // strata
    share = here[used] / np.bincount(point, here[used], len(points))[point]
    spread = _spread(rollouts.gold, cell, strata)[used % strata]
    # sizes are what a stratum can give; what it counts for is its share of the checkpoint
    counts = neyman_allocation(kept[used], share * spread / kept[used], labels, FLOOR)
    rng = Seed(("next labels", subject.name)).numpy()
    drawn = coordinated_numbers(rng, rollouts.prompt, checkpoints.place, can)
    rows = [
        lowest(drawn, can & (cell == one), count)
        for one, count in zip(used.tolist(), counts.tolist(), strict=True)
    ]
    unlabelled = np.array(
        [is_open[at].sum() / written[at].sum() for at in _at(checkpoints, points)]
    )
    probability = np.repeat(counts / here[used] * unlabelled[point], counts)
    order = rng.permutation(len(probability))
    row = np.concatenate(rows)[order]
    text = np.searchsorted(rollouts.texts.row, row)
    return Chosen(row, text, probability[order], points, best_by)


def _at(checkpoints: Checkpoints, points: tuple[int, ...]) -> list[Bool[np.ndarray, " rows"]]:
    return [checkpoints.place == point for point in points]


def _cells(
    proxy: Float[np.ndarray, " rows"],
    place: Int[np.ndarray, " rows"],
    can: Bool[np.ndarray, " rows"],
    points: tuple[int, ...],
    strata: int,
) -> Int[np.ndarray, " rows"]:
    """Return each row's stratum, numbered over all checkpoints chosen; −1 at others.

    Strata are quantiles of the candidates' proxy, so that each has candidates.
    """
    judged = np.where(np.isfinite(proxy), proxy, -np.inf)
    cell = np.full(len(place), -1)
    for number, point in enumerate(points):
        here = place == point
        known = np.sort(judged[here & can])
        edges = known[np.arange(1, strata) * len(known) // strata]
        edges = np.unique(edges[edges > known[0]])
        cell[here] = number * strata + np.searchsorted(edges, judged[here], side="right")
    return cell


def _spread(
    gold: Float[np.ndarray, " rows"], cell: Int[np.ndarray, " rows"], strata: int
) -> Float[np.ndarray, " strata"]:
    """Return how far labels of a stratum spread, as far as there are labels: else all alike."""
    known = np.isfinite(gold) & (cell >= 0)
    if known.sum() < FEW:
        return np.ones(strata)
    means = np.bincount(cell[known], gold[known]) / np.maximum(np.bincount(cell[known]), 1)
    squares = (gold[known] - means[cell[known]]) ** 2
    stratum = cell[known] % strata
    count = np.bincount(stratum, minlength=strata)
    own = np.bincount(stratum, squares, strata) / np.maximum(count, 1)
    return np.sqrt(np.where(count >= FEW, own, squares.mean()))
