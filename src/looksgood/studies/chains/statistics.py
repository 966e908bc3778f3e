"""What claims read of chains: each arm's line, the base first, then turn after turn.

Lines have the shape (..., seeds, points); what is returned here is averaged over seeds.
"""

import numpy as np

from looksgood.studies.chains.settings import ChainSpec
from looksgood.studies.run_lines import Curves, Line, Lines

FIRST, LAST = 1, -1
"""Places on a line: the first policy, and the last. The base lies at 0."""


def line_of(arm: str, spec: ChainSpec) -> Line:
    """Return the line of an arm's policies."""
    return arm, spec.optimizer.kind, spec.beta


def mean(lines: Lines, curves: Curves, column: str, line: Line) -> np.ndarray:
    """Return a line's column, averaged over seeds: (..., points)."""
    return np.asarray(lines.of(curves, column, line).mean(-2))


def at(lines: Lines, curves: Curves, column: str, line: Line, turn: int) -> np.ndarray:
    """Return a line's column after a turn, averaged over seeds: (...)."""
    return np.asarray(mean(lines, curves, column, line)[..., turn])


def late(lines: Lines, curves: Curves, column: str, line: Line) -> np.ndarray:
    """Return a line's column, averaged over seeds and the later half of the turns: (...).

    With an odd number of turns the one in the middle belongs to it. One policy alone would owe as
    much to luck in training as to what it was taught.
    """
    course = mean(lines, curves, column, line)
    turns = course.shape[-1] - 1
    return np.asarray(course[..., 1 + turns // 2 :].mean(-1))


def growth(lines: Lines, curves: Curves, column: str, line: Line) -> np.ndarray:
    """Return how much higher a column is in the later half than after the first turn: (...)."""
    first = at(lines, curves, column, line, FIRST)
    return np.asarray(late(lines, curves, column, line) - first)


def gap_growth(lines: Lines, curves: Curves, over: str, under: str, line: Line) -> np.ndarray:
    """Return by how much the gap between two scores grew, as `growth` does: (...)."""
    return np.asarray(growth(lines, curves, over, line) - growth(lines, curves, under, line))
