"""The claims of policy-size on runs whose truth was planted."""

from typing import ClassVar

import numpy as np
import pytest

from looksgood.core.errors import ConfigError
from looksgood.core.seeds import Seed
from looksgood.runs import Stages
from looksgood.studies.catalogue.policy_size import LARGEST, SIZES, STUDY
from looksgood.studies.laws.size_claims import findings
from looksgood.studies.shared import Shared
from tests.sweeps import run_tiny, tiny_spec

SPEC = STUDY.configure("standard", {})
SMALLEST = SIZES[0]
NS = np.array(SPEC.best_of, dtype=float)
SPENT = np.log(NS) - (NS - 1) / NS
TRAINED = np.linspace(0, 3, 12) ** 2
CLAIMS = (
    "peak-kl-alike-training",
    "gap-alike-training",
    "larger-gains-less-training",
    "peak-kl-alike-selection",
    "gap-alike-selection",
    "larger-gains-less-selection",
    "larger-starts-higher",
    "gold-arm-holds",
    "gold-arm-holds-smallest",
    "random-teaches-nothing",
)


def trained(d, height=0.5, peak=1.2):
    """Gold along training, by Gao's form: `height` at d = `peak`."""
    beta = height / peak
    return d * (beta * (1 + np.log(peak)) - beta * np.log(np.maximum(d, 1e-9)))


def selected(d, height=0.5, peak=1.0):
    return d * (2 * height / peak - height / peak**2 * d)


class Truth:
    """What a run would show: a world in which every claim holds, until told otherwise."""

    small: ClassVar = {"height": 0.8}
    small_selected: ClassVar = {"height": 0.8}
    start = -0.4
    """Gold of the smallest base."""
    wider = 1.0
    """Gap of the smallest policy over that of the largest."""
    control = staticmethod(lambda d: 0.5 * d)
    small_control = staticmethod(lambda d: 0.4 * d)
    random = staticmethod(lambda d: -0.2 * d)

    def __init__(self, **changes):
        for name, value in changes.items():
            setattr(self, name, value)

    def lines(self):
        """Yield arm, optimizer, penalty, n, step, KL, proxy and gold of each point."""
        for arm in (LARGEST, "width-32", SMALLEST):
            small = arm == SMALLEST
            start, wider = (self.start, self.wider) if small else (0.0, 1.0)
            for i, kl in enumerate(TRAINED):
                d = kl**0.5
                gold = trained(d, **(self.small if small else {}))
                how = ("rloo", 0.0, None, i) if i else ("base", None, None, 0)
                yield arm, *how, kl, start + gold + wider * d, start + gold
            for n, kl in zip(NS, SPENT, strict=True):
                d = kl**0.5
                gold = selected(d, **(self.small_selected if small else {}))
                best = ("best_of_n", None, int(n), 0)
                yield arm, *best, kl, start + gold + wider * d, start + gold
        for arm, curve in (
            ("gold", self.control),
            (f"gold-{SMALLEST}", self.small_control),
            ("random", self.random),
        ):
            for i, kl in enumerate(TRAINED):
                how = ("rloo", 0.0, None, i) if i else ("base", None, None, 0)
                yield arm, *how, kl, kl**0.5, curve(kl**0.5)

    def rows(self):
        for seed in range(4):
            luck = Seed(("luck", seed)).numpy().normal(0, 0.01, 8)
            for arm, optimizer, beta, n, step, kl, proxy, gold in self.lines():
                for prompt in range(8):
                    yield {
                        "arm": arm, "seed": seed, "optimizer": optimizer, "beta": beta, "n": n,
                        "step": step, "prompt_id": str(prompt), "kl": float(kl),
                        "proxy": float(proxy), "gold": float(gold + luck[prompt] * kl**0.5),
                    }  # fmt: skip

    def findings(self):
        rows = findings("policy-size", self.rows(), SPEC)
        return {row["name"]: row for row in rows}


BAD = {
    "peak-kl-alike-training": {"small": {"height": 0.8, "peak": 2.0}},
    "gap-alike-training": {"wider": 1.5},
    "larger-gains-less-training": {"small": {"height": 0.4}},
    "peak-kl-alike-selection": {"small_selected": {"height": 0.8, "peak": 1.6}},
    "gap-alike-selection": {"wider": 0.6},
    "larger-gains-less-selection": {"small_selected": {"height": 0.4}},
    "larger-starts-higher": {"start": 0.1},
    "gold-arm-holds": {"control": trained},
    "gold-arm-holds-smallest": {"small_control": trained},
    "random-teaches-nothing": {"random": lambda d: 0.4 * d},
}


def test_a_run_in_which_it_holds_meets_every_claim():
    found = Truth().findings()
    assert {name: row["met"] for name, row in found.items()} == dict.fromkeys(CLAIMS, True)
    assert STUDY.finding_names() == CLAIMS


@pytest.mark.parametrize("name", BAD)
def test_a_claim_is_not_met_where_its_opposite_was_planted(name):
    assert Truth(**BAD[name]).findings()[name]["met"] is False


def test_the_peak_of_the_fitted_form_is_found():
    found = Truth(small={"height": 0.8, "peak": 1.5}).findings()["peak-kl-alike-training"]
    assert found["estimate"] == pytest.approx((1.2 / 1.5) ** 2, rel=0.02)


def test_a_peak_beyond_the_data_is_not_extrapolated():
    found = Truth(small={"height": 0.8, "peak": 4.0}).findings()["peak-kl-alike-training"]
    assert found["met"] is False
    assert found["estimate"] is None


def test_what_was_not_run_cannot_be_said():
    rows = (row for row in Truth().rows() if row["arm"] != SMALLEST)
    found = {row["name"]: row for row in findings("", rows, SPEC)}
    assert found["gap-alike-training"]["met"] is None
    assert found["gold-arm-holds"]["met"] is True


def test_all_sizes_meet_the_same_reward_model_in_the_same_units(tmp_path):
    small = {"kind": "small", "width": 16, "layers": 1, "epochs": 0.1}
    shared = {"compared": small, "reward_body": small}

    def keys(policy):
        spec = tiny_spec(policy=policy, **shared)
        one = Shared(spec, Seed((0,)), Stages(tmp_path))
        return one.reward_key(1), one.base_key

    (reward, base), (other_reward, other_base) = keys(small), keys({**small, "width": 32})
    assert reward == other_reward
    assert base != other_base

    run = run_tiny(tmp_path / "run", policy={**small, "width": 32}, **shared)
    start = next(
        row
        for row in run.points().to_pylist()
        if row["arm"] == "ordinary" and row["optimizer"] == "base"
    )
    # the unit is that of the model compared: this base is not 0 on it
    assert abs(start["gold"]) > 1e-3


def test_a_compared_model_whose_tokens_are_others_is_refused(tmp_path):
    spec = tiny_spec(
        compared={"kind": "small", "width": 16, "layers": 1, "epochs": 0.1, "tokenizer": "bpe"}
    )
    shared = Shared(spec, Seed((0,)), Stages(tmp_path))
    with pytest.raises(ConfigError, match="compared: its tokens are not those"):
        shared.compared(shared.world())
