"""The claims of heavy-tails, written before the run, and the data they are held against."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from looksgood.core.errors import TooFew
from looksgood.measures.curves import mean_and_interval
from looksgood.measures.interval_coverage import TAIL_PERCENT
from looksgood.measures.matched import at_first_rise
from looksgood.measures.resample import Resampled
from looksgood.measures.turning import fall_share
from looksgood.runs import RunFolder
from looksgood.studies.arms import numbered, of, resample_arms, results_by_arm
from looksgood.studies.findings import POSITIVE, Claim, Finding
from looksgood.studies.selection.controls import RANDOM_SELECTS_NOTHING
from looksgood.studies.selection.settings import SelectionSpec

COLUMNS = ("kl", "proxy", "gold")
LEVEL = 1.0
"""The proxy gain, in base sd, at which arms are compared."""
STAYS = 0.1
"""Gold within ± this many base sd counts as unchanged."""
TOLD = 0.5
"""A tail index whose interval is wider than this is not told: ξ = 0 and ξ = ½ are worlds apart."""
TAIL_OF, PLANTED = "tail-index-", "planted-tail-is-seen"
HELD = (
    f"such an interval of 5 seeds held ξ in {TAIL_PERCENT['power law']} % of simulations of a "
    f"power law and in {TAIL_PERCENT['normal']} % of a normal tail, which reads as below its 0"
)
Curves = dict[str, np.ndarray]


def tail_findings(study: str, run: RunFolder, spec: SelectionSpec) -> list[dict[str, Any]]:
    """Hold every claim against the per-prompt rows of a run, and report each arm's tail."""
    rows = run.prompts().to_pylist()
    found = []
    for claims, optimizer, points in (
        (TILT_CLAIMS, "tilt", ["base", *spec.tilts]),
        (BEST_OF_N_CLAIMS, "best_of_n", sorted(spec.best_of)),
    ):
        curves, reason = None, ""
        try:
            curves = arm_curves(rows, optimizer, points)
        except TooFew as error:
            reason = str(error)
        found += [claim.find(study, curves, reason) for claim in claims]
    return [finding.as_row() for finding in (*found, *tails(study, run))]


def tail_statistics(spec: SelectionSpec, arms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the findings, in their order."""
    del spec
    claims = (claim.name for claim in (*TILT_CLAIMS, *BEST_OF_N_CLAIMS))
    return (*claims, *(f"{TAIL_OF}{arm}" for arm in arms), PLANTED)


def arm_curves(rows: list[dict[str, Any]], optimizer: str, points: Sequence[Any]) -> Resampled:
    """Return each complete arm's curves over penalties (the base first) or n.

    Raises:
        TooFew: no arm is complete, or there is one seed.
    """
    tilted = optimizer == "tilt"
    chosen = (optimizer, "base") if tilted else (optimizer,)
    used = [
        {**row, "point": row["n"] if not tilted else row["beta"] or "base"}
        for row in rows
        if row["optimizer"] in chosen
    ]
    return resample_arms(numbered(used), points, COLUMNS)


def _at_level(curves: Curves, arm: str, name: str) -> np.ndarray:
    """What `name` is where the KL-optimal policy's proxy has gained `LEVEL`."""
    return at_first_rise(curves[of(arm, "proxy")], curves[of(arm, name)], LEVEL)


def _needs(*arms: str) -> tuple[str, ...]:
    return tuple(of(arm, name) for arm in arms for name in ("proxy", "gold"))


HERE = f"where the KL-optimal policy's proxy has gained {LEVEL:g} base sd"
TILT_CLAIMS = (
    *(
        Claim(
            f"{arm}-proxy-at-small-kl",
            f"{what}, proxy gains {LEVEL:g} base sd at a KL below 1 nat.",
            partial(_at_level, arm=arm, name="kl"),
            f"KL {HERE} < 1 nat, by the interval",
            below=1,
            needs=(of(arm, "kl"), of(arm, "proxy")),
        )
        for arm, what in (
            ("heavy", "With a heavy-tailed error"),
            ("light", "With a normal error"),
            ("trained", "As r̂ was trained"),
        )
    ),
    Claim(
        "heavy-gold-stays",
        "With a heavy-tailed error, gold is then what it was.",
        partial(_at_level, arm="heavy", name="gold"),
        f"gold {HERE}: the whole interval from −{STAYS} to {STAYS} base sd",
        at_least=-STAYS,
        below=STAYS,
        controls="its control, a normal error: light-gold-rises",
        needs=_needs("heavy"),
    ),
    *(
        Claim(
            f"{arm}-gold-rises",
            f"{what}, gold has then risen.",
            partial(_at_level, arm=arm, name="gold"),
            f"gold {HERE} > 0, by the interval",
            at_least=POSITIVE,
            controls="the control of heavy-gold-stays",
            needs=_needs(arm),
        )
        for arm, what in (("light", "With a normal error"), ("trained", "As r̂ was trained"))
    ),
    Claim(
        "light-gains-more",
        "The same proxy brings more gold with a normal error than with a heavy-tailed one.",
        lambda c: _at_level(c, "light", "gold") - _at_level(c, "heavy", "gold"),
        f"gold {HERE}, normal less heavy error, > 0, by the interval",
        at_least=POSITIVE,
        needs=_needs("heavy", "light"),
    ),
)
BEST_OF_N_CLAIMS = (
    Claim(
        "heavy-best-of-n-falls",
        "With a heavy-tailed error, best-of-n falls back from gold's peak.",
        lambda c: fall_share(c[of("heavy", "gold")]),
        "share of gold's best gain that is lost at the largest n ≥ 0.2, by the interval",
        at_least=0.2,
        controls="its control, a normal error: light-best-of-n-holds",
        needs=_needs("heavy"),
    ),
    *(
        Claim(
            f"{arm}-best-of-n-holds",
            f"{what}, gold does not fall.",
            lambda c, arm=arm: fall_share(c[of(arm, "gold")]),
            "share of gold's best gain that is lost at the largest n < 0.2, by the interval",
            below=0.2,
            needs=_needs(arm),
        )
        for arm, what in (("light", "With a normal error"), ("gold", "Selected by itself"))
    ),
    RANDOM_SELECTS_NOTHING,
)


def tails(study: str, run: RunFolder) -> list[Finding]:
    """Return each arm's tail index as a measurement, and whether the planted tail was seen."""
    by_arm = {
        arm: [result["tail"] for result in results if "tail" in result]
        for arm, results in results_by_arm(run).items()
    }
    found = [_tail(study, arm, read) for arm, read in by_arm.items() if read]
    return [*found, _planted(study, by_arm.get("heavy", []))]


def _tail(study: str, arm: str, read: Sequence[Mapping[str, Any]]) -> Finding:
    value, low, high, reason = _over_seeds(read)
    if low is not None and high is not None and high - low > TOLD:
        reason = f"not told: the interval is wider than {TOLD}"
    return Finding(
        study,
        f"{TAIL_OF}{arm}",
        f"Tail index ξ of what is optimised in arm {arm}, over distinct base samples: above 0 a "
        "power law, at 0 an exponential or lighter tail, below 0 one that ends.",
        value,
        low,
        high,
        f"a measurement, told where its 95 % interval over seeds is narrower than {TOLD}; {HELD}",
        None if reason else True,
        reason,
    )


def _planted(study: str, read: Sequence[Mapping[str, Any]]) -> Finding:
    value, low, high, reason = _over_seeds(read)
    return Finding(
        study,
        PLANTED,
        "The heavy-tailed error is seen as one in the tail index of the whole (½ was planted).",
        value,
        low,
        high,
        "ξ > 0, by its 95 % interval over seeds",
        None if low is None else low > 0,
        reason,
    )


def _over_seeds(
    read: Sequence[Mapping[str, Any]],
) -> tuple[float | None, float | None, float | None, str]:
    """Return the mean ξ with its t interval over seeds, or why there is none."""
    known = [tail["xi"] for tail in read if tail["xi"] is not None]
    if len(known) < len(read):
        first = next(tail["reason"] for tail in read if tail["xi"] is None)
        told = f"cannot say: unreadable in {len(read) - len(known)} of {len(read)} seeds, {first}"
        return None, None, None, told
    value, low, high = mean_and_interval(known)
    return value, low, high, "" if low is not None else "cannot say: fewer than two seeds"
