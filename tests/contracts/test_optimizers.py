"""What every optimizer promises: one suite for all of them."""

import math
from itertools import pairwise

import pytest
import torch

from looksgood.core.errors import ConfigError, NotFinite
from looksgood.core.protocols import Trainer
from looksgood.core.records import Samples
from looksgood.core.seeds import Seed
from looksgood.core.spec import kinds, load_kind, parse_spec
from tests.tiny import PROMPTS, SaysTea, tiny_policy

SEED = Seed(("optimizers",))
SMALL = {
    "rloo": {"prompts": 8, "k": 4, "learning_rate": 1e-2, "beta": 0.0},
    "grpo": {"prompts": 8, "k": 4, "learning_rate": 1e-2, "beta": 0.0, "epochs": 2},
    "chi2_rloo": {"prompts": 8, "k": 4, "learning_rate": 1e-2, "beta": 0.0},
    "proxy_point_rloo": {
        **{"prompts": 8, "k": 4, "learning_rate": 1e-2, "beta": 0.0},
        "proxy_point": 2.0,  # more than there is: the weight on the reward stays 1
    },
    "ppo": {"prompts": 32, "k": 1, "learning_rate": 1e-2, "beta": 0.0, "epochs": 2},
}
each_kind = pytest.mark.parametrize("kind", sorted(SMALL))


def trainer(kind: str, base, reward=None, seed: Seed = SEED, **settings: object) -> Trainer:
    spec = load_kind("optimizers", kind)(**SMALL[kind] | settings)
    return spec.build(base, reward or SaysTea(), PROMPTS, seed)


def weights_of(policy) -> list[torch.Tensor]:
    return [weight.detach().clone() for weight in policy.model.parameters()]


def equal(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    return len(one) == len(other) and all(map(torch.equal, one, other))


def share_saying_tea(policy) -> float:
    return float(SaysTea().score(policy.sample(PROMPTS, 60, SEED.child("measure"))).mean())


@torch.no_grad()
def kl_nats(policy, base) -> float:
    samples = policy.sample(PROMPTS, 60, SEED.child("measure"))
    return float((samples.logp - base.logp(samples)).sum(1).mean())


class NaNAt:
    """A reward that breaks at its n-th call."""

    def __init__(self, call: int) -> None:
        self.left = call

    def score(self, samples: Samples) -> torch.Tensor:
        self.left -= 1
        scores = SaysTea().score(samples)
        if self.left == 0:
            scores[1] = math.nan
        return scores


def test_every_declared_optimizer_is_held_to_this():
    of_bodies = {"trpo", "ppo_control"}  # held to theirs in unit/test_optimizers_trpo.py
    offline = {"dpo"}  # in unit/test_optimizers_dpo.py
    assert set(SMALL) == set(kinds("optimizers")) - of_bodies - offline


@each_kind
def test_it_starts_at_the_base(kind, base):
    made = trainer(kind, base)
    assert isinstance(made, Trainer)
    assert made.position == 0
    assert equal(weights_of(made.policy), weights_of(base))
    assert made.policy.model is not base.model


@each_kind
def test_it_learns_what_is_rewarded_and_leaves_the_base_alone(kind, base):
    before = weights_of(base)
    made = trainer(kind, base)
    start = share_saying_tea(made.policy)
    for _ in range(15):
        made.step()
    assert made.position == 15
    assert start < 0.6
    assert share_saying_tea(made.policy) > start + 0.35
    assert kl_nats(made.policy, base) > 0.5
    assert equal(weights_of(base), before)


@each_kind
def test_a_huge_penalty_holds_the_policy_and_pulls_it_back(kind, base):
    free, held, back = (
        trainer(kind, base, beta=beta, learning_rate=2e-3) for beta in (0.0, 1000.0, 1000.0)
    )
    for _ in range(12):
        free.step()
        held.step()
    strayed = kl_nats(free.policy, base)
    assert strayed > 1.5
    assert kl_nats(held.policy, base) < 0.2 * strayed
    back.restore({**free.state(), "beta": torch.tensor(1000.0)})
    for _ in range(12):
        back.step()
    assert kl_nats(back.policy, base) < 0.8 * strayed


@each_kind
def test_every_step_reports_finite_scalars(kind, base):
    scalars = trainer(kind, base, beta=0.3).step()
    assert {"proxy", "kl", "beta", "tokens", "loss"} <= set(scalars)
    assert all(math.isfinite(value) for value in scalars.values())
    assert scalars["beta"] == 0.3
    assert scalars["kl"] == pytest.approx(0, abs=1e-4)  # the first responses are the base's
    assert 0 <= scalars["proxy"] <= 1
    assert 1 <= scalars["tokens"] <= base.response_tokens


@each_kind
def test_equal_seeds_walk_equal_paths_and_other_seeds_others(kind, base):
    one, same = trainer(kind, base), trainer(kind, base)
    other = trainer(kind, base, seed=SEED.child("other"))
    told = [[made.step() for _ in range(3)] for made in (one, same, other)]
    assert told[0] == told[1] != told[2]
    assert equal(weights_of(one.policy), weights_of(same.policy))
    assert not equal(weights_of(one.policy), weights_of(other.policy))


@each_kind
def test_no_ambient_randomness_is_touched(kind, base):
    before = torch.get_rng_state()
    trainer(kind, base).step()
    if kind != "ppo":  # a new linear layer draws its weights, which are then set to 0
        assert torch.equal(torch.get_rng_state(), before)


@each_kind
@pytest.mark.parametrize("at", [0, 2])
def test_a_restored_run_goes_on_bit_for_bit(kind, base, at):
    unbroken = trainer(kind, base, beta=0.1)
    for _ in range(at):
        unbroken.step()
    kept = unbroken.state()
    told = [unbroken.step() for _ in range(2)]
    resumed = trainer(kind, base, beta=0.1)
    resumed.step()  # whatever it did before is forgotten
    resumed.restore(kept)
    assert resumed.position == at
    assert [resumed.step() for _ in range(2)] == told
    assert equal(weights_of(resumed.policy), weights_of(unbroken.policy))
    one, other = resumed.state(), unbroken.state()
    assert set(one) == set(other)
    assert all(torch.equal(one[name], other[name]) for name in one)


@each_kind
def test_a_state_is_tensors_that_later_steps_do_not_change(kind, base):
    made = trainer(kind, base)
    made.step()
    kept = made.state()
    copies = {name: value.clone() for name, value in kept.items()}
    made.step()
    assert all(isinstance(value, torch.Tensor) for value in kept.values())
    assert all(torch.equal(kept[name], copies[name]) for name in kept)


@each_kind
def test_a_reward_that_is_nan_stops_the_step_and_moves_nothing(kind, base):
    made = trainer(kind, base, NaNAt(3))
    made.step()
    made.step()
    before = weights_of(made.policy)
    with pytest.raises(NotFinite, match="step 2: the reward of a response is NaN"):
        made.step()
    assert equal(weights_of(made.policy), before)
    assert made.position == 2
    made.step()  # the reward has recovered: nothing was lost
    assert made.position == 3


@each_kind
def test_weights_that_break_are_named_with_their_step(kind, base):
    made = trainer(kind, base)
    made.step()
    next(made.policy.model.parameters()).data.fill_(math.nan)
    with pytest.raises(NotFinite, match=r"step 1: .*NaN"):
        made.step()


@pytest.mark.parametrize("kind", ["grpo", "ppo"])
def test_a_step_that_breaks_in_a_later_epoch_moves_nothing(kind, base):
    """The first update is finite and ruins the weights, so that the second is not."""
    made = trainer(kind, base, learning_rate=1e30)
    before = made.state()
    with pytest.raises(NotFinite, match="step 0"):
        made.step()
    after = made.state()
    assert made.position == 0
    assert set(after) == set(before)
    assert all(torch.equal(after[name], before[name]) for name in before)


@each_kind
def test_one_prompt_and_one_token_are_enough(kind):
    short = tiny_policy(response_tokens=1)
    made = load_kind("optimizers", kind)(**SMALL[kind]).build(short, SaysTea(), PROMPTS[:1], SEED)
    assert math.isfinite(made.step()["loss"])


@pytest.mark.parametrize(
    ("kind", "bad"),
    [
        ("rloo", {"k": 1}),
        ("grpo", {"k": 1}),
        ("grpo", {"clip": 0}),
        ("ppo", {"gamma": 1.5}),
        ("ppo", {"beta": -0.1}),
        ("rloo", {"learning_rate": 0}),
        ("chi2_rloo", {"most_charged": 0}),
        ("chi2_rloo", {"k": 1}),
        ("proxy_point_rloo", {"multiplier_rate": 0}),
    ],
)
def test_senseless_settings_are_refused_by_name(kind, bad):
    with pytest.raises(ConfigError, match=next(iter(bad))):
        parse_spec(load_kind("optimizers", kind), bad)


# ---- PPO's controller and value head


@pytest.mark.parametrize(("target", "direction"), [(0.01, 1), (100.0, -1)])
def test_the_controller_steers_beta_towards_its_target(base, target, direction):
    made = trainer("ppo", base, beta=0.01, target_kl=target, horizon=1000)
    betas = [made.step()["beta"] for _ in range(7)]
    assert betas[0] == 0.01
    assert all((later - earlier) * direction > 0 for earlier, later in pairwise(betas[2:]))


def test_a_fixed_penalty_stays(base):
    made = trainer("ppo", base, beta=0.2)
    assert [made.step()["beta"] for _ in range(3)] == [0.2] * 3


def test_the_value_head_learns_the_mean_reward_and_moves_no_hidden_state(base):
    made = trainer("ppo", base, beta=0.0, epochs=8, learning_rate=0.02, value_clip=10.0)
    samples = base.sample(PROMPTS, 20, SEED)
    hidden = base.hidden(samples).detach()
    with torch.no_grad():
        assert torch.equal(made.value(hidden), torch.zeros(*samples.ids.shape, 1))
    for _ in range(3):
        made.step()
    with torch.no_grad():
        assert float(made.value(hidden)[samples.mask].mean()) > 0.05
