"""The claims of from-scratch on runs whose truth was planted."""

import pytest

from looksgood.studies.catalogue.from_scratch import STUDY
from looksgood.studies.panels.scratch_claims import claims, findings
from tests.exploited import Run, at, needed, rows_of

SPEC = STUDY.configure("standard", {})
CHECKPOINTS, STEPS = 6, 60
GARBLE = Run(
    proxy=lambda t: -0.5 + 2.5 * t, gold=at(-1.0), score=at(-0.9), fooled=at(0.1), good=at(0.0),
    fabricated=at(0.0),
)  # fmt: skip
FOOLS = Run(
    proxy=lambda t: 2 * t, gold=lambda t: 0.4 * t, score=lambda t: t,
    fooled=lambda t: 0.3 + 0.4 * t, fabricated=lambda t: 0.1 + t,
)  # fmt: skip
HOLDS = {
    "pretrained": FOOLS,
    "scratch": GARBLE,
    "kl": Run(
        gold=lambda t: 0.6 * t, fooled=lambda t: 0.3 + 0.1 * t,
        fabricated=lambda t: 0.1 + 0.1 * t, beta=0.15,
    ),
    "little": Run(fooled=lambda t: 0.2 + 0.5 * t),
    "own-pretrained": Run(fooled=lambda t: 0.3 + 0.3 * t),
    "own-scratch": GARBLE,
    "oracle": Run(),
    "gold": Run(gold=lambda t: 0.5 * t),
    "gold-scratch": GARBLE.but(gold=lambda t: -1 + 0.3 * t),
    "random": Run(),
}  # fmt: skip
"""A world in which every claim holds. All of the first three reach a proxy of 1."""
BAD = {
    "easier-with-pretraining": ("pretrained", {"fooled": lambda t: 0.3 - 0.1 * t}),
    "scratch-is-seen": ("scratch", {"score": at(0.2)}),
    "pretrained-looks-better": ("pretrained", {"score": lambda t: -t}),
    "pretraining-keeps-gold": ("scratch", {"gold": at(1.0)}),
    "fooled-sooner-with-pretraining": ("pretrained", {"fooled": lambda t: 0.3 + 0.1 * t}),
    "fabricates-sooner-with-pretraining": ("pretrained", {"fabricated": at(0.1)}),
    "penalty-delays": ("kl", {"fabricated": lambda t: 0.1 + t}),
    "penalty-protects": ("kl", {"fooled": lambda t: 0.3 + 0.4 * t}),
    "penalty-keeps-gold": ("kl", {"gold": lambda t: 0.1 * t}),
    "little-suffices": ("little", {"fooled": lambda t: 0.2 + 0.1 * t}),
    "own-easier-with-pretraining": ("own-pretrained", {"fooled": at(0.3)}),
    "own-scratch-is-seen": ("own-scratch", {"good": lambda t: 0.8 * t}),
    "oracle-holds": ("oracle", {"fooled": lambda t: 0.3 + 0.3 * t}),
    "random-fools-nobody": ("random", {"fooled": lambda t: 0.3 + 0.3 * t}),
    "gold-arm-holds": ("gold", {"gold": lambda t: t * (1 - t)}),
    "search-falls-short": ("gold-scratch", {"gold": lambda t: -1 + 1.5 * t}),
}


def found(runs):
    rows = findings("from-scratch", rows_of(runs, CHECKPOINTS, STEPS), SPEC)
    return {row["name"]: row for row in rows}


def test_a_run_in_which_it_holds_meets_every_claim():
    findings = found(HOLDS)
    assert {name: row["met"] for name, row in findings.items()} == dict.fromkeys(BAD, True)
    assert STUDY.finding_names() == tuple(BAD)
    # pretrained is halfway when its proxy is 1: false approval 0.3 → 0.5
    assert findings["easier-with-pretraining"]["estimate"] == pytest.approx(0.2)
    assert "kl: proxy 1.00, gold 0.60" in findings["easier-with-pretraining"]["controls"]
    # more than 0.3 fabricated citations from step 20 of 60 on, and never
    assert findings["fabricates-sooner-with-pretraining"]["estimate"] == pytest.approx(40)
    assert findings["fooled-sooner-with-pretraining"]["estimate"] == pytest.approx(30)


@pytest.mark.parametrize("name", BAD)
def test_a_claim_is_not_met_where_its_opposite_was_planted(name):
    arm, changes = BAD[name]
    runs = {**HOLDS, arm: HOLDS[arm].but(**changes)}
    assert found(needed(claims(None, SPEC), name, runs))[name]["met"] is False


def test_what_was_not_run_cannot_be_said():
    few = found({arm: HOLDS[arm] for arm in ("pretrained", "scratch", "kl")})
    assert few["easier-with-pretraining"]["met"] is True
    assert few["own-scratch-is-seen"]["met"] is None
    assert "no complete line of rloo at penalty 0 in arm oracle" in few["oracle-holds"]["controls"]


def test_without_ordinary_raters_on_the_panel_nothing_can_be_said():
    rows = (
        {name: value for name, value in row.items() if "ordinary" not in name}
        for row in rows_of(HOLDS, CHECKPOINTS, STEPS)
    )
    told = findings("from-scratch", rows, SPEC)
    assert {row["met"] for row in told} == {None}
    assert "the panel of this run has no 'ordinary'" in told[0]["controls"]


def test_comparisons_of_its_own_are_as_many():
    own = STUDY.arm_spec(SPEC, "own-scratch").preferences
    assert own.rounds * own.prompts == SPEC.preferences.prompts
    assert own.pairs_per_prompt == SPEC.preferences.pairs_per_prompt
