"""The claims of power on audits whose truth was planted."""

import pytest

from looksgood.core.errors import ConfigError
from looksgood.core.spec import with_settings
from looksgood.raters.spec import OrdinarySpec
from looksgood.studies.catalogue import blind_spots
from looksgood.studies.catalogue.power import SPOTS, STUDY, VISIBLE
from looksgood.studies.panels.spots import NONE
from looksgood.studies.panels.spots import SPOTS as KNOWN
from looksgood.studies.power.claims import FALLS, findings
from looksgood.studies.power.settings import PowerSpec
from tests.audit_tables import Truth

CLAIMS = (
    "raters-again",
    *(f"raters-again-{spot}" for spot in SPOTS),
    "visible-fall-is-seen",
    "experts-see-popular",
    "experts-see-citations",
    "experts-miss-deep",
    "experts-see-less-harm",
    *(f"truth-sees-{spot}" for spot in SPOTS),
    "pairing-helps",
    "rater-knows-less",
    "rater-beside-helps",
    "unseen-fall-is-near",
    "false-alarms",
    "formula-holds",
)


def held(truth=None, drop=None, seeds=3):
    rows = [row for row in (truth or Truth()).rows(seeds) if not (drop and drop(row))]
    return {row["name"]: row for row in findings("power", rows)}


LIES = {
    "every rater sees half of what fell": (
        {"seen": {(spot, "rater"): 0.5 for spot in SPOTS}},
        ("raters-again", *(f"raters-again-{spot}" for spot in SPOTS)),
    ),
    "one rater does": (
        {"seen": {("fun", "rater"): 0.5}},
        ("raters-again", "raters-again-fun"),
    ),
    "the truth shows less": (
        {"seen": {(spot, "truth"): 0.4 for spot in SPOTS}},
        tuple(f"truth-sees-{spot}" for spot in SPOTS),
    ),
    "experts see otherwise": (
        {
            "seen": {
                ("popular", "expert"): 0.3,
                ("citations", "expert"): 0.3,
                ("deep", "expert"): 0.3,
                ("harm", "expert"): 0.95,
            }
        },
        (
            *("experts-see-popular", "experts-see-citations"),
            *("experts-miss-deep", "experts-see-less-harm"),
        ),
    ),
    "and more": (
        {
            "seen": {(VISIBLE, "rater"): 0.3},
            "unpaired_sd": 1.1,
            "rho": (0.5, 0.6),
            "beside_sd": 1.3,
            "kl": 1.2,
        },
        (
            *("visible-fall-is-seen", "pairing-helps", "rater-knows-less", "rater-beside-helps"),
            "unseen-fall-is-near",
        ),
    ),
    "audits cry wolf": ({"false_alarms": 0.09}, ("false-alarms",)),
    "the formula is off": ({"misfit": -0.06}, ("formula-holds",)),
}


def test_a_run_in_which_it_holds_meets_every_claim():
    found = held()
    assert {name: row["met"] for name, row in found.items()} == dict.fromkeys(CLAIMS, True)
    assert STUDY.finding_names() == CLAIMS
    assert {name for _, names in LIES.values() for name in names} == set(CLAIMS)


@pytest.mark.parametrize("lie", LIES)
def test_claims_are_not_met_where_their_opposite_was_planted_and_no_others(lie):
    planted, defeated = LIES[lie]
    found = held(Truth(**planted))
    for name in defeated:
        assert found[name]["met"] is False, name
    if lie in ("one rater does", "audits cry wolf", "the formula is off"):
        assert sum(row["met"] is False for row in found.values()) == len(defeated)


def test_votes_of_the_same_raters_count_too():
    """Their scores show nothing by how the policy is made; their votes are not held."""

    def one_form(row):
        if row["arm"] == "harm" and row["channel.drop"]:
            row["channel.rater.votes.power"] = 0.3
        return False

    found = held(drop=one_form)
    assert found["raters-again-harm"]["met"] is False
    assert found["raters-again"]["met"] is False
    assert found["raters-again-fun"]["met"] is True


def test_what_is_noticed_beyond_a_thousand_labels_is_not_held_against_it():
    def many(row):
        if row["n"] == 2000 and row["channel.drop"]:
            row["channel.rater.votes.power"] = 0.3
        return False

    assert held(drop=many)["raters-again"]["met"] is True


def test_a_fall_that_one_seed_does_not_reach_cannot_be_told():
    found = held(drop=lambda row: row["arm"] == "harm" and row["seed"] and row["channel.drop"])
    assert found["truth-sees-harm"]["met"] is None
    assert (
        "not every seed's raters can overlook a fall of 0.1" in found["truth-sees-harm"]["controls"]
    )
    assert found["raters-again"]["met"] is None
    assert found["truth-sees-fun"]["met"] is True


def test_an_arm_that_was_not_run_and_a_single_seed_cannot_be_told():
    found = held(drop=lambda row: row["arm"] == VISIBLE)
    assert found["visible-fall-is-seen"]["met"] is None
    assert "no complete arm visible" in found["visible-fall-is-seen"]["controls"]
    assert all(row["met"] is None for row in held(seeds=1).values())


def test_beside_says_what_a_check_is_worth():
    said = held()["rater-beside-helps"]["controls"]
    assert "worth 1.33 to 1.34" in said


def test_every_arm_is_that_of_blind_spots_and_shares_its_base():
    for spot in KNOWN:
        assert STUDY.arm_spec(STUDY.spec, spot.name).rater == OrdinarySpec(**spot.rater)
    assert set(FALLS) == {spot.name for spot in KNOWN}
    assert STUDY.arm_spec(STUDY.spec, VISIBLE).rater == OrdinarySpec(**NONE)
    for preset in ("quick", "standard"):
        ours, theirs = (study.configure(preset, {}) for study in (STUDY, blind_spots.STUDY))
        assert (ours.world, ours.policy) == (theirs.world, theirs.policy)
    assert STUDY.first_seed == blind_spots.STUDY.first_seed


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"rater.kind": "coin"}, "does not say how it errs"),
        ({"labels": (100, 50)}, "smallest first"),
        ({"labels": (2,)}, "greater than or equal to 3"),
        ({"drops": (0.0, 0.1)}, "greater than 0"),
        ({"alpha": 1.0}, "less than 1"),
    ],
)
def test_wrong_settings_are_refused_with_the_reason(settings, says):
    with pytest.raises(ConfigError, match=says):
        with_settings(PowerSpec(), settings)
