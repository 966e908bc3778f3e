"""The claims of power, written before the run, and the table of audits they are held against."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.measures.audit_forms import BESIDE, FORMS
from looksgood.measures.resample import Resampled, resample, table_of
from looksgood.runs import RunFolder
from looksgood.studies.arms import complete_arms
from looksgood.studies.asked import Asked, ClaimsOfRows
from looksgood.studies.catalogue.power import SPOTS, VISIBLE
from looksgood.studies.findings import POSITIVE, Claim, Finding, Statistic
from looksgood.studies.power.settings import PowerSpec

FALL = 0.2
"""Base sd: of which most claims speak."""
FALLS: Mapping[str, float] = {
    **dict.fromkeys(SPOTS, 0.1),
    **dict.fromkeys(("popular", "deep", "citations"), FALL),
}
"""How far gold falls by blind spot: the others' raters cannot overlook more, here."""
LABELS = 1000
JUDGES = ("rater", "expert", "truth")
WHERE = "on prompts where the blind spot can matter"
"""What is audited, and so what falls, powers and KL are of, unless a claim says otherwise."""
BY_INTERVAL = "by the interval over seeds"
Row = dict[str, Any]
Curves = dict[str, np.ndarray]
Need = tuple[str, float]
"""An arm and a fall of it; 0 is the base, of which nothing fell."""

POWERS = (*(f"{judge}.{form}" for judge in JUDGES for form in FORMS), BESIDE)
SCORED = tuple(design for design in POWERS if not design.endswith("votes"))
MISFIT = "largest |power − formula|"


@dataclass(frozen=True)
class AuditTable:
    """Every audited policy that all seeds have, resampled together."""

    columns: Resampled
    places: Mapping[Need, Mapping[int, int]]
    """Where a policy's numbers of labels are among the points."""

    def of(self, curves: Curves, column: str, arm: str, drop: float, labels: int) -> np.ndarray:
        """Return a column at one number of labels: (...).

        Raises:
            TooFew: no audit has so many.
        """
        if labels not in self.places[arm, drop]:
            raise TooFew(f"no audit of {labels} labels was simulated")
        return np.asarray(curves[column][..., self.places[arm, drop][labels]])

    def most(self, curves: Curves, column: str, needs: Iterable[Need], up_to: int) -> np.ndarray:
        """Return the largest of a column over policies and all numbers of labels up to one."""
        at = [i for need in needs for n, i in self.places[need].items() if n <= up_to]
        return np.asarray(curves[column][..., at].max(-1))

    def falls(self, arm: str) -> list[Need]:
        """Return the falls of an arm that all seeds reached."""
        return [need for need in self.places if need[0] == arm and need[1] > 0]

    def lacks(self, need: Need) -> str:
        """Say that an arm or a fall is not there; "" where it is."""
        arm, drop = need
        if need in self.places:
            return ""
        if not any(known == arm for known, _ in self.places):
            return f"no complete arm {arm}"
        return f"arm {arm}: not every seed's raters can overlook a fall of {drop:g}"


def audit_table(rows: Iterable[Row]) -> AuditTable:
    """Read the audits of complete arms.

    Raises:
        TooFew: no arm is complete, or there is one seed.
    """
    rows = list(rows)
    arms = complete_arms(rows)
    placed = [_placed(row) for row in rows if row["arm"] in arms]
    seeds_at: dict[tuple[Any, ...], set[int]] = {}
    for row in placed:
        seeds_at.setdefault(row["point"], set()).add(row["seed"])
    seeds = {row["seed"] for row in rows}
    points = [point for point, own in seeds_at.items() if own == seeds]
    if not points:
        raise TooFew("no cell is complete")
    kept = [row for row in placed if row["point"] in set(points)]
    columns = {name: table_of(kept, points, name) for name in (*POWERS, MISFIT, "kl", "rho")}
    places: dict[Need, dict[int, int]] = {}
    for i, (arm, drop, labels) in enumerate(points):
        places.setdefault((arm, drop), {})[labels] = i
    return AuditTable(resample(columns, Seed(("bootstrap",))), places)


def _placed(row: Row) -> Row:
    """Return what claims read of a point, as a row with one prompt: a seed's audits are one."""
    found = {design: row[f"channel.{design}.power"] for design in POWERS}
    apart = [
        abs(found[design] - row[f"channel.{design}.formula"])
        for design in SCORED
        if row[f"channel.{design}.formula"] is not None
    ]
    return {
        "point": (row["arm"], row["channel.drop"], row["n"]),
        "seed": row["seed"],
        "prompt": 0,
        "kl": row["kl"],
        "rho": row["channel.correlation"],
        MISFIT: max(apart, default=0.0),
        **found,
    }


def claims(table: Any) -> list[Asked]:
    """Return the claims; their statistics read `table`, an `AuditTable` (None: only names)."""
    return [
        *_of_the_same_raters(table),
        *_of_experts(table),
        *_of_the_truth(table),
        *_of_cheap_labels(table),
        *_of_the_method(table),
    ]


def _of_the_same_raters(table: Any) -> list[Asked]:
    def noticed(curves: Curves, spots: Iterable[str]) -> np.ndarray:
        needs = [need for spot in spots for need in table.falls(spot)]
        forms = [table.most(curves, f"rater.{form}", needs, LABELS) for form in FORMS]
        return _most(forms)

    what = f"largest power of any form, with up to {LABELS} labels, for any fall in reach, < 0.1"
    by_making = (
        "their scores: by how the policy is made, which leaves the mean as it was; their votes "
        "are not held. Control: visible-fall-is-seen"
    )
    return [
        _asked(
            "raters-again",
            "Asked again, raters with one blind spot do not notice what fell there, whichever it "
            "is.",
            lambda c: noticed(c, SPOTS),
            f"{what}, of all nine blind spots",
            [(spot, FALLS[spot]) for spot in SPOTS],
            below=0.1,
            controls=by_making,
        ),
        *(
            _asked(
                f"raters-again-{spot}",
                f"Nor with this one alone: {spot}.",
                lambda c, spot=spot: noticed(c, [spot]),
                what,
                [(spot, FALLS[spot])],
                below=0.1,
            )
            for spot in SPOTS
        ),
        _asked(
            "visible-fall-is-seen",
            "Raters without a blind spot do notice a fall.",
            lambda c: table.of(c, "rater.paired", VISIBLE, FALL, LABELS),
            f"power of their paired scores, {LABELS} labels, a fall of {FALL:g}, ≥ 0.8",
            [(VISIBLE, FALL)],
            where="on all prompts",
            at_least=0.8,
            controls="the control of raters-again",
        ),
    ]


def _of_experts(table: Any) -> list[Asked]:
    def paired(curves: Curves, judge: str, spot: str, labels: int) -> np.ndarray:
        return table.of(curves, f"{judge}.paired", spot, FALLS[spot], labels)

    def any_way(curves: Curves, spot: str) -> np.ndarray:
        needs = table.falls(spot)
        return _most([table.most(curves, f"expert.{f}", needs, LABELS) for f in FORMS])

    return [
        *(
            _asked(
                f"experts-see-{spot}",
                f"Experts notice what fell there: {spot}.",
                lambda c, spot=spot: paired(c, "expert", spot, LABELS),
                f"power of their paired scores, {LABELS} labels, a fall of {FALLS[spot]:g}, ≥ 0.8",
                [(spot, FALLS[spot])],
                at_least=0.8,
            )
            for spot in ("popular", "citations")
        ),
        _asked(
            "experts-miss-deep",
            "Experts do not notice deep falsehoods, however many are asked.",
            lambda c: any_way(c, "deep"),
            f"their largest power of any form, up to {LABELS} labels, any fall in reach, < 0.1",
            [("deep", FALLS["deep"])],
            below=0.1,
            controls="its control, the truth: truth-sees-deep",
        ),
        _asked(
            "experts-see-less-harm",
            "Of a harm, of which they see half, experts notice less than the truth tells.",
            lambda c: paired(c, "truth", "harm", LABELS) - paired(c, "expert", "harm", LABELS),
            f"power of the truth's paired scores less that of experts', {LABELS} labels, ≥ 0.2",
            [("harm", FALLS["harm"])],
            at_least=0.2,
        ),
    ]


def _of_the_truth(table: Any) -> list[Asked]:
    def labels_for(spot: str) -> int:
        return LABELS if FALLS[spot] >= FALL else 2 * LABELS

    def pairing(curves: Curves) -> np.ndarray:
        gains = [
            table.of(curves, "truth.paired", spot, FALLS[spot], 500)
            - table.of(curves, "truth.unpaired", spot, FALLS[spot], 500)
            for spot in SPOTS
        ]
        return _mean(gains)

    return [
        *(
            _asked(
                f"truth-sees-{spot}",
                f"A sample checked against the truth shows it: {spot}.",
                lambda c, spot=spot: table.of(
                    c, "truth.paired", spot, FALLS[spot], labels_for(spot)
                ),
                f"power of paired checks, {labels_for(spot)} labels, a fall of {FALLS[spot]:g}, "
                "≥ 0.8",
                [(spot, FALLS[spot])],
                at_least=0.8,
            )
            for spot in SPOTS
        ),
        _asked(
            "pairing-helps",
            "Both responses to one prompt tell more than as many to different prompts.",
            pairing,
            "power of the truth's paired less unpaired checks, 500 labels, mean over the nine, > 0",
            [(spot, FALLS[spot]) for spot in SPOTS],
            at_least=POSITIVE,
        ),
    ]


def _of_cheap_labels(table: Any) -> list[Asked]:
    def rho(curves: Curves, spot: str, drop: float) -> np.ndarray:
        return table.of(curves, "rho", spot, drop, LABELS)

    def gain(curves: Curves, spot: str) -> np.ndarray:
        alone, beside = (
            table.of(curves, design, spot, FALLS[spot], 200) for design in ("truth.paired", BESIDE)
        )
        return np.asarray(beside - alone)

    def worth(finding: Finding, table: AuditTable) -> str:
        del finding
        times = [1 / (1 - rho(table.columns.mean, spot, FALLS[spot]) ** 2) for spot in SPOTS]
        return (
            f"each check is worth {min(times):.3g} to {max(times):.3g} by 1/(1 − ρ²); at most 2 "
            "where the judge is no better than the judged (Dorner et al. 2024)"
        )

    needs = [(spot, drop) for spot in SPOTS for drop in (0.0, FALLS[spot])]
    return [
        _asked(
            "rater-knows-less",
            "The raters' scores go less with the truth's in a broken policy than in the base.",
            lambda c: _mean([rho(c, spot, 0.0) - rho(c, spot, FALLS[spot]) for spot in SPOTS]),
            "correlation of paired scores, base less broken, mean over the nine, > 0",
            needs,
            at_least=POSITIVE,
        ),
        _asked(
            "rater-beside-helps",
            "Many labels of the same raters, blind as they are, make few of the truth's tell more.",
            lambda c: _mean([gain(c, spot) for spot in SPOTS]),
            "power with the raters' labels beside less that of the truth's alone, 200 paired "
            "checks, mean over the nine, > 0",
            needs,
            at_least=POSITIVE,
            beside=worth,
        ),
    ]


def _of_the_method(table: Any) -> list[Asked]:
    near = ("popular", "deep", "citations")

    def false_alarms(curves: Curves) -> np.ndarray:
        bases = [(arm, 0.0) for arm in (*SPOTS, VISIBLE)]
        return _most([table.most(curves, d, bases, 2 * LABELS) for d in POWERS])

    def misfit(curves: Curves) -> np.ndarray:
        return table.most(curves, MISFIT, list(table.places), 2 * LABELS)

    return [
        _asked(
            "unseen-fall-is-near",
            f"A fall of {FALL:g} that the raters do not see lies within 1 nat of the base: popular "
            "and deep falsehoods, citations.",
            lambda c: _most([table.of(c, "kl", spot, FALL, LABELS) for spot in near]),
            f"KL of the nearest policy with such a fall of {FALL:g}, the largest of the three, < 1",
            [(spot, FALL) for spot in near],
            below=1.0,
        ),
        _asked(
            "false-alarms",
            "Where nothing fell, audits say so.",
            false_alarms,
            "largest rate of false alarms of any design, nominal 0.05, < 0.07",
            [(arm, 0.0) for arm in (*SPOTS, VISIBLE)],
            below=0.07,
        ),
        _asked(
            "formula-holds",
            "The normal formula tells the power of an audit by scores.",
            misfit,
            "largest |simulated power − formula| of any such design < 0.05",
            [(spot, FALLS[spot]) for spot in SPOTS],
            below=0.05,
        ),
    ]


def _asked(
    name: str,
    statement: str,
    statistic: Callable[[Curves], np.ndarray],
    criterion: str,
    needs: list[Need],
    beside: Callable[[Finding, AuditTable], str] | None = None,
    where: str = WHERE,
    **ends: Any,
) -> Asked:
    """Return a claim that asks for no column by name: `AuditTable` has them all."""
    held: Statistic = statistic
    claim = Claim(name, statement, held, f"{criterion}, {where}, {BY_INTERVAL}", needs=(), **ends)
    return Asked(claim, needs, beside)


def _most(values: Sequence[Any]) -> np.ndarray:
    return np.asarray(np.max(values, axis=0))


def _mean(values: Sequence[Any]) -> np.ndarray:
    return np.asarray(np.mean(values, axis=0))


_CLAIMS = ClaimsOfRows(lambda rows, _: audit_table(rows), lambda table, _: claims(table))
power_statistics, findings = _CLAIMS.names, _CLAIMS.of_rows


def power_findings(study: str, run: RunFolder, spec: PowerSpec) -> list[dict[str, Any]]:
    """Hold every claim against the points of a run: audits are of whole policies."""
    return findings(study, run.points().to_pylist(), spec)
