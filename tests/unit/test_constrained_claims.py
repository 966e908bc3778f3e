"""The claims of constrained on runs whose truth was planted."""

import re

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.studies.catalogue.constrained import STUDY
from looksgood.studies.laws.constrained_claims import constrained_statistics, findings
from looksgood.studies.laws.constrained_statistics import bounds
from looksgood.studies.laws.halves import at, halves_of, tuned

SPEC = STUDY.configure("standard", {})
PROMPTS = 6
Q = 0.05
METHOD = {arm: arm.removeprefix("oracle-") for arm in STUDY.arms}
RISE = (0.3, 0.5, 0.4, 0.2, 0.0, -0.4)
"""Gold over six penalties, strongest first: it peaks at the second."""


class Truth:
    """What a run would show: a world in which every claim holds, until told otherwise."""

    kl = RISE
    chi2 = tuple(gold + 0.3 for gold in RISE[:5])
    point = (0.4, 0.7, 0.6, 0.3)
    epoch = (0.3, 0.5, 0.4, 0.2, 0.0, -0.2)
    epoch_proxy = (0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
    oracle_epoch = (0.1, 0.2, 0.3, 0.35, 0.4, 0.4)
    exploit = (0.05, 0.07, 0.1, 0.2, 0.4, 0.6)
    oracle_exploit = (0.05, 0.04)
    chi2_exploit = (0.05, 0.06, 0.08, 0.1, 0.2)
    chi2_divergence = (0.1, 0.3, 1.0, 3.0, 10.0)
    gold = (0.5, 0.8, 0.9, 0.9)
    random = (0.0, -0.3)

    def __init__(self, **changes):
        for name, value in changes.items():
            setattr(self, name, value)

    def points(self):
        """Yield arm, penalty, n, step, proxy, gold, exploits and χ² of each point."""
        for arm in STUDY.arms:
            yield arm, None, None, 0, 0.0, 0.0, Q, 0.0
            yield arm, None, 1, 0, 0.0, 0.0, Q, None
        for arm, golds, rates, far in (
            ("kl", self.kl, self.exploit, (1.0,) * 6),
            ("oracle-kl", (0.3, 0.6), self.oracle_exploit, (1.0,) * 2),
            ("chi2", self.chi2, self.chi2_exploit, self.chi2_divergence),
            ("oracle-chi2", (0.3, 0.6), self.oracle_exploit, (1.0,) * 2),
        ):
            betas = STUDY.arm_spec(SPEC, arm).penalties
            for beta, gold, rate, chi2 in zip(betas, golds, rates, far, strict=True):
                yield arm, beta, None, 15, 0.3, gold - 0.1, Q, 0.1
                yield arm, beta, None, 30, 0.5, gold, rate, chi2
        points = [arm for arm in STUDY.arms if arm.startswith("point-")]
        for arm, gold in zip(points, self.point, strict=True):
            yield arm, 0.05, None, 30, 0.5, gold, 0.1, 1.0
        yield "oracle-point-0.5", 0.05, None, 30, 0.5, 0.4, 0.0, 1.0
        for arm, golds in (("dpo", self.epoch), ("oracle-dpo", self.oracle_epoch)):
            for beta in STUDY.arm_spec(SPEC, arm).penalties:
                for i, (gold, proxy) in enumerate(zip(golds, self.epoch_proxy, strict=True), 1):
                    small = beta == 0.03
                    yield arm, beta, None, 10 * i, proxy, gold if small else 0.1 * i, Q, 1.0
        for arm, golds in (("gold", self.gold), ("random", self.random)):
            for i, gold in enumerate(golds, 1):
                yield arm, 0.0, None, 10 * i, 0.5, gold, Q, 1.0


def rows_of(truth, seed):
    names = ("arm", "beta", "n", "step", "proxy", "gold", "channel.exploit")
    luck = Seed(("luck", seed)).numpy().normal(0, 0.02, PROMPTS)
    return [
        {"seed": seed, "kl": 0.1 * point[3], "optimizer": "any"}
        | dict(zip(names, point, strict=False))
        | {"gold": point[5] * (1 + luck[i])}
        | {"channel.renyi_2": None if point[7] is None else float(np.log1p(point[7]))}
        for point in truth.points()
        for i in range(PROMPTS)
    ]


def planted(truth, seeds=3):
    rows = [row for seed in range(seeds) for row in rows_of(truth, seed)]
    return {row["name"]: row for row in findings(STUDY.name, rows)}


BAD = (
    (
        {"chi2": RISE[:5], "point": (0.5, 0.5, 0.5, 0.5), "exploit": (0.05,) * 5 + (0.1,)}
        | {"oracle_exploit": (0.05, 0.3)},
        {"chi2-beats-kl", "point-beats-kl", "exploits-are-found", "exploits-vanish"},
    ),
    (
        {"kl": (0.1, 0.2, 0.3, 0.4, 0.5, 0.5), "chi2_exploit": (0.05, 0.06, 0.4, 0.1, 0.2)},
        {"kl-overoptimises", "chi2-bound-holds"},
    ),
    (
        {"epoch": (0.1, 0.2, 0.3, 0.4, 0.5, 0.5), "epoch_proxy": (0.2, 0.4, 0.6, 0.5, 0.3, 0.2)}
        | {"oracle_epoch": (0.3, 0.5, 0.4, 0.2, 0.0, -0.2)},
        {"dpo-falls", "dpo-proxy-rises", "dpo-oracle-holds"},
    ),
    (
        {"gold": (0.5, 0.8, 0.6, 0.4), "random": (0.4, 0.0)},
        {"gold-arm-holds", "random-teaches-nothing"},
    ),
)
"""What is planted, and the claims whose opposite that is; the others hold on."""


@pytest.fixture(scope="module")
def good():
    return planted(Truth())


def test_a_run_in_which_everything_is_as_expected_meets_every_claim(good):
    assert {name: row["met"] for name, row in good.items()} == dict.fromkeys(good, True)
    assert tuple(good) == constrained_statistics(SPEC, tuple(STUDY.arms))
    assert STUDY.finding_names()[0] == "chi2-beats-kl"


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("chi2-beats-kl", 0.3),
        ("point-beats-kl", 0.2),
        ("exploits-are-found", 0.6 / Q),
        ("kl-overoptimises", 1.8),
        ("chi2-bound-holds", 0.05 / (Q + (0.1 * Q * (1 - Q)) ** 0.5)),
        ("dpo-falls", 1.4),
        ("dpo-proxy-rises", 1.0),
        ("gold-arm-holds", 0.0),
    ],
)
def test_estimates_are_those_planted(good, name, truth):
    assert good[name]["estimate"] == pytest.approx(truth, rel=0.05, abs=0.02)


@pytest.mark.parametrize(("changes", "unmet"), BAD)
def test_a_claim_is_not_met_where_its_opposite_was_planted(good, changes, unmet):
    found = planted(Truth(**changes))
    assert {name for name, row in found.items() if row["met"] is False} == unmet


def test_every_claim_has_its_defeat(good):
    assert set().union(*(unmet for _, unmet in BAD)) == set(good)


def test_what_is_beside_a_claim_names_the_setting_and_says_where_nothing_is_claimed(good):
    beside = good["chi2-beats-kl"]["controls"]
    assert "best: chi2, penalty 0.1, step 30 (gold 0." in beside
    assert "against kl, penalty 0.4, step 30" in beside
    assert re.search(r"nothing is claimed: [+-]0\.00 \[", beside)
    assert "point-0.5" in good["point-beats-kl"]["controls"]
    said = good["chi2-bound-holds"]["controls"]
    assert "certifies nothing" in said
    assert said.count("allows") == 5


def test_without_an_arm_the_data_cannot_say():
    rows = [r for s in range(2) for r in rows_of(Truth(), s) if r["arm"] in ("kl", "chi2")]
    found = {row["name"]: row for row in findings(STUDY.name, rows)}
    assert found["chi2-beats-kl"]["met"] is True
    assert "not run without exploits" in found["chi2-beats-kl"]["controls"]
    assert found["point-beats-kl"]["met"] is None
    assert "no complete cells of arm point" in found["point-beats-kl"]["controls"]
    (row,) = {row["controls"] for row in findings(STUDY.name, [])}
    assert row == "cannot say: no cell is complete"


# ---- halves


def lucky(seeds=2, prompts=40, settings=30):
    """Many settings that are all equally good: what differs is luck, prompt by prompt."""
    rows = []
    for seed in range(seeds):
        draw = Seed(("lucky", seed)).numpy()
        for beta in (None, *range(settings)):
            rows += [
                {"arm": "kl", "seed": seed, "optimizer": "any", "beta": beta, "n": None}
                | {"step": 0 if beta is None else 30, "kl": 0.0, "proxy": 0.0}
                | {"gold": float(draw.normal(0, 1)), "channel.exploit": 0.0}
                | {"channel.renyi_2": 0.0}
                for _ in range(prompts)
            ]
    return halves_of(rows)


def test_the_best_of_equals_is_no_better_than_they_are():
    halves = lucky()
    places = halves.trained(["kl"])
    assert float(at(halves.columns.mean, "gold", places).max()) > 0.15  # what luck alone would say
    low, high = np.quantile(tuned(halves.columns.draws, "gold", places), (0.025, 0.975))
    assert low < 0 < high


def test_chi2_is_averaged_over_prompts_as_it_is_and_bounds_are_said():
    halves = halves_of([row for seed in range(2) for row in rows_of(Truth(), seed)])
    ends = halves.ends(["chi2"])
    np.testing.assert_allclose(at(halves.columns.mean, "chi2", ends), Truth.chi2_divergence)
    assert halves.points[ends[0]] == ("chi2", 0.3, 30)
    assert "0.3: 0.050 (χ² 0.1 allows 0.119, KL 3 1.000)" in bounds(halves, "chi2")
