"""The claims of ensembles on runs whose truth was planted."""

import numpy as np
import pytest

from looksgood.studies.catalogue.ensembles import STUDY
from looksgood.studies.laws.ensemble_claims import FABRICATED, ensemble_findings
from tests.selection_tables import planted

SPEC = STUDY.configure("standard", {"best_of": (1, 8, 64, 512)})
NS = SPEC.best_of
D = np.sqrt(np.log(NS) - (np.array(NS) - 1) / NS)
FALLS, HOLDS, FLAT = D * (0.8 - 0.3 * D), D * (0.8 - 0.15 * D), 0 * D
OFTEN, SELDOM = 0.05 + 0.3 * D, 0.05 + 0 * D


def arm(gold, rater=HOLDS, fabricated=SELDOM):
    columns = {"kl": D**2, "proxy": D, "rater": rater, "gold": gold, FABRICATED: fabricated}
    return {"best_of_n": columns}


BLIND = arm(FALLS, HOLDS, OFTEN)
GOOD = {
    "single": arm(FALLS),
    "mean": arm(FALLS),
    "worst": arm(HOLDS),
    "uncertainty": arm(HOLDS),
    **{f"blind-{how}": BLIND for how in ("single", "mean", "worst", "uncertainty")},
    "oracle": arm(HOLDS, HOLDS, SELDOM),
    "random": arm(FLAT),
    "gold": arm(1.5 * D),
}
SEES = arm(0.5 * (FALLS + HOLDS), HOLDS, 0.05 + 0.15 * D)
BLIND_CLAIMS = [
    f"blind-{how}-{what}"
    for how in ("mean", "worst", "uncertainty")
    for what in ("fabricates-as-often", "deceives-as-much")
]
NAMES = {
    *("single-falls", "mean-falls", "worst-holds", "uncertainty-holds", "worst-gains"),
    *(
        "uncertainty-gains",
        "blind-spot-is-exploited",
        "blind-spot-beats-chance",
        *BLIND_CLAIMS,
        "oracle-is-not-exploited",
    ),
    *("gold-arm-holds", "random-selects-nothing"),
}
OPPOSITES = {
    "mean": arm(HOLDS),
    "worst": arm(FALLS),
    "uncertainty": arm(FALLS),
    **{f"blind-{how}": SEES for how in ("mean", "worst", "uncertainty")},
    "oracle": arm(HOLDS, HOLDS, OFTEN),
    "random": arm(HOLDS, HOLDS, 2 * OFTEN),
    "gold": arm(FALLS),
}


def found(path, arms, spec=SPEC, **more):
    run = planted(path / "run", STUDY.name, arms, NS, **more)
    return {row["name"]: row for row in ensemble_findings(STUDY.name, run, spec)}


def test_a_run_as_expected_meets_every_claim(tmp_path):
    rows = found(tmp_path, GOOD)
    assert {name: row["met"] for name, row in rows.items()} == dict.fromkeys(NAMES, True)
    assert rows["blind-worst-fabricates-as-often"]["estimate"] == pytest.approx(1, abs=0.02)


def test_claims_are_not_met_where_their_opposites_were_planted(tmp_path):
    rows = found(tmp_path, GOOD | OPPOSITES)
    unmet = {name for name, row in rows.items() if row["met"] is False}
    assert unmet == NAMES - {"single-falls", "blind-spot-is-exploited"}


def test_without_a_fall_and_an_exploit_of_one_model_there_is_nothing_to_mend(tmp_path):
    tame = {"single": arm(D), "worst": arm(1.5 * D), "blind-single": arm(FALLS)}
    rows = found(tmp_path, GOOD | tame)
    assert rows["single-falls"]["met"] is False
    assert rows["blind-spot-is-exploited"]["met"] is False
    assert rows["worst-holds"]["met"] is False
    assert rows["worst-holds"]["estimate"] is None


def test_what_a_run_cannot_tell_is_not_said(tmp_path):
    rows = found(tmp_path, GOOD, seeds=1)
    assert {row["met"] for row in rows.values()} == {None}
    short = STUDY.configure("standard", {"best_of": (1, 2, 4)})
    rows = found(tmp_path / "short", GOOD, short)
    assert "reach 64" in rows["single-falls"]["controls"]
