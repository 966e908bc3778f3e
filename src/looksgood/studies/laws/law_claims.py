"""The claims of best-of-n-law, written before the run, and the data they are held against."""

from functools import partial
from typing import Any

import numpy as np

from looksgood.core.errors import TooFew
from looksgood.measures.extrapolation import fit_best_of_n_form, foretelling_error
from looksgood.measures.resample import Resampled
from looksgood.measures.turning import fall_share
from looksgood.runs import RunFolder
from looksgood.studies.arms import numbered, of, resample_arms
from looksgood.studies.findings import POSITIVE, Claim
from looksgood.studies.selection.controls import GOLD_ARM_HOLDS, RANDOM_SELECTS_NOTHING
from looksgood.studies.settings import SweepSpec

FIT_UP_TO = 64
"""The largest n that the law is fitted to; larger ones are foretold."""
COLUMNS = ("kl", "proxy", "rater", "gold")
Curves = dict[str, np.ndarray]


def law_statistics(spec: SweepSpec, arms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the findings, in their order."""
    del arms
    return tuple(claim.name for claim in claims(spec.best_of))


def law_findings(study: str, run: RunFolder, spec: SweepSpec) -> list[dict[str, Any]]:
    """Hold every claim against the per-prompt rows of a run."""
    curves, reason = None, ""
    try:
        curves = arm_curves(run.prompts().to_pylist(), spec.best_of)
    except TooFew as error:
        reason = str(error)
    return [claim.find(study, curves, reason).as_row() for claim in claims(spec.best_of)]


def arm_curves(rows: list[dict[str, Any]], ns: tuple[int, ...]) -> Resampled:
    """Return each complete arm's curves over the n of best-of-n, resampled together.

    Raises:
        TooFew: no arm is complete, there is one seed, or no n lies beyond those fitted.
    """
    if max(ns) <= FIT_UP_TO:
        raise TooFew(f"best_of ends at {max(ns)}: the law is fitted up to {FIT_UP_TO}, ask beyond")
    selected = [{**row, "point": row["n"]} for row in rows if row["optimizer"] == "best_of_n"]
    return resample_arms(numbered(selected), sorted(ns), COLUMNS)


def claims(ns: tuple[int, ...]) -> tuple[Claim, ...]:
    """Return the claims for these n, of which those up to `FIT_UP_TO` are fitted."""
    known = sum(n <= FIT_UP_TO for n in ns)

    def d(curves: Curves, arm: str) -> np.ndarray:
        return np.sqrt(curves[of(arm, "kl")])

    def missed(curves: Curves, arm: str, form: str) -> np.ndarray:
        return foretelling_error(d(curves, arm), curves[of(arm, "gold")], known, form)

    def form(curves: Curves, arm: str) -> tuple[np.ndarray, np.ndarray]:
        near = d(curves, arm)[..., :known]
        return fit_best_of_n_form(near, curves[of(arm, "gold")][..., :known])

    def worse(curves: Curves, other: str) -> np.ndarray:
        ours, theirs = (missed(curves, "ordinary", form) for form in ("best_of_n", other))
        return np.asarray(theirs - ours)

    ordinary = (of("ordinary", "kl"), of("ordinary", "gold"))
    return (
        Claim(
            "law-foretells",
            f"d(α − βd) fitted up to n = {FIT_UP_TO} foretells gold up to n = {max(ns)}.",
            lambda c: missed(c, "ordinary", "best_of_n"),
            "root mean squared error at larger n < 0.1 of gold's peak, by the interval",
            below=0.1,
            controls="a line and an isotonic curve, fitted to the same points",
            needs=ordinary,
        ),
        *(
            Claim(
                f"law-beats-{other}",
                f"It foretells better than {what}.",
                partial(worse, other=other),
                f"error of {what} minus that of d(α − βd), over gold's peak, > 0, by the interval",
                at_least=POSITIVE,
                needs=ordinary,
            )
            for other, what in (("line", "a line through 0"), ("isotonic", "an isotonic curve"))
        ),
        Claim(
            "alpha-positive",
            "At first, selection by r̂ makes responses better.",
            lambda c: form(c, "ordinary")[0],
            f"α over n ≤ {FIT_UP_TO}, in base sd per √nat, > 0, by the interval",
            at_least=POSITIVE,
            needs=ordinary,
        ),
        Claim(
            "bends-beyond-oracle",
            "Gold bends down more under ordinary raters than under oracles.",
            lambda c: form(c, "ordinary")[1] - form(c, "oracle")[1],
            "β less that of the oracle arm, in base sd per nat, > 0, by the interval",
            at_least=POSITIVE,
            controls="a bounded gold bends with a perfect proxy too: hence the oracle's β",
            needs=(*ordinary, of("oracle", "kl"), of("oracle", "gold")),
        ),
        Claim(
            "gold-falls",
            f"At n = {max(ns)} gold has fallen from its peak.",
            lambda c: fall_share(c[of("ordinary", "gold")]),
            "share of gold's best gain that is lost at the largest n ≥ 0.2, by the interval",
            at_least=0.2,
            controls="gold itself selected must not fall: gold-arm-holds",
            needs=ordinary,
        ),
        GOLD_ARM_HOLDS,
        RANDOM_SELECTS_NOTHING,
    )
