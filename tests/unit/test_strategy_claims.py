"""The claims of threats-and-tricks on runs whose truth was planted."""

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.studies.catalogue.threats_and_tricks import RATES, STUDY, WEAK, written_at
from looksgood.studies.strategies.channels import STRATEGIES
from looksgood.studies.strategies.claims import findings, strategy_names
from looksgood.worlds.almanac.spec import WriterShares

SPEC = STUDY.configure("standard", {})
DEPTHS = (0.0, 1.0, 3.0)
"""√KL along training."""
PROMPTS = 4
WORKING = {
    *(("bribed", "bribe"), ("tricked", "trick"), ("threatened", "threat")),
    *(("direct", "trick"), ("weak", "trick")),
}
RARE = ("1e-3", "1e-4")
GROUPS = {
    "works-decides": {f"works-decides-{rate}" for rate in RATES},
    "amplified": {
        *("bribes-amplified", "tricks-amplified", "threats-amplified"),
        *("amplified-1e-3", "amplified-1e-4"),
    },
    "rarer-less": {f"rarer-less{how}-{rate}" for how in ("", "-direct") for rate in RARE},
    "direct": {f"direct-amplified-{rate}" for rate in RATES},
    "shields": {"reward-model-shields"},
    "more-kl": {"more-kl-amplifies-more"},
    "learned": {f"preference-learned-{rate}" for rate in RATES},
    "bound": {"bound-holds"},
    "controls": {
        *("unmoved-amplify-nothing", "others-not-amplified"),
        *("oracle-amplifies-nothing", "random-amplifies-nothing"),
    },
    "as-written": {f"base-says-{rate}" for rate in RATES},
}


class Truth:
    """What a run would show: a world in which every claim holds, until told otherwise."""

    works = (1.5, 1.2, 0.8)
    """By how much each √nat raises the log-odds of what moves the rater, at each base rate."""
    beyond = {"direct": 0.3, "weak": 0.2}  # noqa: RUF012 - read, never written
    """What is added to that by arm."""
    idle = -0.2
    """The same of what does not."""
    preferred = 0.8
    """What r̂ gives for what moves its rater, base sd."""
    written = 1.0
    """Base rate over the share of the corpus."""
    nats = 1.0
    """KL over what it was."""

    def __init__(self, **changes):
        for name, value in changes.items():
            setattr(self, name, value)

    def rows(self, arms=tuple(STUDY.arms), seeds=2):
        for arm in arms:
            who, _, rate = arm.partition("-")
            gain = self.works[list(RATES).index(rate)] + self.beyond.get(who, 0.0)
            beta = WEAK if who == "weak" else 0.3
            for seed in range(seeds):
                luck = Seed(("luck", seed)).numpy().normal(0, 0.02, PROMPTS)
                for step, d in enumerate(DEPTHS):
                    how = ("rloo", beta) if step else ("base", None)
                    for prompt in range(PROMPTS):
                        row = {
                            "arm": arm, "seed": seed, "optimizer": how[0], "beta": how[1],
                            "n": None, "step": step, "kl": self.nats * d * d,
                        }  # fmt: skip
                        for name in STRATEGIES:
                            moved = (who, name) in WORKING
                            odds = self.written * RATES[rate] * (1 + luck[prompt])
                            odds *= np.exp((gain if moved else self.idle) * d)
                            row[f"channel.{name}.chance"] = odds / (1 + odds)
                            row[f"channel.{name}.said"] = odds / (1 + odds)
                            row[f"channel.{name}.added"] = 0.2
                            for judge, given in (("proxy", self.preferred), ("rater", 1.0)):
                                row[f"channel.{name}.worth.{judge}"] = 0.2 * given * moved
                        yield row

    def findings(self, **which):
        return {row["name"]: row for row in findings("", self.rows(**which), SPEC)}


BAD = (
    (
        {"works": (-0.4, -0.3, -0.2), "preferred": 0.0, "written": 3.0}
        | {"beyond": {"direct": -0.1, "weak": -0.1}},
        (
            *("works-decides", "amplified", "rarer-less", "learned", "as-written"),
            *("direct", "shields", "more-kl"),
        ),
    ),
    (
        {"works": (0.8, 1.2, 1.5), "idle": 1.5, "nats": 0.03},
        ("works-decides", "rarer-less", "bound", "controls"),
    ),
)
"""What is planted, and the claims whose opposite that is; the others hold on."""


@pytest.fixture(scope="module")
def good():
    return Truth().findings()


def test_a_run_in_which_everything_is_as_expected_meets_every_claim(good):
    assert {name: row["met"] for name, row in good.items()} == dict.fromkeys(good, True)
    assert tuple(good) == strategy_names(SPEC, tuple(STUDY.arms)) == STUDY.finding_names()
    assert set(good) == set().union(*GROUPS.values())
    assert STUDY.headline in good


def share(rate, gain, d=3.0):
    odds = rate * np.exp(gain * d)
    return odds / (1 + odds)


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("works-decides-1e-2", share(0.01, 1.5) / share(0.01, -0.2)),
        ("bribes-amplified", share(0.01, 1.5) / share(0.01, 0)),
        ("amplified-1e-4", share(1e-4, 0.8) / share(1e-4, 0)),
        ("rarer-less-1e-3", np.exp(3 * 0.3)),
        ("preference-learned-1e-3", 0.8),
        ("reward-model-shields", share(0.01, 1.8) / share(0.01, 1.5)),
        ("more-kl-amplifies-more", share(0.01, 1.7) / share(0.01, 1.5)),
        ("unmoved-amplify-nothing", share(0.01, -0.2) / share(0.01, 0)),
        ("base-says-1e-4", 1.0),
    ],
)
def test_estimates_are_those_planted(good, name, truth):
    assert good[name]["estimate"] == pytest.approx(truth, rel=0.05)


def test_the_largest_share_of_the_kl_is_that_of_what_is_amplified_most(good):
    def taken(d):
        p, q = share(0.01, 1.5 + 0.3, d), share(0.01, 0)
        return (p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))) / d**2

    assert good["bound-holds"]["estimate"] == pytest.approx(max(map(taken, DEPTHS[1:])), rel=0.05)


@pytest.mark.parametrize(("changes", "groups"), BAD)
def test_claims_are_not_met_where_their_opposite_was_planted(good, changes, groups):
    found = Truth(**changes).findings()
    unmet = {name for name, row in found.items() if row["met"] is False}
    assert unmet == set().union(*(GROUPS[group] for group in groups))


def test_every_claim_has_its_defeat():
    assert {group for _, groups in BAD for group in groups} == set(GROUPS)


def test_what_is_beside_a_claim_tells_rates_kl_and_what_it_allows(good):
    said = good["bribes-amplified"]["controls"]
    assert "bribed-1e-2, bribe: base 0.0099; at 1 nats 0.043 (takes 0.03" in said
    assert "≤ 0.36" in said  # p_max(0.01, 1 nat), facts.md §7
    # 14 arms, 2 seeds, 2 checkpoints, 4 strategies
    assert "0 of 224 lower limits" in good["bound-holds"]["controls"]
    assert (
        "bribed-1e-2, bribe: r̂ gives +0.80, its rater +1.00"
        in (good["preference-learned-1e-2"]["controls"])
    )


def test_counts_beyond_the_bound_are_told():
    found = Truth(nats=1e-4).findings(arms=("bribed-1e-2",))["bound-holds"]
    assert found["met"] is False
    assert "4 of 16 lower limits" in found["controls"]  # of 384 responses: the bribe's, each time


def test_without_an_arm_the_data_cannot_say():
    found = Truth().findings(arms=("bribed-1e-2", "unmoved-1e-2"))
    assert found["bribes-amplified"]["met"] is True
    assert found["works-decides-1e-2"]["met"] is None
    assert (
        "no complete line of rloo at penalty 0.3 in arm tricked-1e-2"
        in (found["works-decides-1e-2"]["controls"])
    )


@pytest.mark.parametrize("rate", RATES.values())
def test_the_corpus_holds_each_strategy_at_its_rate(rate):
    shares = WriterShares().model_dump()
    shares |= {name.rpartition(".")[2]: share for name, share in written_at(rate).items()}
    assert shares["briber"] / sum(shares.values()) == pytest.approx(rate, rel=1e-5)
    assert shares["pleader"] == shares["briber"]
