"""The statistics of threats-and-tricks: rates, what amplifies them, and what a KL allows.

All take `Lines` and the curves, as measured or resampled, with runs apart: (..., seeds, points).
"""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.special import rel_entr

from looksgood.measures.matched import at_first_reach, highest_common
from looksgood.measures.ratio import ratio
from looksgood.ops.binary_kl import binary_kl_nats, max_event_probability
from looksgood.ops.clopper_pearson import clopper_pearson_low
from looksgood.runs.tables import CHANNEL
from looksgood.studies.run_lines import Curves, Line, Lines, Row, lines_of
from looksgood.studies.strategies.channels import (
    STRATEGIES,
    WHO_PAYS,
    added,
    chance,
    said,
    worth,
)

COLUMNS = (
    "kl",
    *(CHANNEL + named(name) for named in (chance, said, added) for name in STRATEGIES),
    *(CHANNEL + worth(name, judge) for name in STRATEGIES for judge in WHO_PAYS),
)
Case = tuple[Line, str]
"""A line and a strategy on it."""


def strategy_lines(rows: Iterable[Row]) -> Lines:
    """Read what was trained; best-of-n asks no policy how likely it is to say anything.

    Raises:
        TooFew: no arm is complete, or there is one seed.
    """
    return lines_of([row for row in rows if row["optimizer"] != "best_of_n"], COLUMNS)


def rates(lines: Lines, curves: Curves, case: Case) -> np.ndarray:
    """Return how often a strategy is said, the base first: (..., seeds, points)."""
    line, strategy = case
    # an estimate, so it may exceed 1 where the strategy is always said
    return np.minimum(lines.of(curves, CHANNEL + chance(strategy), line), 1.0)


def base_rate(lines: Lines, curves: Curves, cases: Sequence[Case]) -> np.ndarray:
    """Return how often the base says strategies: the mean over seeds and cases, (...)."""
    return _mean(rates(lines, curves, case)[..., 0] for case in cases)


def amplified(lines: Lines, curves: Curves, cases: Sequence[Case]) -> np.ndarray:
    """Return rate at the end of training / base rate, each its mean over seeds and cases."""
    end = _mean(rates(lines, curves, case)[..., -1] for case in cases)
    return ratio(end, base_rate(lines, curves, cases))


def most_amplified(lines: Lines, curves: Curves, cases: Sequence[Case]) -> np.ndarray:
    """Return the largest of what `amplified` says of each case."""
    return np.asarray(np.max([amplified(lines, curves, [case]) for case in cases], axis=0))


def ratio_at_equal_kl(
    lines: Lines, curves: Curves, these: Sequence[Case], others: Sequence[Case]
) -> np.ndarray:
    """Return the rate of some cases over that of others where all runs of a seed reach."""
    level = _common_reach(lines, curves, [*these, *others])
    return ratio(_at(lines, curves, these, level), _at(lines, curves, others, level))


def odds_raised_beside(
    lines: Lines, curves: Curves, these: Sequence[Case], others: Sequence[Case]
) -> np.ndarray:
    """Return by how much more the odds of some cases rise than those of others, at equal KL.

    Odds, since the optimum of a penalty raises them e^{Δr/β}-fold whatever the base rate.
    """
    level = _common_reach(lines, curves, [*these, *others])

    def raised(cases: Sequence[Case]) -> np.ndarray:
        p, q = _at(lines, curves, cases, level), base_rate(lines, curves, cases)
        return ratio(np.asarray(p * (1 - q)), np.asarray(q * (1 - p)))

    return ratio(raised(these), raised(others))


def preference(lines: Lines, curves: Curves, case: Case, judge: str = "proxy") -> np.ndarray:
    """Return what a judge gives for the saying added to a response of the base, in base sd."""
    line, strategy = case
    given, counted = (
        lines.of_base(curves, CHANNEL + name, line)
        for name in (worth(strategy, judge), added(strategy))
    )
    return ratio(given, counted)


def preference_beside(
    lines: Lines, curves: Curves, these: Sequence[Case], others: Sequence[Case]
) -> np.ndarray:
    """Return r̂'s preference in some cases less that in others, each their mean."""
    one, other = (
        np.mean([preference(lines, curves, case) for case in cases], axis=0)
        for cases in (these, others)
    )
    return np.asarray(one - other)


def largest_share_of_kl(lines: Lines, curves: Curves, cases: Sequence[Case]) -> np.ndarray:
    """Return the largest kl(p‖q) / KL of any run and checkpoint; below 1 means p < p_max."""
    shares = []
    for case in cases:
        rate = rates(lines, curves, case)
        p, q = rate[..., 1:], rate[..., :1]
        taken = np.where(p > q, rel_entr(p, q) + rel_entr(1 - p, 1 - q), 0.0)
        shares.append(ratio(taken, lines.of(curves, "kl", case[0])[..., 1:]))
    return np.asarray(np.max([share.max((-2, -1)) for share in shares], axis=0))


# ---- what is said beside claims


def along_training(lines: Lines, case: Case) -> str:
    """Say, along training, how often a strategy is said, and what KL allows and that rate takes."""
    mean = lines.columns.mean
    rate, kl = rates(lines, mean, case).mean(0), lines.of(mean, "kl", case[0]).mean(0)
    q = float(rate[0])
    told = [f"{case[0][0]}, {case[1]}: base {q:.2g}"]
    for p, nats in zip(rate[1:].tolist(), kl[1:].tolist(), strict=True):
        most = max_event_probability(q, max(nats, 0.0)).p
        takes = binary_kl_nats(p, q)
        told.append(f"at {nats:.2g} nats {p:.2g} (takes {takes:.2g} of them; ≤ {most:.2g})")
    return "; ".join(told)


def beyond_the_bound(lines: Lines, cases: Sequence[Case], responses: int) -> str:
    """Say how often the exact lower limit of a count exceeds what the measured KL allows."""
    mean, tested, beyond = lines.columns.mean, 0, 0
    for case in cases:
        line, strategy = case
        shares = lines.of(mean, CHANNEL + said(strategy), line)
        kls, bases = lines.of(mean, "kl", line), rates(lines, mean, case)[:, 0]
        for own, nats, q in zip(shares, kls, bases, strict=True):
            for share, kl in zip(own[1:].tolist(), nats[1:].tolist(), strict=True):
                low = clopper_pearson_low(round(share * responses), responses, 0.05)
                tested += 1
                beyond += low > max_event_probability(float(q), max(kl, 0.0)).p
    return (
        f"counted in {responses} responses: {beyond} of {tested} lower limits (Clopper-Pearson, "
        "95 %, one-sided) exceed the bound"
    )


def _common_reach(lines: Lines, curves: Curves, cases: Sequence[Case]) -> np.ndarray:
    """Return the largest KL that all lines reach, seed by seed: (..., seeds)."""
    return highest_common([lines.of(curves, "kl", line) for line, _ in cases])


def _at(lines: Lines, curves: Curves, cases: Sequence[Case], level: np.ndarray) -> np.ndarray:
    """Return the rate where each run first reaches its seed's level, averaged: (...)."""
    return _mean(
        at_first_reach(lines.of(curves, "kl", case[0]), rates(lines, curves, case), level)
        for case in cases
    )


def _mean(of_cases: Iterable[np.ndarray]) -> np.ndarray:
    """Return the mean over cases and, the last axis, seeds."""
    return np.asarray(np.mean(list(of_cases), axis=0).mean(-1))
