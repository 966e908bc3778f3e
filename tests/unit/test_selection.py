"""What selection from a pool is made of: optima, aggregates, planted errors, tails, shared keys."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from looksgood.core.errors import ConfigError
from looksgood.core.records import Channels
from looksgood.core.seeds import Seed
from looksgood.measures.matched import at_first_rise
from looksgood.measures.tail import tail_of
from looksgood.ops.best_of_n import best_of_n_mean, best_of_n_weights
from looksgood.ops.heavy_tail_best_of_n import best_of_n_true_value
from looksgood.optimizers.tilt import Tilt
from looksgood.raters.spec import OracleSpec
from looksgood.rewards.aggregate import aggregated
from looksgood.rewards.planted_error import planted_error
from looksgood.rewards.spec import PlantedErrorSpec
from looksgood.runs import Stages
from looksgood.studies.catalogue.ensembles import STUDY
from looksgood.studies.selection.stages import SelectionStages
from looksgood.studies.shared import Shared
from tests.tiny import PROMPTS, tiny_policy

PROXY = torch.randn(3, 40, generator=Seed(("proxy",)).torch(), dtype=torch.float64)


# ---- flips


def test_a_lapse_of_one_half_flips_a_quarter_of_the_answers():
    weights = {"good": 1.0}
    sides = [Channels(("good",), torch.linspace(*ends, 9)[:, None]) for ends in ((-6, 6), (1, 0))]
    meant = OracleSpec(lapse=0.0).build(weights).prob_first(*sides)
    given = OracleSpec(lapse=0.5).build(weights).prob_first(*sides)
    torch.testing.assert_close(given, 0.75 * meant + 0.25 * (1 - meant))


# ---- KL-optimal policies


def test_a_tilt_weighs_by_the_exponential_of_the_proxy():
    tilt = Tilt.from_pool(PROXY, (4.0, 1.0))
    for i, beta in enumerate(tilt.betas):
        torch.testing.assert_close(tilt.weights[:, i], (PROXY / beta).softmax(1))
        logs = (tilt.weights[:, i] * 40).log()
        torch.testing.assert_close(tilt.kl_nats[:, i], (tilt.weights[:, i] * logs).sum(1))


def test_a_weaker_penalty_means_more_proxy_and_more_kl_and_none_is_refused():
    means = Tilt.from_pool(PROXY, (8.0, 2.0, 0.5)).means({"proxy": PROXY.flatten()})
    for name in ("kl", "proxy"):
        steps = torch.stack([row[name] for row in means]).diff(dim=0)
        assert (steps > 0).all()
    assert (means[-1]["kl"] < math.log(40)).all()
    with pytest.raises(ValueError, match="without a penalty"):
        Tilt.from_pool(PROXY, (1.0, 0.0))


# ---- aggregates


def test_aggregates_by_hand():
    scores = torch.tensor([[1.0, 0.0], [3.0, 0.0], [2.0, 6.0]])
    assert aggregated(scores, "mean").tolist() == [2.0, 2.0]
    assert aggregated(scores, "worst").tolist() == [1.0, 0.0]
    assert aggregated(scores, "uncertainty", 0.5).tolist() == pytest.approx([2 - 1 / 3, 2 - 4.0])


# ---- planted errors


@pytest.fixture(scope="module")
def samples():
    return tiny_policy().sample(PROMPTS, 400, Seed(("drawn",)))


def test_a_planted_error_is_a_function_of_prompt_and_response(samples):
    spec, seed = PlantedErrorSpec(), Seed(("error",))
    error = planted_error(spec, samples, seed)
    part = planted_error(spec, samples.of_prompts([2]), seed)
    assert torch.equal(part, error[2 * 400 :])
    twins = replace(samples, texts=("tea",) * len(samples))
    assert len(planted_error(spec, twins, seed).unique()) == len(PROMPTS)
    assert not torch.equal(error, planted_error(spec, samples, Seed(("other",))))


def test_planted_errors_have_the_quantiles_they_are_said_to_have(samples):
    many = replace(samples, texts=tuple(f"word {i}" for i in range(len(samples))))
    normal = planted_error(PlantedErrorSpec(scale=3.0), many, Seed(("a",)))
    heavy = planted_error(PlantedErrorSpec(df=2.0), many, Seed(("a",)))
    # P(|Z| < 1) = 0.683; P(|t₂| < 1) = 1/√3, P(|t₂| > 5) = 1 − 5/√27; 1,200 draws
    assert float((normal.abs() < 3).double().mean()) == pytest.approx(0.683, abs=0.05)
    assert float((heavy.abs() < 1).double().mean()) == pytest.approx(3**-0.5, abs=0.05)
    assert float((heavy.abs() > 5).double().mean()) == pytest.approx(1 - 5 / 27**0.5, abs=0.02)
    assert torch.equal(heavy.argsort(), normal.argsort())


# ---- the exact unit test, by the estimator that studies use (facts.md §10, row 4c)


@pytest.mark.parametrize(("df", "scale"), [(math.inf, 1.0), (3.0, 3**-0.5), (2.0, 1.0)])
def test_best_of_n_from_pools_with_light_and_heavy_errors_is_the_exact_one(df, scale):
    rng = Seed(("kwa", str(df))).numpy()
    prompts, pool, ns = 300, 256, (4, 16, 64, 256)
    value = torch.from_numpy(rng.standard_normal((prompts, pool)))
    normal = math.isinf(df)
    error = rng.standard_normal((prompts, pool)) if normal else rng.standard_t(df, (prompts, pool))
    proxy = value + torch.from_numpy(scale * error)
    means = best_of_n_mean(value, best_of_n_weights(proxy, ns))
    for i, n in enumerate(ns):
        se = float(means[:, i].std() / prompts**0.5)
        missed = abs(float(means[:, i].mean()) - best_of_n_true_value(n, df, scale))
        assert missed < 3 * se


# ---- where a curve reaches a level


def test_a_level_is_reached_between_points():
    score = np.array([[0.0, 0.5, 1.5, 3.0], [0.0, 0.2, 0.4, 0.9], [1.0, 2.0, 3.0, 4.0]])
    other = np.array([[0.0, 2.0, 4.0, 9.0]] * 3)
    found = at_first_rise(score, other, 1.0)
    assert found[0] == pytest.approx(3.0)
    assert np.isnan(found[1:]).all()


# ---- tails


def numbered(count):
    return [str(i) for i in range(count)]


def test_the_tail_is_that_of_scores_less_their_prompts_mean():
    heavy = torch.from_numpy(Seed(("tail",)).numpy().standard_t(2, (20, 1000)))
    moved = heavy + 1000 * torch.arange(20.0)[:, None]
    found = tail_of(moved.flatten(), numbered(20_000), 1000)
    assert found["exceedances"] == 400
    assert found["xi"] == pytest.approx(0.5, abs=4 * found["xi_se"])
    assert found["hill"] == pytest.approx(0.5, abs=4 * found["hill_se"])
    still = tail_of(heavy.flatten(), numbered(20_000), 1000)
    assert still["xi"] == pytest.approx(found["xi"], abs=1e-6)


def test_what_is_said_again_is_no_new_evidence_of_a_tail():
    """Each prompt's responses three times over: the same tail, with the same error."""
    heavy = torch.from_numpy(Seed(("again",)).numpy().standard_t(2, (10, 500)))
    once = tail_of(heavy.flatten(), numbered(500) * 10, 500)
    thrice = tail_of(heavy.repeat(1, 3).flatten(), numbered(500) * 30, 1500)
    assert thrice["responses"] == once["responses"] == 5000
    assert thrice["xi"] == pytest.approx(once["xi"], abs=1e-9)
    assert thrice["xi_se"] == pytest.approx(once["xi_se"], abs=1e-9)


def test_a_tail_that_cannot_be_read_says_why():
    few = tail_of(torch.arange(400.0), numbered(400), 400)
    assert few["xi"] is None
    assert "10 or more" in few["reason"]
    steps = tail_of(torch.arange(4000.0).div(100).floor(), numbered(4000), 4000)
    assert steps["xi"] is None
    assert "greatest scores differ" in steps["reason"]
    ends = tail_of(torch.arange(4000.0), numbered(4000), 4000)
    assert ends["xi"] is None
    assert "abruptly" in ends["reason"]


# ---- settings, and what is shared


def keys(arm: str, **settings) -> list[str]:
    spec = STUDY.arm_spec(STUDY.configure("standard", settings), arm)
    stages = SelectionStages(Shared(spec, Seed((1,)), Stages(Path("unused"))))
    return [stages.member_key(i) for i in range(stages.members)]


def test_members_are_fitted_once_and_aggregated_in_every_way():
    single, mean = keys("single"), keys("mean")
    assert len(set(mean)) == 5
    assert mean == keys("worst") == keys("uncertainty")
    assert single == mean[:1]
    assert not set(mean) & set(keys("blind-mean"))
    assert keys("gold") == []


def test_what_members_depend_on_makes_other_members():
    mean = keys("mean")
    for name, value in {
        "measure.pool": 2048,
        "measure.prompts": 20,
        "preferences.prompts": 100,
        "world.documents": 5000,
        "reward_body": {"kind": "small", "layers": 3},
    }.items():
        assert not set(keys("mean", **{name: value})) & set(mean)


def test_studies_that_select_train_nothing():
    with pytest.raises(ConfigError, match="trains no policy"):
        STUDY.configure("standard", {"betas": (1.0, 0.0)})
    with pytest.raises(ConfigError, match="strongest first"):
        STUDY.configure("standard", {"tilts": (1.0, 2.0)})
    with pytest.raises(ConfigError, match="strongest first"):
        STUDY.configure("standard", {"tilts": (1.0, 0.0)})
