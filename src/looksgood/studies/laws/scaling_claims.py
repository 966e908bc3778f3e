"""The claims of rm-scaling, written before the run, and the data they are held against."""

from typing import Any

import numpy as np

from looksgood.core.errors import TooFew
from looksgood.measures.extrapolation import fit_best_of_n_form
from looksgood.measures.matched import at_first_reach
from looksgood.measures.turning import rank_correlation
from looksgood.runs import RunFolder
from looksgood.studies.arms import numbered, of, resample_arms, results_by_arm
from looksgood.studies.catalogue.rm_scaling import ALL_PROMPTS, PROMPTS, SIZES
from looksgood.studies.findings import POSITIVE, Claim
from looksgood.studies.settings import SweepSpec

COLUMNS = ("kl", "proxy", "rater", "gold")
NOTICED = 0.1
"""Best-of-n by r̂ does something where the raters' score has risen by this, in base sd."""
Curves = dict[str, np.ndarray]


def scaling_statistics(spec: SweepSpec, arms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the findings, in their order."""
    del spec
    return tuple(claim.name for claim in claims(dict.fromkeys(arms, 1)))


def scaling_findings(study: str, run: RunFolder, spec: SweepSpec) -> list[dict[str, Any]]:
    """Hold every claim against the per-prompt rows of a run and the sizes of its reward models."""
    curves, reason = None, ""
    rows = [{**row, "point": row["n"]} for row in run.prompts().to_pylist() if row["n"]]
    try:
        curves = resample_arms(numbered(rows), sorted(spec.best_of), COLUMNS)
    except TooFew as error:
        reason = str(error)
    return [claim.find(study, curves, reason).as_row() for claim in claims(parameters(run))]


def parameters(run: RunFolder) -> dict[str, int]:
    """Return how many weights the reward model of each arm has; they hardly differ by seed."""
    return {
        arm: results[-1]["reward_parameters"]
        for arm, results in results_by_arm(run).items()
        if "reward_parameters" in results[-1]
    }


def claims(sizes: dict[str, int]) -> tuple[Claim, ...]:
    """Return the claims, given the reward models' sizes by arm; arms not run are left out."""
    bodies = [body for body in SIZES if body in sizes]
    decades = np.log10([sizes[body] for body in bodies])
    raters = tuple(of(body, column) for body in bodies for column in ("kl", "rater"))

    def per_decade(values: np.ndarray) -> np.ndarray:
        """Slope over decades of size; bodies last."""
        centred = decades - decades.mean()
        return np.asarray(values @ centred / (centred @ centred))

    def by_size(curves: Curves, column: str) -> np.ndarray:
        """A column of each body: shape (..., n, bodies)."""
        return np.stack([curves[of(body, column)] for body in bodies], -1)

    def form(curves: Curves, part: int) -> np.ndarray:
        """α (part 0) or β (1) of each body, by the raters' own score."""
        d, score = np.sqrt(by_size(curves, "kl")), by_size(curves, "rater")
        return fit_best_of_n_form(d.swapaxes(-1, -2), score.swapaxes(-1, -2))[part]

    def gap(curves: Curves) -> np.ndarray:
        """How far the raters' score lies above the truth at the largest n, by body."""
        return (by_size(curves, "rater") - by_size(curves, "gold"))[..., -1, :]

    def by_data(curves: Curves, body: str) -> np.ndarray:
        """The raters' score at the largest n, by the number of comparisons."""
        return np.stack([curves[of(arm, "rater")][..., -1] for arm in data_arms(body)], -1)

    def floors(curves: Curves) -> np.ndarray:
        """|log of the ratio of the numbers of comparisons at which two bodies begin to help|."""
        one, other = (np.log(floor(by_data(curves, body))) for body in ("width-64", "width-32"))
        return np.asarray(np.abs(one - other))

    data = tuple(of(arm, "rater") for arm in data_arms("width-64"))
    return (
        Claim(
            "alpha-grows-with-size",
            "A larger reward model selects better at first.",
            lambda c: per_decade(form(c, 0)),
            "slope of α (raters' score = d (α − β d)) per decade of r̂'s weights > 0, by the "
            "interval (Gao: 0.05 to 0.065)",
            at_least=POSITIVE,
            controls="random: a reward model fitted to nothing",
            needs=raters,
        ),
        Claim(
            "beta-falls-with-size",
            "Selection by a larger reward model turns over later.",
            lambda c: per_decade(form(c, 1)),
            "slope of β per decade < 0, by the interval (Gao: −0.011 to −0.016)",
            below=0.0,
            needs=raters,
        ),
        Claim(
            "alpha-orders-sizes",
            "α rises from each size to the next.",
            lambda c: rank_correlation(form(c, 0)),
            "Spearman's correlation of α with size ≥ 0.8, by the interval",
            at_least=0.8,
            needs=raters,
        ),
        Claim(
            "gap-2-does-not-close",
            "A larger reward model does not bring the raters' score and the truth together.",
            lambda c: per_decade(gap(c)),
            "slope per decade of rater − gold at the largest n > −0.05 base sd, by the interval",
            at_least=-0.05,
            controls="the same arms: by the raters' score larger ones must be better",
            needs=(*raters, *(of(body, "gold") for body in bodies)),
        ),
        Claim(
            "more-data-helps",
            "More comparisons make selection better.",
            lambda c: rank_correlation(by_data(c, "width-64")),
            "Spearman's correlation of the raters' score at the largest n with the number of "
            "comparisons ≥ 0.8, by the interval",
            at_least=0.8,
            needs=data,
        ),
        Claim(
            "data-floor",
            f"{compared(PROMPTS[0])} comparisons teach a reward model nothing.",
            lambda c: by_data(c, "width-64")[..., 0],
            f"raters' score at the largest n < {NOTICED} base sd, by the interval",
            below=NOTICED,
            needs=data,
        ),
        Claim(
            "data-floor-alike",
            "The number of comparisons from which r̂ helps differs little between sizes.",
            floors,
            f"|log ratio| of the numbers at which the raters' score reaches {NOTICED} base sd < "
            "log 4, by the interval",
            below=float(np.log(4)),
            needs=(*data, *(of(arm, "rater") for arm in data_arms("width-32"))),
        ),
        Claim(
            "data-not-epochs",
            "Four times the comparisons once are worth more than the same comparisons four times.",
            lambda c: (c[of("many-once", "rater")] - c[of("few-often", "rater")])[..., -1],
            "raters' score at the largest n: difference ≥ 0.2 base sd, by the interval",
            at_least=0.2,
            needs=(of("many-once", "rater"), of("few-often", "rater")),
        ),
        Claim(
            "random-selects-nothing",
            "Selected by a random reward model the raters' score does not improve.",
            lambda c: c[of("random", "rater")].max(-1),
            "best of the raters' score over n < 0.3 base sd, by the interval",
            below=0.3,
            needs=(of("random", "rater"),),
        ),
    )


def data_arms(body: str) -> list[str]:
    """Return the arms of one body by rising number of comparisons."""
    return [*(f"{body}-prompts-{prompts}" for prompts in PROMPTS), body]


def compared(prompts: int) -> int:
    """Return how many comparisons of so many prompts are trained on."""
    asked = SweepSpec().preferences
    return round(prompts * asked.pairs_per_prompt * (1 - asked.validation))


def floor(scores: np.ndarray) -> np.ndarray:
    """Return the number of comparisons at which scores (..., numbers) first reach `NOTICED`.

    Between two numbers by linear interpolation in their logarithms. The smallest number where it
    is reached there already; NaN where it never is.
    """
    numbers = np.log([compared(prompts) for prompts in (*PROMPTS, ALL_PROMPTS)])
    return np.asarray(np.exp(at_first_reach(scores, numbers, np.asarray(NOTICED))))
