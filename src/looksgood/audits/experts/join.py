"""Labels become the gold of the rows that they are of."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.experts.finder import rows_of
from looksgood.audits.experts.labels import Labels
from looksgood.audits.notes import Notes
from looksgood.audits.rollouts import Rollouts
from looksgood.core.errors import DataError

SHOWN = 5
"""Labels without a response that are named, at most."""


def with_labels(rollouts: Rollouts, labels: Labels, notes: Notes) -> Rollouts:
    """Return the rollouts with the labels as their gold, and no other gold.

    Rows that are alike share a label, and several labels of one row are averaged (`rows_of` says
    which are its rows). Of labels that were not drawn uniformly the probabilities are kept.

    Raises:
        DataError: no label finds a row; says what to check.
    """
    rows = rows_of(rollouts, labels)
    _tell(labels, rows, notes)
    sizes = [len(found) for found in rows]
    place, value = np.concatenate(rows), np.repeat(labels.gold, sizes)
    chance = np.repeat(labels.probability, sizes)
    mean = _means(place, value, len(rollouts))
    _tell_joined(rollouts.gold, place, value, mean, notes)
    joined, drawn = replace(rollouts, gold=mean), np.isfinite(chance)
    if not drawn.any():
        return joined
    probability = np.full(len(rollouts), np.nan)
    probability[place[drawn]] = chance[drawn]
    return replace(joined, label_probability=probability)


def _means(
    place: Int[np.ndarray, " labels"], value: Float[np.ndarray, " labels"], rows: int
) -> Float[np.ndarray, " rows"]:
    """Return the mean label of each row, NaN for none."""
    count = np.bincount(place, minlength=rows)
    total = np.bincount(place, value, rows)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _tell(labels: Labels, rows: Sequence[Int[np.ndarray, " _"]], notes: Notes) -> None:
    """Note how many labels found their rows.

    Raises:
        DataError: none did.
    """
    sizes = np.array([len(found) for found in rows])
    lost = labels.line[sizes == 0]
    shown = ", ".join(map(str, lost[:SHOWN])) + (", …" if len(lost) > SHOWN else "")
    if len(lost) == len(labels):
        by = "completion" if any(text is not None for text in labels.completion) else "row"
        raise DataError(
            f"{labels.name}: none of {len(labels)} labels matches a response (by {by}; the first "
            f"are rows {shown}): check that they are of this run, that completion and prompt are "
            "spelt as in the run's files, and step and run too; a column left out is not compared"
        )
    several = int((sizes > 1).sum())
    alike = f"; {several} match several rows that are alike, and count for each" if several else ""
    missed = f"; {len(lost)} match none (rows {shown})" if len(lost) else ""
    matched = len(labels) - len(lost)
    notes.lines.append(f"{labels.name}: {matched} of {len(labels)} labels match{alike}{missed}.")


def _tell_joined(
    before: Float[np.ndarray, " rows"],
    place: Int[np.ndarray, " labels"],
    value: Float[np.ndarray, " labels"],
    mean: Float[np.ndarray, " rows"],
    notes: Notes,
) -> None:
    """Note rows whose labels differ, and gold of the files' own that gave way."""
    split = len(np.unique(place[~np.isclose(value, mean[place])]))
    if split:
        notes.lines.append(
            f"gold: {split} rows have several labels that differ: their mean is used."
        )
    if gave_way := int(np.isfinite(before).sum()):
        notes.lines.append(
            f"gold: the files' own gold of {gave_way} rows was not used: the labels are."
        )
