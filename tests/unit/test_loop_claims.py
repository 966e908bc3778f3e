"""The claims of design-loop on runs whose truth was planted."""

from typing import ClassVar

import pytest

from looksgood.core.seeds import Seed
from looksgood.studies.catalogue.design_loop import STUDY
from looksgood.studies.chains.loop_channels import ALL, UNAUDITED, illegible_to, legible_to
from looksgood.studies.chains.loop_claims import claims, findings

SPEC = STUDY.configure("standard", {"turns": 5})
NEW = SPEC.weaker_turns + 1
SEEN, HIDDEN = legible_to("ordinary"), illegible_to("ordinary")
EXPERT_SEEN, EXPERT_HIDDEN = legible_to("expert"), illegible_to("expert")
COSTS = {SEEN: 1.0, HIDDEN: 1.0, EXPERT_SEEN: 1.6, EXPERT_HIDDEN: 0.4, ALL: 2.0}
PROMPTS, APART = 8, 2
"""Prompts in all, and those of a family that is never audited."""


class Truth:
    """What a run would show: a world in which every claim holds, until told otherwise."""

    removed: ClassVar = {
        "raters-again": {SEEN: 0.6},
        "truth": {HIDDEN: 0.5, ALL: 0.5},
        **{arm: {EXPERT_SEEN: 0.5} for arm in ("expert", "expert-everywhere", "more-capable")},
    }
    """By arm and cost, the share that is gone from the second round on."""
    reached: ClassVar = {"expert": 0.2, "expert-everywhere": 0.9}
    """The share of that at prompts that were never audited; elsewhere all of it."""
    new = 0.5
    """Points that failures of the more capable policy cost, over those of the same one audited."""
    gold: ClassVar = {
        "no-audit": 0.0,
        "raters-again": 0.1,
        "truth": 0.8,
        "expert": 0.3,
        "expert-few": 0.1,
        "expert-many": 0.5,
        "expert-against": 0.2,
    }
    """From the second round on; 0 after the first."""
    rater: ClassVar = {"raters-again": 0.5, "truth": 0.2}

    def __init__(self, **changes):
        for name, value in changes.items():
            planted = getattr(self, name)
            setattr(self, name, {**planted, **value} if isinstance(value, dict) else value)

    def costs(self, arm, step, apart):
        come = float(step > 1)
        reached = self.reached.get(arm, 1.0) if apart else 1.0
        for cost, points in COSTS.items():
            gone = self.removed.get(arm, {}).get(cost, 0.0) * come * reached
            more = self.new if (arm, step, cost) == ("more-capable", NEW, EXPERT_SEEN) else 0.0
            yield cost, points * (1 - gone) + more

    def rows(self, arms):
        for arm in arms:
            for seed in range(3):
                luck = Seed(("luck", arm, seed)).numpy().normal(0, 0.01, PROMPTS)
                for step in range(SPEC.turns + 1):
                    how = ("rloo", SPEC.beta) if step else ("base", None)
                    come = float(step > 1)
                    for prompt in range(PROMPTS):
                        apart = prompt < APART
                        yield {
                            "arm": arm, "seed": seed, "step": step, "n": None,
                            "optimizer": how[0], "beta": how[1], "kl": float(step),
                            "proxy": 1.0, "rater": 0.5 + self.rater.get(arm, 0.0) * come,
                            "gold": float(self.gold.get(arm, 0.0) * come + luck[prompt]),
                            UNAUDITED: float(apart),
                            "channel.misconception": 0.25,
                            **{k: float(v + luck[prompt]) for k, v in self.costs(arm, step, apart)},
                        }  # fmt: skip

    def findings(self, arms=tuple(STUDY.arms)):
        return {row["name"]: row for row in findings("design-loop", self.rows(arms), SPEC)}


BAD = {
    "legible-fixed-raters": {"removed": {"raters-again": {SEEN: 0.0}}},
    "legible-fixed-experts": {"removed": {"expert": {EXPERT_SEEN: -0.1}}},
    "legible-fixed-truth": {"removed": {"truth": {ALL: 0.0}}},
    "illegible-stays-raters": {"removed": {"raters-again": {SEEN: 0.6, HIDDEN: 0.5}}},
    "illegible-stays-experts": {"removed": {"expert": {EXPERT_SEEN: 0.5, EXPERT_HIDDEN: 0.4}}},
    "truth-fixes-the-illegible": {"removed": {"raters-again": {HIDDEN: 0.5}}},
    "approval-parts": {"rater": {"raters-again": 0.1}},
    "truth-closes-the-gap": {"rater": {"truth": 0.9}},
    "experts-pay": {"gold": {"expert": 0.0}},
    "truth-pays-more": {"gold": {"raters-again": 0.8}},
    "labels-pay": {"gold": {"expert-many": 0.1}},
    "comparing-pays-more": {"gold": {"expert-against": 0.3}},
    "returns-diminish": {"gold": {"expert-many": 1.4}},
    "fixes-stay-where-made": {"reached": {"expert": 0.8}},
    "audited-there-fixed-there": {"reached": {"expert-everywhere": 0.3}},
    "new-policy-new-failures": {"new": 0.0},
}


def arms_of(name):
    """The arms that a claim reads: without the others a run is resampled faster."""
    (needs,) = (asked.needs for asked in claims(None, SPEC) if asked.claim.name == name)
    return {arm for arm, _, _ in needs}


def test_a_run_in_which_it_holds_meets_every_claim():
    found = Truth().findings()
    assert {name: row["met"] for name, row in found.items()} == dict.fromkeys(BAD, True)
    assert STUDY.finding_names() == tuple(BAD)
    assert "misconception 0.25 (0.25)" in found["legible-fixed-raters"]["controls"]


@pytest.mark.parametrize("name", BAD)
def test_a_claim_is_not_met_where_its_opposite_was_planted(name):
    assert Truth(**BAD[name]).findings(arms_of(name))[name]["met"] is False


def test_statistics_are_the_shares_that_were_planted():
    found = Truth().findings(("raters-again", "no-audit", "expert"))
    assert found["legible-fixed-raters"]["estimate"] == pytest.approx(0.6, abs=0.02)
    assert found["illegible-stays-raters"]["estimate"] == pytest.approx(0.3, abs=0.02)
    assert found["fixes-stay-where-made"]["estimate"] == pytest.approx(0.2, abs=0.02)


def test_what_was_not_run_cannot_be_said():
    found = Truth().findings(("raters-again", "expert"))
    assert found["legible-fixed-raters"]["met"] is None
    assert "no-audit" in found["legible-fixed-raters"]["controls"]
    assert found["approval-parts"]["met"] is True
