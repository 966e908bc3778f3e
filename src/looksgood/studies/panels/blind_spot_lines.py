"""What the claims of blind-spots are read from: lines of one blind spot's arm and the controls'.

A blind spot concerns some prompts only: nobody is misled about a choice by a popular falsehood.
What it does is read *where it matters*, on the held-out prompts at which its rater misjudges some
of the base's own responses; an audit, which cannot know where that is, on all.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from looksgood.core.errors import TooFew
from looksgood.measures.matched import at_first_reach, highest_common
from looksgood.measures.noticing import difference_sd
from looksgood.measures.ratio import ratio
from looksgood.measures.resample import Tables
from looksgood.runs.tables import CHANNEL
from looksgood.studies.panels.approvals import (
    BOTH_WRONG,
    approved_after,
    approved_before,
    both_wrong,
)
from looksgood.studies.panels.channels import GOOD, approved_by, misjudged_by, wrongly_approved_by
from looksgood.studies.panels.settings import PanelSpec
from looksgood.studies.panels.spots import EXPERT, GOLD, OFF, TRUTH, Spot
from looksgood.studies.run_lines import Curves, Line, Lines, Row, lines_of

if TYPE_CHECKING:
    import pyarrow as pa

MISJUDGED_SHARE = 0.03
"""A blind spot matters at a prompt where at least this share of the base's pool is misjudged."""
PROMPTS_OF_A_RATER = 8
"""One simulated rater is asked about this many held-out prompts, as they come."""
AUDITORS = (EXPERT, TRUTH)
TRAIT, GOOD_HERE, APPROVED, BY_EXPERT = "trait", "good", "approved", "approved by experts"
"""Read where the blind spot matters, as is false approval."""
HERE = f"on prompts where the blind spot matters, at the proxy gain that arm {OFF} reaches, too"
"""How a criterion says so, and how far trained."""
JUDGED, WORSE = "raters who saw what both get wrong", "raters who got worse"
_POOL, _MATTERS = "pool", "share of prompts where it matters"
_WHO = ("arm", "seed", "optimizer", "beta", "n", "step", "proxy", "gold")


def way(arm: str, spec: PanelSpec) -> Line:
    """Return the line of an arm's training, under the weakest penalty of the run."""
    return arm, spec.optimizer.kind, spec.penalties[-1]


# ---- reading


def spot_lines(table: "pa.Table | None", spot: Spot, others: Sequence[str] = (OFF, GOLD)) -> Lines:
    """Read the lines of a blind spot's arm and of `others` from per-prompt rows.

    Raises:
        TooFew: the arm was not run, no arm is complete, there is one seed, or no pool.
    """

    def derive(tables: Tables, base: NDArray[np.int64]) -> Tables:
        return _of_spot(tables, base, spot)

    return lines_of(*_rows(table, spot, others), derive)


def rater_lines(table: "pa.Table | None", spot: Spot, others: Sequence[str] = (OFF, GOLD)) -> Lines:
    """Read the same with simulated raters in place of prompts: they are what is resampled.

    Raises:
        TooFew: as `spot_lines`, or there are fewer prompts than one rater is asked about.
    """

    def derive(tables: Tables, base: NDArray[np.int64]) -> Tables:
        every = {**tables, **_of_spot(tables, base, spot)}
        seen = {name: _by_rater(values) for name, values in every.items()}
        rise = seen[approved_after(spot.name)] - seen[approved_before(spot.name)]
        judged = seen[BOTH_WRONG] > 0
        return {**seen, JUDGED: judged.astype(float), WORSE: (judged & (rise > 0)).astype(float)}

    return lines_of(*_rows(table, spot, others), derive)


def plain_lines(table: "pa.Table | None", arms: Sequence[str]) -> Lines:
    """Read the lines of some arms: KL, proxy and gold.

    Raises:
        TooFew: no arm is complete, or there is one seed.
    """
    if table is None:
        raise TooFew("no cell is complete")
    rows = [row for row in table.select([*_WHO, "kl"]).to_pylist() if row["arm"] in arms]
    if not rows:
        raise TooFew(f"no complete cells of arm {', '.join(arms)}")
    return lines_of(rows)


def _rows(
    table: "pa.Table | None", spot: Spot, others: Sequence[str]
) -> tuple[list[Row], list[str]]:
    """Return the rows of the arms with what a blind spot's statistics need, and its columns."""
    if table is None:
        raise TooFew("no cell is complete")
    of = (approved_by, wrongly_approved_by, misjudged_by)
    told = [f(spot.name) for f in of] + [approved_by(name) for name in AUDITORS]
    channels = [CHANNEL + name for name in (GOOD, *told)]
    # a trait that a world does not know is 0 there
    traits = {CHANNEL + name: weight for name, weight in spot.traits.items()}
    traits = {name: weight for name, weight in traits.items() if name in table.column_names}
    absent = next((name for name in channels if name not in table.column_names), None)
    if absent:
        raise TooFew(f"nobody of this run's panel told {absent.removeprefix(CHANNEL)}")
    rows = [
        {
            **row,
            _POOL: float(row["optimizer"] == "best_of_n" and row["n"] == 1),
            TRAIT: float(sum(weight * (row[name] or 0.0) for name, weight in traits.items())),
        }
        for row in table.select([*_WHO, *channels, *traits]).to_pylist()
        if row["arm"] in (spot.name, *others)
    ]
    if not any(row["arm"] == spot.name for row in rows):
        raise TooFew(f"no complete cells of arm {spot.name}")
    return rows, ["proxy", "gold", *channels, _POOL, TRAIT]


def _of_spot(tables: Tables, base: NDArray[np.int64], spot: Spot) -> Tables:
    """Return, by prompt, what is read where the blind spot matters, and auditors' pairs."""
    pool = tables[_POOL]
    if not pool.any():
        raise TooFew("there is no pool of the base: best_of lacks 1")
    misjudged = (tables[CHANNEL + misjudged_by(spot.name)] * pool).sum(1) / pool.sum(1)
    matters = np.zeros(pool.shape) + (misjudged >= MISJUDGED_SHARE)[:, None]
    read = {
        **both_wrong(tables, base, [spot.name]),
        TRAIT: tables[TRAIT],
        GOOD_HERE: tables[CHANNEL + GOOD],
        APPROVED: tables[CHANNEL + approved_by(spot.name)],
        BY_EXPERT: tables[CHANNEL + approved_by(EXPERT)],
    }
    verdicts = {name: tables[CHANNEL + approved_by(name)] for name in AUDITORS}
    return {
        _MATTERS: matters,
        **{name: matters * values for name, values in read.items()},
        **{_both(name): taken * taken[:, base] for name, taken in verdicts.items()},
    }


def _by_rater(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average the last axis over each simulated rater's prompts; what is left over is left out."""
    raters = values.shape[-1] // PROMPTS_OF_A_RATER
    if not raters:
        raise TooFew(
            f"{values.shape[-1]} held-out prompts: one simulated rater is asked about "
            f"{PROMPTS_OF_A_RATER}"
        )
    kept = values[..., : raters * PROMPTS_OF_A_RATER]
    return kept.reshape(*values.shape[:-1], raters, PROMPTS_OF_A_RATER).mean(-1)


def _both(auditor: str) -> str:
    return f"{auditor} approves of both"


# ---- statistics: (...) from curves (..., seeds, points), read in each run, averaged over runs


def matched(lines: Lines, curves: Curves, column: str, line: Line, *others: Line) -> np.ndarray:
    """Return a line's column where its proxy has gained what it and all `others` gain at most."""
    gains = [_proxy_gain(lines, curves, one) for one in (line, *others)]
    read = at_first_reach(gains[0], lines.of(curves, column, line), highest_common(gains))
    return np.asarray(read.mean(-1))


def gain(lines: Lines, curves: Curves, column: str, line: Line, *others: Line) -> np.ndarray:
    """Return how much a column rose from the base to the matched level, over all prompts."""
    later = matched(lines, curves, column, line, *others)
    return np.asarray(later - lines.of_base(curves, column, line))


def start_here(lines: Lines, curves: Curves, column: str, line: Line) -> np.ndarray:
    """Return the mean, where the blind spot matters, at the base."""
    here = lines.of_base(curves, _MATTERS, line)
    return ratio(lines.of_base(curves, column, line), here)


def level_here(lines: Lines, curves: Curves, column: str, line: Line, *others: Line) -> np.ndarray:
    """Return the mean, where the blind spot matters, at the matched level."""
    here = lines.of_base(curves, _MATTERS, line)
    return ratio(matched(lines, curves, column, line, *others), here)


def gain_here(lines: Lines, curves: Curves, column: str, line: Line, *others: Line) -> np.ndarray:
    """Return the same rise where the blind spot matters."""
    later = level_here(lines, curves, column, line, *others)
    return np.asarray(later - start_here(lines, curves, column, line))


def false_approvals(
    lines: Lines, curves: Curves, spot: Spot, line: Line, *others: Line
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rates at which wrong responses are approved of: the base's, and later ones'.

    Over all pairs of one of each, to a prompt where the blind spot matters, with neither good.
    """
    before, after, pairs = (
        matched(lines, curves, column, line, *others)
        for column in (approved_before(spot.name), approved_after(spot.name), BOTH_WRONG)
    )
    return ratio(before, pairs), ratio(after, pairs)


def false_approval_gain(
    lines: Lines, curves: Curves, spot: Spot, line: Line, *others: Line
) -> np.ndarray:
    """Return how much that rate rose."""
    before, after = false_approvals(lines, curves, spot, line, *others)
    return np.asarray(after - before)


def share_of_raters_worse(lines: Lines, curves: Curves, line: Line, *others: Line) -> np.ndarray:
    """Return the share of simulated raters (`rater_lines`) whose own rate rose."""
    worse, judged = (matched(lines, curves, name, line, *others) for name in (WORSE, JUDGED))
    return ratio(worse, judged)


def missing(
    lines: Lines, curves: Curves, spot: Spot, auditor: str, line: Line, *others: Line
) -> np.ndarray:
    """Return the gain in approval that the rater claims less that which an auditor finds."""
    claimed, found = (
        gain(lines, curves, CHANNEL + approved_by(name), line, *others)
        for name in (spot.name, auditor)
    )
    return np.asarray(claimed - found)


def verdict_sd(lines: Lines, curves: Curves, auditor: str, line: Line, *others: Line) -> np.ndarray:
    """Return the sd of the differences between an auditor's verdicts on a pair."""
    verdict = CHANNEL + approved_by(auditor)
    before = lines.of_base(curves, verdict, line)
    after, both = (
        matched(lines, curves, column, line, *others) for column in (verdict, _both(auditor))
    )
    return difference_sd(before, after, both)


def _proxy_gain(lines: Lines, curves: Curves, line: Line) -> np.ndarray:
    proxy = lines.of(curves, "proxy", line)
    return np.asarray(proxy - proxy[..., :1])


def percent(share: float | np.ndarray) -> str:
    """Write a share."""
    return "unknown" if np.isnan(share) else f"{100 * float(share):.0f} %"


def amount(value: float | np.ndarray) -> str:
    """Write a mean per response."""
    return "unknown" if np.isnan(value) else f"{float(value):.2f}"
