"""The claims of policy-size, written before the run, and the lines they are held against."""

from typing import Any

import numpy as np
from scipy.special import xlogy

from looksgood.measures.extrapolation import fit_bent_line
from looksgood.measures.matched import at_first_reach, highest_common, root_kl
from looksgood.measures.ratio import ratio
from looksgood.measures.turning import fall_share
from looksgood.studies.asked import Asked, ClaimsOfRows
from looksgood.studies.catalogue.policy_size import LARGEST, SIZES
from looksgood.studies.findings import POSITIVE, Claim
from looksgood.studies.run_lines import Curves, Line, Lines, lines_of
from looksgood.studies.settings import SweepSpec

SMALLEST = SIZES[0]
HOW = {"training": "trained", "selection": "selected"}


def claims(lines: Any, spec: SweepSpec) -> list[Asked]:
    """Return the claims; their statistics read `lines`, a `Lines` (None if there is none)."""
    trained: Line = (SMALLEST, spec.optimizer.kind, 0.0)
    selected: Line = (SMALLEST, "best_of_n", None)
    return [
        *_of_both(lines, trained, "training"),
        *_of_both(lines, selected, "selection"),
        _starts_higher(lines, _of(LARGEST, trained), trained),
        *_controls(lines, spec.optimizer.kind),
    ]


def mean(lines: Lines, curves: Curves, column: str, line: Line) -> np.ndarray:
    """Return a line's column, averaged over seeds: (..., points)."""
    return lines.of(curves, column, line).mean(-2)


def gain(lines: Lines, curves: Curves, column: str, line: Line) -> np.ndarray:
    """Return how far a score lies above the line's own first point, its base: (..., points)."""
    score = mean(lines, curves, column, line)
    return np.asarray(score - score[..., :1])


def peak_kl(lines: Lines, curves: Curves, line: Line) -> np.ndarray:
    """Return the KL at which Gao's form, fitted to gold's gain, is highest: (...), nats.

    d (α − β d) for best-of-n, (α/2β)²; d (α − β log d) for training, e^(2(α/β − 1)). NaN where the
    form does not bend down within the data: a peak beyond them is not extrapolated.
    """
    kl = mean(lines, curves, "kl", line)
    d, gold = root_kl(kl)[..., 1:], gain(lines, curves, "gold", line)[..., 1:]
    selected = line[1] == "best_of_n"
    alpha, beta = fit_bent_line(d, d**2 if selected else xlogy(d, d), gold)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        at = (alpha / (2 * beta)) ** 2 if selected else np.exp(2 * (alpha / beta - 1))
    return np.where((beta > 0) & (alpha > 0) & (at < kl.max(-1)), at, np.nan)


def gap_at_equal_kl(lines: Lines, curves: Curves, line: Line, other: Line) -> np.ndarray:
    """Return proxy's gain less gold's at the largest KL that both lines reach: (...), base sd."""
    depths = [root_kl(mean(lines, curves, "kl", one)) for one in (line, other)]
    gap = gain(lines, curves, "proxy", line) - gain(lines, curves, "gold", line)
    return at_first_reach(depths[0], gap, highest_common(depths))


def _of(arm: str, line: Line) -> Line:
    return (arm, *line[1:])


def _of_both(lines: Any, small: Line, how: str) -> list[Asked]:
    """What is asked of training and of selection alike: the largest policy beside the smallest."""
    large, which = _of(LARGEST, small), HOW[how]

    def best_gain(curves: Curves, line: Line) -> np.ndarray:
        return np.asarray(gain(lines, curves, "gold", line).max(-1))

    return [
        Asked(
            Claim(
                f"peak-kl-alike-{how}",
                f"Gold of a larger policy, {which} by the same r̂, peaks at about the same KL.",
                lambda c: ratio(peak_kl(lines, c, large), peak_kl(lines, c, small)),
                "KL of the peak of Gao's form, largest policy / smallest: the whole interval from "
                "0.5 to 2",
                at_least=0.5,
                below=2.0,
                controls="gold-arm-holds: optimised directly, neither has a peak",
            ),
            [large, small],
        ),
        Asked(
            Claim(
                f"gap-alike-{how}",
                f"At equal KL the gap between r̂ and the truth is about the same, {which}.",
                lambda c: ratio(
                    gap_at_equal_kl(lines, c, large, small), gap_at_equal_kl(lines, c, small, large)
                ),
                "(proxy's gain − gold's gain) at the largest KL that both reach, largest policy / "
                "smallest: the whole interval from 0.8 to 1.2",
                at_least=0.8,
                below=1.2,
            ),
            [large, small],
        ),
        Asked(
            Claim(
                f"larger-gains-less-{how}",
                f"A larger policy, {which} by the same r̂, gains less gold over its own base.",
                lambda c: best_gain(c, small) - best_gain(c, large),
                "best gain of gold of the smallest policy less that of the largest > 0, by the "
                "interval, in sd of the largest one's base",
                at_least=POSITIVE,
            ),
            [large, small],
        ),
    ]


def _starts_higher(lines: Any, large: Line, small: Line) -> Asked:
    return Asked(
        Claim(
            "larger-starts-higher",
            "A larger policy is better before anything is optimised.",
            lambda c: (mean(lines, c, "gold", large) - mean(lines, c, "gold", small))[..., 0],
            "gold of the largest base less that of the smallest > 0, by the interval",
            at_least=POSITIVE,
        ),
        [large, small],
    )


def _controls(lines: Any, kind: str) -> list[Asked]:
    golds: dict[str, Line] = {
        "gold-arm-holds": ("gold", kind, 0.0),
        "gold-arm-holds-smallest": (f"gold-{SMALLEST}", kind, 0.0),
    }
    random: Line = ("random", kind, 0.0)
    return [
        *(
            Asked(
                Claim(
                    name,
                    "Optimised directly, gold does not fall.",
                    lambda c, line=line: fall_share(gain(lines, c, "gold", line)),
                    "share of gold's best gain that is lost at the end < 0.2, by the interval",
                    below=0.2,
                ),
                [line],
            )
            for name, line in golds.items()
        ),
        Asked(
            Claim(
                "random-teaches-nothing",
                "Against a random reward model gold does not improve.",
                lambda c: gain(lines, c, "gold", random)[..., 1:].max(-1),
                "best gain of gold along training < 0.3 base sd, by the interval",
                below=0.3,
            ),
            [random],
        ),
    ]


_CLAIMS = ClaimsOfRows(lambda rows, _: lines_of(rows), claims)
size_findings, size_statistics, findings = _CLAIMS.of_run, _CLAIMS.names, _CLAIMS.of_rows
