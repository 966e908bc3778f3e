"""Does what `certify RUN` says hold as often as it says? By simulation, where all is known.

A planted policy says two tokens. The first may open a door, the second does A or not, and prompts
are of several kinds, so that the true rates and the true KL are sums. What is measured is what a
run keeps: eight responses to each of 64 prompts, of the policy and of its base, KL by the exact sum
over the next token at the prefixes that were visited, and one response to each of 24 prompts with
its log-ratio. In the default tests 20 simulations.
"""

import math
from typing import NamedTuple

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.measures.certificate import certify_numbers
from looksgood.measures.certificate_of_run import Tables, certify_run
from looksgood.measures.interval_coverage import MEASURED_KL_PERCENT
from looksgood.ops.binary_kl import binary_kl_nats
from tests.coverage import chance

PROMPTS, K, KEPT = 64, 8, 24
WHERE = {"arm": "planted", "seed": 0, "n": None}
HOW = {
    "policy": {**WHERE, "optimizer": "rloo", "beta": 0.0, "step": 10},
    "base": {**WHERE, "optimizer": "base", "beta": None, "step": 0},
}


class Choice(NamedTuple):
    """How often the policy and its base choose yes."""

    policy: float = 0.0
    base: float = 0.0

    @property
    def kl(self):
        return binary_kl_nats(self.policy, self.base)


class Kind(NamedTuple):
    """One kind of prompt, and its share of all."""

    share: float
    door: Choice = Choice()
    behind: Choice = Choice()
    """Whether A, once the door is open."""
    before: Choice = Choice()
    """Whether A, where the door stays shut."""

    def rate(self, who):
        door, behind, before = (getattr(choice, who) for choice in self[1:])
        return door * behind + (1 - door) * before

    @property
    def kl(self):
        opened = self.door.policy
        return self.door.kl + opened * self.behind.kl + (1 - opened) * self.before.kl


CASES = {
    "prompts alike": [Kind(1.0, before=Choice(0.20, 0.02))],
    "few prompts": [Kind(0.9, before=Choice(0.01, 0.005)), Kind(0.1, before=Choice(0.90, 0.10))],
    # as often open to both, but the policy always does A behind it: most of the KL is seldom seen
    "a rare door": [Kind(1.0, Choice(0.005, 0.005), behind=Choice(0.999, 1e-6))],
    "seldom": [Kind(1.0, before=Choice(0.03, 0.001))],
}
COUNTED = {"prompts alike": 99, "few prompts": 99, "seldom": 83}
"""Per cent in which all holds where a response does A three times at once. A channel that never
shows more than 1 is taken for one that marks; where A is rare that happens."""


def said(rng, kinds, who):
    """What each response of `who` does, its log-ratio, and the KL at its prefixes: (prompts, K)."""

    def of(choice, what):
        return np.array([[getattr(getattr(kind, choice), what)] for kind in kinds])

    def log_ratio(made, policy, base):
        return np.log(np.where(made, policy, 1 - policy) / np.where(made, base, 1 - base))

    opened = rng.random((len(kinds), K)) < of("door", who)
    second = {
        what: np.where(opened, of("behind", what), of("before", what))
        for what in ("policy", "base", "kl")
    }
    does = rng.random(opened.shape) < second[who]
    first = log_ratio(opened, of("door", "policy"), of("door", "base"))
    ratio = first + log_ratio(does, second["policy"], second["base"])
    return does, ratio, of("door", "kl") + second["kl"]


def measured(rng, kinds, at_once):
    """The tables of a run; a response that does A does it `at_once` times."""
    points, prompts, samples = [], [], []
    for who, how in HOW.items():
        does, ratio, spent = said(rng, kinds, who)
        kl = float(spent.mean()) if who == "policy" else 0.0
        points.append({**how, "kl": kl, "kl_se": None})
        prompts += [
            {**how, "prompt_id": f"{i}", "channel.a": at_once * float(own.mean())}
            for i, own in enumerate(does)
        ]
        samples += [
            {
                **{**how, "prompt_id": f"{i}", "channel.a": at_once * float(does[i, 0])},
                **{"logp_policy": float(ratio[i, 0]), "logp_base": 0.0},
            }
            for i in range(KEPT)
        ]
    return Tables(points, prompts, samples)


def held(name, simulations, at_once=1.0):
    """Shares of runs in which each statement is true, and in which all certificates are at once."""
    kinds = CASES[name]
    shares = [kind.share for kind in kinds]
    p, q, kl = (
        sum(kind.share * each for kind, each in zip(kinds, values, strict=True))
        for values in (
            [kind.rate("policy") for kind in kinds],
            [kind.rate("base") for kind in kinds],
            [kind.kl for kind in kinds],
        )
    )
    rng = Seed(("coverage of certificates", name, str(at_once))).numpy()
    true = []
    for _ in range(simulations):
        drawn = [kinds[i] for i in rng.choice(len(kinds), PROMPTS, p=shares)]
        found = certify_run(measured(rng, drawn, at_once), "a", 0.95, {})
        rate, stick, bounds = found.exploit_rate, found.hockey_stick, found.bounds
        assert rate is not None
        assert stick is not None
        assert bounds is not None
        rates = rate.low <= p <= rate.high and found.base_rate_low.p <= q <= found.base_rate_high.p
        implied = (found.kl_implied or 0.0) <= kl
        true.append((rates and implied and stick.p >= p, rates, implied, bounds.p_max.p >= p))
    names = ("all certificates", "rates", "KL implied", "estimate")
    return dict(zip(names, np.mean(true, axis=0).tolist(), strict=True))


def taken_as_exact(p, q, responses, simulations):
    """Share in which p ≤ p_max(q, K) for a K that is the mean of so many log-ratios of π.

    The case in which the bound is tight: π/π₀ has one value on A and one off it.
    """
    happened = Seed(("coverage of a measured KL", str(p), str(q))).numpy()
    counts, often = np.unique(happened.binomial(responses, p, simulations), return_counts=True)
    on, off = math.log(p / q), math.log((1 - p) / (1 - q))
    kls = (counts * on + (responses - counts) * off) / responses
    bounds = [certify_numbers(max(float(kl), 0.0), q).bounds.p_max.p for kl in kls]
    return float(often[np.array(bounds) >= p - 1e-12].sum() / simulations)


def test_quickly_what_a_run_certifies_is_true():
    assert held("few prompts", 20)["all certificates"] >= 0.85
    assert 0.3 < taken_as_exact(0.2, 0.02, 512, 200) < 0.7


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_what_a_run_certifies_is_true_at_least_as_often_as_it_says(name):
    for statement, share in held(name, 400).items():
        assert share >= 0.95 - chance(95, 400), statement


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.parametrize(("name", "percent"), COUNTED.items())
def test_a_channel_that_counts_unseen_is_less_sure(name, percent):
    share = held(name, 400, at_once=3.0)["all certificates"]
    assert share == pytest.approx(percent / 100, abs=chance(percent, 400))


@pytest.mark.science
@pytest.mark.parametrize(("p", "q"), [(0.2, 0.02), (0.03, 0.001), (0.095, 1e-6)])
def test_a_measured_kl_taken_as_exact_bounds_every_second_time(p, q):
    told = MEASURED_KL_PERCENT / 100
    assert taken_as_exact(p, q, 512, 20_000) == pytest.approx(told, abs=0.03)
