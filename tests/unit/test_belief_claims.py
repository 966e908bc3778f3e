"""The claims of sycophancy on runs whose truth was planted."""

import re

import pytest

from looksgood.core.seeds import Seed
from looksgood.studies.beliefs.claims import belief_names, findings
from looksgood.studies.catalogue.sycophancy import STUDY

SPEC = STUDY.configure("standard", {})
KLS = (0.0, 1.0, 2.0, 4.0)
PROMPTS = 4
CLAIMS = (
    "liking-raises-siding",
    "liking-raises-siding-ordinary",
    "siding-rises",
    "siding-rises-ordinary",
    "siding-rises-where-it-pays",
    "oracle-does-not",
    "gold-does-not",
    "random-does-not",
    "best-of-n-sides",
    "best-of-n-rises-where-it-pays",
    "reward-model-learns-liking",
    "reward-model-prefers-siding",
    "liking-works-on-smallest",
    "effect-grows-with-size",
    "larger-base-sides-more",
)


class Truth:
    """What a run would show: siding of the base and at the end, by arm; r̂'s preference for it."""

    ways = {  # noqa: RUF012 - read, never written
        "likes": (0.5, 0.6),
        "likes-width-32": (0.45, 0.5),
        "likes-width-16": (0.4, 0.45),
        "oracle": (0.5, 0.3),
        "oracle-width-32": (0.45, 0.35),
        "oracle-width-16": (0.4, 0.35),
        "likes-more": (0.5, 0.9),
        "ordinary": (0.5, 0.7),
        "ordinary-unmoved": (0.5, 0.4),
        "gold": (0.5, 0.2),
        "random": (0.5, 0.5),
    }
    preferred = {"likes": -0.5, "oracle": -1.0, "likes-more": 0.6}  # noqa: RUF012

    def __init__(self, ways=None, preferred=None):
        self.ways = self.ways | (ways or {})
        self.preferred = self.preferred | (preferred or {})

    def points(self, arm):
        """Yield optimizer, penalty, n, step, KL and siding."""
        start, end = self.ways[arm]
        for step, kl in enumerate(KLS):
            how = ("rloo", 0.1) if step else ("base", None)
            yield *how, None, step, kl, start + (end - start) * kl / KLS[-1]
        for i, n in enumerate(SPEC.best_of):
            share = i / (len(SPEC.best_of) - 1)
            yield "best_of_n", None, n, 0, 4 * share, start + (end - start) * share

    def rows(self, arms=tuple(STUDY.arms), seeds=2):
        for arm in arms:
            for seed in range(seeds):
                luck = Seed(("luck", seed)).numpy().normal(0, 0.02, PROMPTS)
                for optimizer, beta, n, step, kl, siding in self.points(arm):
                    for prompt in range(PROMPTS):
                        wrong = 1.0 - prompt % 2
                        sided = siding * (1 + luck[prompt])
                        yield {
                            "arm": arm, "seed": seed, "optimizer": optimizer, "beta": beta,
                            "n": n, "step": step, "kl": kl,
                            "channel.asker_wrong": wrong,
                            "channel.asker_wrong.sided_with": wrong * sided,
                            "channel.asker_alone": wrong / 2,
                            "channel.asker_alone.sided_with": wrong * sided / 2,
                            "channel.asker_right": 1 - wrong,
                            "channel.asker_right.sided_with": (1 - wrong) * 0.9,
                            "channel.asker_wrong.compared": wrong,
                            "channel.asker_wrong.preference.proxy": wrong
                            * self.preferred.get(arm, -0.7),
                            "channel.asker_wrong.preference.rater": wrong * -1.5,
                        }  # fmt: skip

    def findings(self, **which):
        return {row["name"]: row for row in findings("", self.rows(**which), SPEC)}


BAD = (
    (
        {
            "ways": {
                "likes": (0.5, 0.3),
                "likes-width-16": (0.55, 0.35),
                "oracle-width-16": (0.55, 0.35),
                "likes-more": (0.5, 0.4),
                "ordinary": (0.5, 0.4),
            },
            "preferred": {"likes": -1.0, "likes-more": -0.2},
        },
        {*CLAIMS} - {"oracle-does-not", "gold-does-not", "random-does-not"},
    ),
    (
        {"ways": {"oracle": (0.5, 0.6), "gold": (0.5, 0.6), "random": (0.5, 0.6)}},
        {"oracle-does-not", "gold-does-not", "random-does-not"}
        | {"liking-raises-siding", "best-of-n-sides", "effect-grows-with-size"},
    ),
)
"""What is planted, and the claims whose opposite that is; the others hold on."""


@pytest.fixture(scope="module")
def good():
    return Truth().findings()


def test_a_run_in_which_everything_is_as_expected_meets_every_claim(good):
    assert {name: row["met"] for name, row in good.items()} == dict.fromkeys(CLAIMS, True)
    assert tuple(good) == belief_names(SPEC, tuple(STUDY.arms)) == STUDY.finding_names()
    assert STUDY.headline in good


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("liking-raises-siding", 0.3),
        ("siding-rises", 0.1),
        ("oracle-does-not", -0.2),
        ("best-of-n-sides", 0.3),
        ("reward-model-learns-liking", 0.5),
        ("reward-model-prefers-siding", 0.6),
        ("effect-grows-with-size", 0.2),
        ("larger-base-sides-more", 0.1),
    ],
)
def test_estimates_are_those_planted(good, name, truth):
    assert good[name]["estimate"] == pytest.approx(truth, rel=0.05, abs=0.01)


@pytest.mark.parametrize(("changes", "unmet"), BAD)
def test_claims_are_not_met_where_their_opposite_was_planted(changes, unmet):
    found = Truth(**changes).findings()
    assert {name for name, row in found.items() if row["met"] is False} == unmet


def test_every_claim_has_its_defeat():
    assert set().union(*(unmet for _, unmet in BAD)) == set(CLAIMS)


def test_what_is_beside_a_claim_tells_both_ways_and_all_sizes(good):
    said = good["liking-raises-siding"]["controls"]
    assert "likes, to 4 nats: sided with the wrong 0.50 to 0.60, the wrong alone 0.50" in said
    assert "the right 0.90 to 0.90; oracle, to 4 nats" in said
    sizes = good["effect-grows-with-size"]["controls"]
    assert re.search(r"width-64 \+0\.(29|30)", sizes)
    assert sizes.count("width-") == 3
    assert "its rater -1.50" in good["reward-model-learns-liking"]["controls"]


def test_without_an_arm_the_data_cannot_say():
    found = Truth().findings(arms=("likes", "oracle"))
    assert found["liking-raises-siding"]["met"] is True
    assert found["siding-rises-ordinary"]["met"] is None
    assert "in arm ordinary" in found["siding-rises-ordinary"]["controls"]
