"""Claims of kl-penalty about optimizers beside each other: PPO, its controller, the frontier."""

from typing import Any

import numpy as np

from looksgood.core.errors import TooFew
from looksgood.measures.turning import fall_share
from looksgood.studies.asked import Asked
from looksgood.studies.findings import Claim, Finding
from looksgood.studies.laws import penalty_statistics as of
from looksgood.studies.laws.penalty_settings import FIRST_PENALTY, PPO_PENALTY, TARGET_KL
from looksgood.studies.run_lines import Curves, Line, Lines

CONTROL_N = 2
"""The n of best-of-n that shows that the frontier can be come near to."""


def of_equal_proxy(lines: Any, share: float) -> list[Asked]:
    """PPO beside best-of-n where both have `share` of the highest proxy that both reach."""
    ppo, best = ("ppo", "ppo", PPO_PENALTY), ("ppo", "best_of_n", None)
    what = "the highest proxy that both reach" if share == 1 else f"{share:g} of that"
    end = "" if share == 1 else "-early"

    def gold(curves: Curves) -> np.ndarray:
        pair = [of.at_equal_proxy(lines, curves, "gold", line, share) for line in (ppo, best)]
        return np.asarray((pair[0] - pair[1]).mean(-1))

    def kl(curves: Curves) -> np.ndarray:
        pair = [
            of.at_equal_proxy(lines, curves, "kl", line, share).mean(-1) for line in (ppo, best)
        ]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(pair[0] / pair[1])

    return [
        Asked(
            Claim(
                f"equal-proxy{end}",
                f"At {what}, PPO and best-of-n are equally good.",
                gold,
                "gold of PPO less that of best-of-n within ±0.15 base sd, by the interval: an "
                "equivalence test",
                at_least=-0.15,
                below=0.15,
            ),
            [ppo, best],
        ),
        Asked(
            Claim(
                f"ppo-goes-further{end}",
                f"At {what}, PPO is much further from the base than best-of-n.",
                kl,
                "KL of PPO / KL of best-of-n ≥ 2, by the interval",
                at_least=2,
            ),
            [ppo, best],
        ),
    ]


def of_controller(lines: Any) -> Asked:
    """Ziegler et al.'s controller: does it hold its target?"""
    adaptive = ("adaptive", "ppo", FIRST_PENALTY)
    return Asked(
        Claim(
            "controller-holds",
            f"A penalty that adapts keeps KL at its target of {TARGET_KL:g} nats.",
            lambda c: of.share_on_target(lines, c, adaptive, TARGET_KL),
            "share of checkpoints in the second half with KL within 20 % of the target ≥ 0.8, by "
            "the interval",
            at_least=0.8,
        ),
        [adaptive],
    )


def of_frontier(lines: Any, runs: list[Line]) -> list[Asked]:
    """How far from the KL-optimal frontier training and selection are."""
    frontier, best = ("ordinary", "frontier", None), ("ordinary", "best_of_n", None)

    def told(lines: Lines) -> list[Line]:
        return [run for run in runs if of.within_frontier(lines, run, frontier)]

    def most(curves: Curves) -> np.ndarray:
        found = [of.kl_efficiency(lines, curves, run, frontier) for run in told(lines)]
        if not found:
            raise TooFew("base samples do not tell the optimum at any penalty's proxy: raise pool")
        return np.asarray(np.stack(found).max(0))

    def selected(curves: Curves) -> np.ndarray:
        point = of.point_of_n(lines, best, CONTROL_N)
        if not of.within_frontier(lines, best, frontier, point):
            raise TooFew(f"base samples do not tell the optimum at best of {CONTROL_N}: raise pool")
        return of.kl_efficiency(lines, curves, best, frontier, point)

    def refused(_: Finding, lines: Lines) -> str:
        untold = [f"{run[2]:g}" for run in runs if run not in told(lines)]
        if not untold:
            return "said of every penalty"
        return (
            f"not said of penalty {', '.join(untold)}: base samples do not tell the optimum there"
        )

    return [
        Asked(
            Claim(
                "off-frontier",
                "Training spends more than twice the least KL that buys its proxy.",
                most,
                "largest (least KL at the proxy reached / KL spent) of a penalty < 0.5, by the "
                "interval",
                below=0.5,
            ),
            [*runs, frontier],
            refused,
        ),
        Asked(
            Claim(
                "selection-near-frontier",
                f"Best of {CONTROL_N} spends less than twice the least KL that buys its proxy.",
                selected,
                "least KL at the proxy reached / KL spent ≥ 0.5, by the interval",
                at_least=0.5,
                controls="the control of off-frontier; 0.82 for Gaussian rewards",
            ),
            [best, frontier],
        ),
    ]


def of_control_arms(lines: Any, kind: str) -> list[Asked]:
    """Gold optimised directly must hold; a reward model that knows nothing must teach nothing."""
    gold, random = ("gold", kind, 0.0), ("random", kind, 0.0)
    return [
        Asked(
            Claim(
                "gold-arm-holds",
                "Optimised directly, gold does not fall.",
                lambda c: fall_share(lines.of(c, "gold", gold).mean(-2)),
                "share of gold's best gain that is lost at the end < 0.2, by the interval",
                below=0.2,
            ),
            [gold],
        ),
        Asked(
            Claim(
                "random-teaches-nothing",
                "Against a random reward model gold does not improve.",
                lambda c: lines.of(c, "gold", random)[..., 1:].mean(-2).max(-1),
                "best gold along training < 0.3 base sd, by the interval",
                below=0.3,
            ),
            [random],
        ),
    ]
