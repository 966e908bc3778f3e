"""The statistics of kl-penalty: each is read from every run's own curves, then averaged over runs.

All take `Lines` and the curves (as measured, or one resampling per leading axis).
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from looksgood.measures.form_choice import aic_lead_of_rl, held_out_lead_of_rl
from looksgood.measures.matched import at_first_reach, highest_common, root_kl
from looksgood.studies.run_lines import Curves, Line, Lines


def final_kls(lines: Lines, curves: Curves, runs: Sequence[Line]) -> np.ndarray:
    """Return the mean KL at the end of each of `runs`: (..., runs), nats."""
    return np.stack([lines.of(curves, "kl", run)[..., -1].mean(-1) for run in runs], -1)


def at_matched_kl(
    lines: Lines, curves: Curves, column: str, strong: Line, weak: Line
) -> np.ndarray:
    """Return a score at the end of a run under the stronger penalty less that of the weaker one.

    The weaker penalty's run is read where its KL first reaches that end's, linearly in √KL.
    """
    end = root_kl(lines.of(curves, "kl", strong)[..., -1])
    path = root_kl(lines.of(curves, "kl", weak))
    other = at_first_reach(path, lines.of(curves, column, weak), end)
    return np.asarray((lines.of(curves, column, strong)[..., -1] - other).mean(-1))


def largest_gold_difference(lines: Lines, curves: Curves, runs: Sequence[Line]) -> np.ndarray:
    """Return the largest |gold difference at matched KL| of any two of `runs`, strongest first."""
    pairs = combinations(runs, 2)
    found = [np.abs(at_matched_kl(lines, curves, "gold", *pair)) for pair in pairs]
    return np.asarray(np.stack(found).max(0))


def least_proxy_lead(lines: Lines, curves: Curves, runs: Sequence[Line]) -> np.ndarray:
    """Return the smallest lead in proxy, at matched KL, of a penalised run over the last one."""
    *penalised, free = runs
    leads = [at_matched_kl(lines, curves, "proxy", run, free) for run in penalised]
    return np.asarray(np.stack(leads).min(0))


def rl_form_lead(lines: Lines, curves: Curves, run: Line) -> np.ndarray:
    """Return ΔAIC of the two forms over all runs of a line: positive where log bends better."""
    return np.asarray(aic_lead_of_rl(*_without_base(lines, curves, run)).sum(-1))


def rl_form_held_out_lead(lines: Lines, curves: Curves, run: Line) -> np.ndarray:
    """Return how much smaller the log form's held-out error is, base sd."""
    return np.asarray(held_out_lead_of_rl(*_without_base(lines, curves, run)).mean(-1))


def at_equal_proxy(
    lines: Lines, curves: Curves, column: str, one: Line, share: float
) -> np.ndarray:
    """Return a column of a line, by run, where its proxy is `share` of what both lines reach.

    Both: a run of PPO and best-of-n of the same r̂. Shape (..., seeds).
    """
    arm = one[0]
    both = [
        lines.of(curves, "proxy", line)
        for line in lines.places
        if line[0] == arm and line[1] in ("ppo", "best_of_n")
    ]
    level = share * highest_common(both)
    return at_first_reach(lines.of(curves, "proxy", one), lines.of(curves, column, one), level)


def share_on_target(lines: Lines, curves: Curves, run: Line, target: float) -> np.ndarray:
    """Return the share of checkpoints in the second half whose KL is within 20 % of the target."""
    steps = lines.steps[run]
    kl = lines.of(curves, "kl", run)[..., steps > steps.max() / 2]
    return np.asarray((np.abs(kl / target - 1) <= 0.2).mean((-2, -1)))


def kl_efficiency(
    lines: Lines, curves: Curves, one: Line, frontier: Line, point: int = -1
) -> np.ndarray:
    """Return the least KL at which the frontier has a point's proxy, over the KL it spent.

    1 on the frontier. NaN where the frontier is not known so far up.
    """
    proxy, kl = (lines.of(curves, name, one)[..., point] for name in ("proxy", "kl"))
    path = root_kl(lines.of(curves, "kl", frontier))
    least = at_first_reach(lines.of(curves, "proxy", frontier), path, proxy) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((least / kl).mean(-1))


def within_frontier(lines: Lines, one: Line, frontier: Line, point: int = -1) -> bool:
    """Say whether the frontier is known for a point's proxy, also in 99 % of resamplings."""
    undefined = [
        np.isnan(kl_efficiency(lines, curves, one, frontier, point)).mean()
        for curves in (lines.columns.mean, lines.columns.draws)
    ]
    return bool(max(undefined) <= 0.01)


def point_of_n(lines: Lines, best: Line, n: int) -> int:
    """Return which point of best-of-n is that of n or the next larger one; else the last."""
    return next((i for i, of in enumerate(lines.ns[best]) if of is not None and of >= n), -1)


def _without_base(lines: Lines, curves: Curves, run: Line) -> tuple[np.ndarray, np.ndarray]:
    """Return √KL and gold after the base, where neither form says anything."""
    kl, gold = (lines.of(curves, name, run)[..., 1:] for name in ("kl", "gold"))
    return root_kl(kl), gold
