"""The claims of capability on runs whose truth was planted."""

from math import log2

import pytest

from looksgood.core.seeds import Seed
from looksgood.policies.pretrain import small_llama
from looksgood.policies.tokenizer import word_tokenizer
from looksgood.studies.catalogue.capability import LARGEST, SIZES, SMALLEST, STUDY
from looksgood.studies.panels.capability_claims import claims, findings
from tests.exploited import Run, needed, rows_of

SPEC = STUDY.configure("standard", {})


def late(t):
    """Share of the truth's fall that has come: most of it between a quarter and a half."""
    return min(t, 0.25) * 0.2 + (0.85 if t > 0.25 else 0) + max(t - 0.5, 0) * 0.2


class World:
    """A world in which every claim holds, until told otherwise; `i` counts sizes from 0."""

    def rate(self, i):
        return 1 + 0.3 * i

    def base(self, i):
        return 0.1 * i - 0.3

    def drop(self, i):
        return (0, 0.1, 0.9, 1.0)[i]

    when = staticmethod(late)
    along = staticmethod(lambda t: t)
    fooled = staticmethod(lambda t, proxy, i: 0.3 + 0.05 * (1 + i) * proxy)
    score = staticmethod(lambda proxy, i: 0.5 * proxy)
    expert = staticmethod(lambda score, gold: gold)
    oracle_fooled = staticmethod(lambda proxy, i: 0.3)
    random = Run()
    control = Run(gold=lambda t: 0.5 * t)

    def __init__(self, **changes):
        for name, value in changes.items():
            setattr(self, name, value)

    def sized(self, i):
        def proxy(t):
            return self.rate(i) * self.along(t)

        def gold(t):
            return self.base(i) + 0.1 * t - self.drop(i) * self.when(t)

        return Run(
            proxy=proxy,
            gold=gold,
            score=lambda t: self.score(proxy(t), i),
            expert=lambda t: self.expert(self.score(proxy(t), i), gold(t)),
            fooled=lambda t: self.fooled(t, proxy(t), i),
        )

    def oracle(self, i):
        run = self.sized(i)
        return run.but(gold=run.proxy, fooled=lambda t: self.oracle_fooled(run.proxy(t), i))

    def runs(self):
        return {
            **{arm: self.sized(i) for i, arm in enumerate(SIZES)},
            "oracle": self.oracle(len(SIZES) - 1),
            f"oracle-{SMALLEST}": self.oracle(0),
            "gold": self.control,
            "random": self.random,
        }

    def findings(self, only="", checkpoints=16):
        runs = needed(claims(None, SPEC), only, self.runs()) if only else self.runs()
        rows = rows_of(runs, checkpoints, SPEC.optimizer.steps)
        return {row["name"]: row for row in findings("capability", rows, SPEC)}


def smaller_fools_more(t, proxy, i):
    return 0.3 + 0.05 * (4 - i) * proxy


def turns_sour(proxy, i):
    return (0.5 - 0.6 * i) * proxy


BAD = {
    "false-approval-equal-proxy": {"fooled": smaller_fools_more},
    "false-approval-equal-kl": {"fooled": smaller_fools_more},
    "gap-2-equal-proxy": {"score": turns_sour},
    "gap-2-equal-kl": {"score": turns_sour},
    "gap-2-equal-steps": {"score": turns_sour},
    "larger-starts-higher": {"base": lambda i: -0.1 * i},
    "proxy-rises-with-size": {"rate": lambda i: (1, 1.3, 1.2, 1.9)[i]},
    "gold-falls-with-size": {"drop": lambda i: 0.0},
    "jump-with-size": {"drop": lambda i: 0.4 * i},
    "proxy-rises-with-budget": {"along": lambda t: t if t < 0.75 else 0.4},
    "gold-falls-with-budget": {"drop": lambda i: 0.0},
    "jump-with-budget": {"when": lambda t: (log2(max(t, 1 / 16)) + 4) / 4},
    "longer-exploits-more": {"fooled": lambda t, proxy, i: 0.3 - 0.1 * t},
    "experts-see-more": {"expert": lambda score, gold: 1.5 * score},
    "more-than-under-oracle": {"oracle_fooled": lambda proxy, i: 0.3 + 0.1 * i * proxy},
    "oracle-holds": {"oracle_fooled": lambda proxy, i: 0.3 + 0.1 * i * proxy},
    "random-fools-nobody": {"random": Run(fooled=lambda t: 0.3 + 0.3 * t)},
    "gold-arm-holds": {"control": Run(gold=lambda t: t * (1 - t))},
}


def test_a_run_in_which_it_holds_meets_every_claim():
    found = World().findings()
    assert {name: row["met"] for name, row in found.items()} == dict.fromkeys(BAD, True)
    assert STUDY.finding_names() == tuple(BAD)
    # where the proxy of both is 1
    assert found["false-approval-equal-proxy"]["estimate"] == pytest.approx(0.15)
    assert "share of seeds by step: 0.00, 1.00, 0.00;" in found["jump-with-size"]["controls"]


@pytest.mark.parametrize("name", BAD)
def test_a_claim_is_not_met_where_its_opposite_was_planted(name):
    assert World(**BAD[name]).findings(name)[name]["met"] is False


def test_a_truth_that_does_not_fall_has_no_jump():
    found = World(drop=lambda i: 0.0).findings("jump-with-size")["jump-with-size"]
    assert (found["met"], found["estimate"]) == (False, 0.0)
    assert "gold falls in 0 of 4 seeds" in found["controls"]


def test_budgets_without_a_checkpoint_cannot_be_told():
    name = "jump-with-budget"
    found = World().findings(name, checkpoints=8)[name]
    assert found["met"] is None
    assert "no checkpoints after 5, 10, 20, 40, 80 steps" in found["controls"]


def test_sizes_span_sixteenfold_in_weights():
    tokenizer = word_tokenizer(f"w{i}" for i in range(300))

    def weights(arm):
        policy = STUDY.arm_spec(SPEC, arm).policy
        sizes = {name: getattr(policy, name) for name in ("width", "layers", "heads")}
        model = small_llama(tokenizer, **sizes, positions=64, seed=Seed((0,)))
        return sum(weight.numel() for weight in model.parameters())

    counts = [weights(arm) for arm in SIZES]
    assert counts == sorted(counts)
    assert counts[-1] >= 16 * counts[0]
    assert SIZES[-1] == LARGEST
