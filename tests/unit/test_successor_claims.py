"""The claims of successors on runs whose truth was planted."""

from typing import ClassVar

import pytest

from looksgood.core.seeds import Seed
from looksgood.studies.catalogue.successors import STUDY
from looksgood.studies.chains.successor_channels import AS_PEOPLE, AS_TRUTH
from looksgood.studies.chains.successor_claims import claims, findings

SPEC = STUDY.configure("standard", {"turns": 5})
FIRST = {"proxy": 1.0, "rater": 0.6, "gold": 0.4, AS_PEOPLE: 0.75, AS_TRUTH: 0.7}
PROMPTS = 8


class Truth:
    """What a run would show: a world in which every claim holds, until told otherwise."""

    change: ClassVar = {
        "people-0": {"rater": -0.8, "gold": -1.0, AS_PEOPLE: -0.2},
        "people-5": {"rater": -0.4, "gold": -0.6},
        "people-25": {"rater": -0.2, "gold": -0.3, AS_PEOPLE: -0.05},
        "people-100": {},
        "reward-0": {"gold": -0.4},
        "oracle-0": {"gold": -0.5, AS_TRUTH: -0.2},
    }
    """By arm and column, the last generation less the first; between them on a straight line."""

    def __init__(self, **changes):
        self.change = {**self.change, **{arm.replace("_", "-"): c for arm, c in changes.items()}}

    def rows(self, arms):
        for arm in arms:
            for seed in range(3):
                luck = Seed(("luck", arm, seed)).numpy().normal(0, 0.01, PROMPTS)
                for step in range(SPEC.turns + 1):
                    how = ("rloo", SPEC.beta) if step else ("base", None)
                    come = max(step - 1, 0) / (SPEC.turns - 1)
                    for prompt in range(PROMPTS):
                        yield {
                            "arm": arm, "seed": seed, "step": step, "n": None,
                            "optimizer": how[0], "beta": how[1], "kl": float(step),
                            **{
                                name: float(v + self.change[arm].get(name, 0) * come + luck[prompt])
                                for name, v in FIRST.items()
                            },
                        }  # fmt: skip

    def findings(self, arms=tuple(STUDY.arms)):
        return {row["name"]: row for row in findings("successors", self.rows(arms), SPEC)}


ALONE = Truth.change["people-0"]
BAD = {
    "gap-grows-without-people": {"people_100": {"gold": -1.0}},
    "people-would-notice": {"people_0": {"gold": -1.0}},
    "people-would-not-notice": {"people_0": {"rater": -1.0, "gold": -1.0}},
    "gold-falls-without-people": {"people_0": {}},
    "copies-of-oracles-fall": {"oracle_0": {"gold": 0.1}},
    "fresh-people-hold": {"people_100": {"gold": -0.5}},
    "a-quarter-holds": {"people_25": ALONE},
    "a-twentieth-holds": {"people_5": {"gold": -1.1}},
    "reward-models-lose-less": {"reward_0": {"gold": -1.2}},
    "judges-forget-people": {"people_0": {**ALONE, AS_PEOPLE: 0.1}},
    "people-remind-judges": {"people_25": {AS_PEOPLE: -0.3}},
    "judges-forget-the-truth": {"oracle_0": {AS_TRUTH: 0.05}},
}


def arms_of(name):
    """The arms that a claim reads: without the others a run is resampled faster."""
    (needs,) = (asked.needs for asked in claims(None, SPEC) if asked.claim.name == name)
    return {arm for arm, _, _ in needs}


def test_a_run_in_which_it_holds_meets_every_claim():
    found = Truth().findings()
    assert {name: row["met"] for name, row in found.items()} == dict.fromkeys(BAD, True)
    assert STUDY.finding_names() == tuple(BAD)
    said = found["gap-grows-without-people"]["controls"]
    assert "proxy − gold in people-0, by generation: 0.60, 0.85, 1.10, 1.35, 1.60" in said


@pytest.mark.parametrize("name", BAD)
def test_a_claim_is_not_met_where_its_opposite_was_planted(name):
    assert Truth(**BAD[name]).findings(arms_of(name))[name]["met"] is False


def test_the_gap_is_that_beside_people_in_every_generation():
    found = Truth(people_100={"gold": -0.2}).findings(("people-0", "people-100"))
    assert found["gap-grows-without-people"]["estimate"] == pytest.approx(0.8 * 0.75, abs=0.02)
    assert found["a-quarter-holds"]["met"] is None
