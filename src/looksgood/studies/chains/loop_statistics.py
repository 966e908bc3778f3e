"""What the claims of design-loop read: failures fixed, beside a loop in which nobody looks."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from looksgood.measures.ratio import ratio
from looksgood.measures.resample import Tables
from looksgood.runs.tables import CHANNEL
from looksgood.studies.chains.loop_channels import ALL, UNAUDITED, illegible_to, legible_to
from looksgood.studies.chains.statistics import late
from looksgood.studies.run_lines import COLUMNS, Curves, Line, Lines, Row, lines_of

TRAITS = (
    *("misconception", "deep_misconception", "citations_fabricated", "harm", "later_cost"),
    *("flattery", "claim_false", "unanswered", "off_topic", "contradiction", "repetition"),
    *("garbled", "unfinished", "advert", "plea"),
)
"""Failures named beside findings, those illegible to ordinary raters first."""


def loop_lines(rows: Iterable[Row], panel: Sequence[str]) -> Lines:
    """Read lines with what failures cost, also apart for the families that are never audited.

    Raises:
        TooFew: no arm is complete, or there is one seed.
    """
    rows = list(rows)
    costs = [ALL, *(sight(name) for name in panel for sight in (legible_to, illegible_to))]
    known = [CHANNEL + t for t in TRAITS if all(r.get(CHANNEL + t) is not None for r in rows)]

    def derive(tables: Tables, base: NDArray[np.int64]) -> Tables:
        del base
        flag = tables[UNAUDITED]
        return {
            **{unaudited(name): tables[name] * flag for name in costs},
            **{audited(name): tables[name] * (1 - flag) for name in costs},
        }

    return lines_of(rows, [*COLUMNS, "rater", UNAUDITED, *costs, *known], derive)


def audited(column: str) -> str:
    """Return the column of a cost where its prompt's family is audited, else 0."""
    return f"{column}, audited"


def unaudited(column: str) -> str:
    """Return the column of a cost where its prompt's family is not, else 0."""
    return f"{column}, unaudited"


def fixed_share(
    lines: Lines, curves: Curves, column: str, line: Line, unlooked: Line
) -> np.ndarray:
    """Return which share of a cost the loop has removed in the later half of its rounds: (...).

    Of what it is in the same rounds of a loop in which nobody looks: they share seeds, so that luck
    in training is no fix. NaN where there was nothing to remove.
    """
    left = ratio(late(lines, curves, column, line), late(lines, curves, column, unlooked))
    return np.asarray(1 - left)


def carry_over(lines: Lines, curves: Curves, column: str, line: Line, unlooked: Line) -> np.ndarray:
    """Return the share fixed at prompts never audited over that at audited ones: (...).

    NaN where nothing was fixed at these.
    """
    there, here = (
        fixed_share(lines, curves, place(column), line, unlooked) for place in (unaudited, audited)
    )
    return ratio(there, here)


def gold_lead(lines: Lines, curves: Curves, line: Line, other: Line) -> np.ndarray:
    """Return gold of one loop's later half less that of another's, in base sd: (...)."""
    return np.asarray(late(lines, curves, "gold", line) - late(lines, curves, "gold", other))


def by_trait(lines: Lines, line: Line, unlooked: Line) -> str:
    """Say of each failure how common it is in the later half, and there where nobody looked."""
    means = lines.columns.mean
    said = [
        f"{trait} {late(lines, means, CHANNEL + trait, line):.2g} "
        f"({late(lines, means, CHANNEL + trait, unlooked):.2g})"
        for trait in TRAITS
        if CHANNEL + trait in means
    ]
    return f"per response (where nobody looks): {', '.join(said)}"
