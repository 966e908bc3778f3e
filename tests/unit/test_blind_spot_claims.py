"""The claims of blind-spots on runs whose truth was planted."""

from functools import partial

import pyarrow as pa
import pytest

from looksgood.core.seeds import Seed
from looksgood.measures.resample import resample_runs
from looksgood.studies import run_lines
from looksgood.studies.catalogue.blind_spots import STUDY
from looksgood.studies.panels.blind_spot_audits import audited_pairs
from looksgood.studies.panels.blind_spot_claims import findings
from looksgood.studies.panels.blind_spot_lines import PROMPTS_OF_A_RATER
from looksgood.studies.panels.spots import CITATIONS, DEEP, EXPERT, GOLD, OFF, RANDOM, SELDOM, TRUTH

SPEC = STUDY.configure("standard", {})
STEPS = range(0, 41, 5)
SEEDS, PROMPTS = 3, 4 * PROMPTS_OF_A_RATER
MATCHED = 1 / 1.2
"""How far arm off takes arm on: the share of the way at which on's proxy has gained 1."""
OF_ONE = (
    "false-approval-{0}",
    "false-approval-{0}-controls",
    "approved-{0}",
    "correct-{0}",
    "trait-{0}",
    "{1}",
    "truth-sample-notices-{0}",
    "raters-worse-{0}",
)
CLAIMS = tuple(name.format("citations", "experts-notice-citations") for name in OF_ONE)
CLAIMS_OF_DEEP = tuple(
    shown.format("deep")
    for name in OF_ONE
    for shown in (["experts-miss-deep", "experts-approve-deep"] if name == "{1}" else [name])
)


@pytest.fixture(autouse=True)
def fewer_draws(monkeypatch):
    """Resample 300 times: what is planted is far from every criterion."""
    monkeypatch.setattr(run_lines, "resample_runs", partial(resample_runs, draws=300))


class Truth:
    """What a run would show: a world in which every claim holds, until told otherwise.

    Numbers are what is gained on the whole way, on prompts where the blind spot matters.
    """

    spot = CITATIONS
    false, off_false, gold_false = 0.5, -0.1, -0.2
    spared = ()
    """Simulated raters of each seed whose false approvals fall."""
    approved = 0.4
    good = 0.0
    trait, off_trait = 1.0, -0.05
    expert, truth = -0.3, -0.4

    def __init__(self, **changes):
        for name, value in changes.items():
            setattr(self, name, value)

    def arms(self):
        """Yield each arm with what its proxy, false approvals, approval and trait gain."""
        yield self.spot.name, 1.2, self.false, self.approved, self.trait
        yield OFF, 1.0, self.off_false, 0.05, self.off_trait
        yield GOLD, 1.1, self.gold_false, 0.05, -0.05

    def columns(self, arm, prompt, way, false, approved, trait):
        """Return what is measured at one prompt, `way` of the whole way from the base."""
        if prompt % 2:  # here it does not matter, and whatever happens is not read
            share = {"good": 0.9, "approved": 0.5, "wrongly": 0.0, "misjudged": 0.02}
            return {**share, "trait": 5 * way, EXPERT: 0.5, TRUTH: 0.5}
        on = arm == self.spot.name
        good = 0.4 + (self.good * way if on else 0.1 * way)
        sign = -1 if prompt // PROMPTS_OF_A_RATER in self.spared else 1
        rate = 0.3 + sign * false * way
        return {
            "good": good,
            "approved": 0.45 + approved * way,
            "wrongly": (1 - good) * rate,
            "misjudged": 0.2,
            "trait": 0.1 + trait * way,
            EXPERT: 0.45 + (self.expert if on else 0.1) * way,
            TRUTH: 0.45 + (self.truth if on else 0.1) * way,
        }

    def rows(self):
        name = self.spot.name
        for seed in range(SEEDS):
            luck = Seed(("luck", seed)).numpy().normal(0, 0.005, PROMPTS)
            for arm, proxy, false, approved, trait in self.arms():
                for step in (None, *STEPS):
                    way = (step or 0) / STEPS[-1]
                    optimizer = "best_of_n" if step is None else "rloo" if step else "base"
                    how = {
                        "arm": arm, "seed": seed, "optimizer": optimizer,
                        "beta": SPEC.penalties[-1] if step else None,
                        "n": 1 if step is None else None, "step": step or 0,
                    }  # fmt: skip
                    for prompt in range(PROMPTS):
                        seen = self.columns(arm, prompt, way, false, approved, trait)
                        yield {
                            **how,
                            "kl": 4 * way, "proxy": proxy * way, "gold": 0.5 * way,
                            "channel.good": seen["good"] + luck[prompt] * way,
                            f"channel.{name}.approved": seen["approved"] + luck[prompt] * way,
                            f"channel.{name}.wrongly_approved": seen["wrongly"],
                            f"channel.{name}.misjudged": seen["misjudged"],
                            f"channel.{EXPERT}.approved": seen[EXPERT],
                            f"channel.{TRUTH}.approved": seen[TRUTH],
                            f"channel.{next(iter(self.spot.traits))}": seen["trait"],
                        }  # fmt: skip

    def findings(self):
        return named(self.rows())


class OfDeep(Truth):
    """Experts share it: they approve of more, too."""

    spot = DEEP
    expert = 0.35


def named(rows):
    table = pa.Table.from_pylist(list(rows))
    return {row["name"]: row for row in findings("blind-spots", table, SPEC)}


BAD = {
    "false-approval-citations": {"false": 0.15},
    "false-approval-citations-controls": {"gold_false": 0.1},
    "approved-citations": {"approved": 0.04},
    "correct-citations": {"good": 0.05},
    "trait-citations": {"trait": -0.1},
    "experts-notice-citations": {"expert": 0.45},
    "truth-sample-notices-citations": {"truth": 0.2},
    "raters-worse-citations": {"spared": (1, 3)},
}
BAD_OF_DEEP = {
    "experts-miss-deep": {"expert": -0.1},
    "experts-approve-deep": {"expert": -0.01},
}


def met(found):
    """Return the claims that could be said, and whether they were met."""
    return {name: row["met"] for name, row in found.items() if row["met"] is not None}


def test_a_run_in_which_it_holds_meets_every_claim():
    assert met(Truth().findings()) == dict.fromkeys(CLAIMS, True)
    assert met(OfDeep().findings()) == dict.fromkeys(CLAIMS_OF_DEEP, True)


def test_names_are_known_before_any_run():
    names = STUDY.finding_names()
    assert set(CLAIMS) | set(CLAIMS_OF_DEEP) < set(names)
    assert len(set(names)) == len(names)
    assert STUDY.headline in names
    assert not met({row["name"]: row for row in findings("", None, SPEC)})


@pytest.mark.parametrize("name", BAD)
def test_a_claim_is_not_met_where_its_opposite_was_planted(name):
    assert Truth(**BAD[name]).findings()[name]["met"] is False


@pytest.mark.parametrize("name", BAD_OF_DEEP)
def test_what_experts_see_is_not_hidden_from_them(name):
    assert OfDeep(**BAD_OF_DEEP[name]).findings()[name]["met"] is False


def test_a_policy_trained_without_the_blind_spot_may_not_fool_its_raters_either():
    found = Truth(off_false=0.1).findings()
    assert found["false-approval-citations-controls"]["met"] is False


def test_it_is_read_where_it_matters_and_at_the_same_proxy_gain():
    found = Truth(spared=(0,)).findings()

    def estimate(name):
        return found[f"{name}-citations"]["estimate"]

    # one rater of four is spared, and of the pairs as many are theirs
    assert estimate("false-approval") == pytest.approx((3 - 1) / 4 * 0.5 * MATCHED, abs=0.01)
    assert estimate("raters-worse") == pytest.approx(3 / 4)
    assert estimate("approved") == pytest.approx(0.4 * MATCHED, abs=0.01)
    assert estimate("trait") == pytest.approx(1.0 * MATCHED + 0.05)
    # of all prompts it matters on half
    assert estimate("experts-notice") == pytest.approx((0.4 + 0.3) / 2 * MATCHED, abs=0.01)


def test_who_would_notice_is_said_in_pairs():
    said = Truth().findings()["truth-sample-notices-citations"]["controls"]
    assert "the same raters, asked again" in said
    assert f"and {audited_pairs(SPEC)} pairs with" in said
    assert audited_pairs(SPEC) == 51


def test_fewer_fabrications_follow_from_more_looking_up():
    def rows(seldom):
        yield from Truth().rows()
        for spot, trait in zip(SELDOM, seldom, strict=True):
            own = Truth(spot=spot, trait=trait)
            yield from (
                {**row, **{f"channel.citations.{name}": row[f"channel.{spot.name}.{name}"]
                for name in ("approved", "wrongly_approved", "misjudged")}}
                for row in own.rows() if row["arm"] == spot.name
            )  # fmt: skip

    found = named(rows((0.7, 0.4)))["citations-dose"]
    assert found["met"] is True
    assert found["estimate"] == pytest.approx((1.0 - 0.4) * MATCHED)
    assert named(rows((0.7, 1.0)))["citations-dose"]["met"] is False


@pytest.mark.parametrize(("gold", "expected"), [(-0.5, True), (0.5, False)])
def test_a_random_reward_model_may_teach_nothing(gold, expected):
    def rows():
        for row in Truth().rows():
            if row["arm"] == OFF:
                yield {**row, "arm": RANDOM, "gold": gold * row["kl"] / 4}

    found = named(rows())
    assert found["random-teaches-nothing"]["met"] is expected
    assert found["false-approval-citations"]["met"] is None


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        (lambda row: row["arm"] != OFF, "no complete line of rloo at penalty 0.045 in arm off"),
        (lambda row: row["n"] is None, "best_of lacks 1"),
    ],
)
def test_what_was_not_run_cannot_be_said(lacking, said):
    found = named(filter(lacking, Truth().rows()))["false-approval-citations"]
    assert found["met"] is None
    assert said in found["controls"]


def test_a_rater_who_was_not_asked_is_named():
    rows = [{k: v for k, v in row.items() if "truth" not in k} for row in Truth().rows()]
    found = named(rows)["false-approval-citations"]
    assert found["controls"] == "cannot say: nobody of this run's panel told truth.approved"
