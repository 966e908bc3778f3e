"""TRPO and PPO of bodies: they improve a policy, draw nothing unaddressed, and resume exactly."""

import sys

import numpy as np
import pytest
import torch

from looksgood.core.control import Controller, ControlTrainer, ControlWorld, Episodes
from looksgood.core.errors import ConfigError, NotFinite
from looksgood.core.records import Channels
from looksgood.core.seeds import Seed
from looksgood.optimizers.ambient import ambient_randomness
from looksgood.optimizers.control_spec import ControlPPOSpec, TRPOSpec
from looksgood.optimizers.controller import GaussianController
from looksgood.optimizers.episodes import run_episodes, shifted

SEED = Seed(("control",))
TRPO = TRPOSpec(bodies=24, critic_batch=128, sub_sampling=1)
PPO = ControlPPOSpec(bodies=24, batch=128)
SPECS = pytest.mark.parametrize("spec", [TRPO, PPO], ids=lambda spec: spec.kind)


class Points:
    """Points on a plane, moved by up to 0.2 a step; the nearer the origin, the better."""

    def __init__(self, bodies: int, seed: Seed) -> None:
        self.observations = seed.numpy().uniform(-1, 1, (bodies, 2))
        self.states = self.observations

    def step(self, actions: np.ndarray) -> None:
        self.observations += 0.2 * np.clip(actions, -1, 1)  # in place, as simulators may


class Plane:
    """A world whose truth can be seen at a glance."""

    name = "plane"
    features = motors = 2
    steps = 12
    action_seconds = 0.1
    weights = {"near": 1.0}  # noqa: RUF012 - as the protocol has it
    cameras = ()

    def start(self, bodies: int, seed: Seed) -> Points:
        return Points(bodies, seed)

    def channels(self, clips):
        return Channels(("near",), torch.from_numpy(near(clips.states).sum(1, keepdims=True)))

    def outcome(self, episodes):
        return {"gold": near(episodes.states)[:, 1:].mean(1)}

    def pictures(self, states, cameras):
        raise NotImplementedError

    def film(self, states, camera, pixels):
        raise NotImplementedError


def near(states: np.ndarray) -> np.ndarray:
    return -np.linalg.norm(states, axis=-1)


class Near:
    """Rewards a frame for being near the origin, and remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[np.ndarray] = []

    def score(self, observations, states):
        self.shown.append(states)
        return 3 * near(states) + 2


class Broken:
    def score(self, observations, states):
        return np.full(len(states), np.nan)


def gold(world: Plane, policy: Controller) -> float:
    return float(
        world.outcome(run_episodes(world, policy.act, 200, SEED.child("test")))["gold"].mean()
    )


def mean_of(policy: GaussianController, seen: np.ndarray) -> np.ndarray:
    """The policy's most likely commands."""
    return np.clip(policy._mean(seen).numpy(), -1, 1)


def same(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


# ---- training


@SPECS
def test_what_is_rewarded_comes_about(spec):
    world, reward = Plane(), Near()
    trainer = spec.build(world, SEED)
    assert isinstance(world, ControlWorld)
    assert isinstance(trainer, ControlTrainer)
    assert gold(world, trainer.policy) < -0.7  # standing still is -0.74
    for _ in range(12):
        trainer.step(reward)
    assert gold(world, trainer.policy) > -0.35


@SPECS
def test_a_resumed_run_equals_an_unbroken_one(spec):
    unbroken, resumed = spec.build(Plane(), SEED), spec.build(Plane(), SEED)
    for _ in range(2):
        unbroken.step(Near())
    saved = unbroken.state()
    resumed.restore(saved)
    for _ in range(2):
        one, other = unbroken.step(Near()), resumed.step(Near())
        np.testing.assert_array_equal(one.observations, other.observations)
        assert unbroken.scalars() == resumed.scalars()
    assert resumed.position == 4
    assert same(unbroken.state(), resumed.state())
    assert not same(saved, resumed.state())


@SPECS
def test_ambient_randomness_is_neither_used_nor_moved(spec):
    """Whatever the global generators hold, a step is the same, and they hold it afterwards."""
    states = []
    for names in ("one", "other"):
        with ambient_randomness(SEED.child(names)):
            torch_before, numpy_before = torch.get_rng_state(), np.random.get_state()[1:3]  # noqa: NPY002
            trainer = spec.build(Plane(), SEED)
            trainer.step(Near())
            states.append(trainer.state())
            assert torch.equal(torch_before, torch.get_rng_state())
            assert str(numpy_before) == str(np.random.get_state()[1:3])  # noqa: NPY002
    assert same(*states)
    assert not same(states[0], spec.build(Plane(), SEED.child("else")).state())


def test_the_critic_learns_and_the_trust_region_is_kept():
    trainer = TRPO.build(Plane(), SEED)
    losses = []
    for _ in range(10):
        trainer.step(Near())
        losses.append(trainer.scalars()["value_loss"])
        assert 0 < trainer.scalars()["kl"] <= TRPO.target_kl
    assert losses[-1] < losses[0] / 2


@SPECS
def test_a_reward_of_nan_stops_the_step_and_nothing_has_moved(spec):
    trainer = spec.build(Plane(), SEED)
    trainer.step(Near())
    before = trainer.state()
    with pytest.raises(NotFinite, match="step 1: the reward of 288 of 288 frames"):
        trainer.step(Broken())
    assert same(before, trainer.state())


def test_an_unstable_simulation_is_named_with_its_step():
    class Unstable(Plane):
        def start(self, bodies, seed):
            points = Points(bodies, seed)
            points.observations[3] = np.nan
            return points

    with pytest.raises(NotFinite, match="step 0: an observation"):
        TRPO.build(Unstable(), SEED).step(Near())


# ---- what SB3 is given


def test_rewards_are_of_the_frame_after_the_action_and_values_reach_past_the_end():
    """The buffer, computed again by hand: γ = 0.5 and λ = 1 make returns plain discounted sums."""
    world, reward = Plane(), Near()
    sums = TRPO.model_copy(update={"gamma": 0.5, "lam": 1.0, "beyond_cost": 0.0})
    trainer = sums.build(world, SEED)
    policy = trainer.algorithm.policy
    kept = {name: p.detach().clone() for name, p in policy.named_parameters()}
    episodes = trainer.step(reward)
    np.testing.assert_array_equal(reward.shown[0], episodes.states[:, 1:].reshape(-1, 2))
    policy.load_state_dict(kept)
    last = torch.from_numpy(episodes.observations[:, -1].astype(np.float32))
    with torch.no_grad():
        expected = policy.predict_values(last).numpy()[:, 0]
    for t in reversed(range(world.steps)):
        expected = 3 * near(episodes.states[:, t + 1]) + 2 + 0.5 * expected
    buffer = trainer.algorithm.rollout_buffer  # flattened by SB3: body by body
    np.testing.assert_allclose(buffer.returns[:: world.steps, 0], expected, rtol=1e-4)
    first = episodes.observations[:, 0].astype(np.float32)
    np.testing.assert_array_equal(buffer.observations[:: world.steps], first)


@SPECS
def test_commands_beyond_what_motors_can_do_cost_something(spec):
    """A constant reward, so the cost alone teaches: with it commands come back into the limits."""

    class Constant:
        def score(self, observations, states):
            return np.zeros(len(observations))

    beyond = {}
    for cost in (0.0, 1.0):
        changes = {"beyond_cost": cost, "log_sd": 1.0, "least_log_sd": -3.0}
        trainer = spec.model_copy(update=changes).build(Plane(), SEED)
        for _ in range(8):
            trainer.step(Constant())
        drawn = run_episodes(Plane(), trainer.policy.draw, 64, SEED.child("after")).actions
        beyond[cost] = (np.maximum(abs(drawn) - 1, 0) ** 2).mean()
    assert beyond[1.0] < 0.7 * beyond[0.0]


@SPECS
def test_the_noise_of_commands_never_dies(spec):
    least = {}
    for floor in (-0.2, -3.0):
        changes = {"log_sd": -0.2, "least_log_sd": floor}
        trainer = spec.model_copy(update=changes).build(Plane(), SEED)
        for _ in range(6):
            trainer.step(Near())
        least[floor] = float(trainer.policy.weights["log_sd"].min())
    assert least[-3.0] < -0.2
    assert least[-0.2] == pytest.approx(-0.2)


def test_densities_are_of_the_commands_before_they_are_cut():
    trainer = TRPO.model_copy(update={"log_sd": 1.0}).build(Plane(), SEED)
    episodes = trainer.step(Near())
    buffer = trainer.algorithm.rollout_buffer
    assert abs(buffer.actions).max() > 1
    assert abs(episodes.actions).max() == 1
    np.testing.assert_array_equal(
        np.clip(buffer.actions, -1, 1), episodes.actions.reshape(-1, 2).astype(np.float32)
    )


# ---- the policy


def test_the_policy_is_that_of_sb3_and_stays_when_training_goes_on():
    trainer = TRPO.build(Plane(), SEED)
    policy = trainer.policy
    seen = SEED.numpy().normal(size=(50, 2))
    theirs, _ = trainer.algorithm.policy.predict(seen.astype(np.float32), deterministic=True)
    mean = mean_of(policy, seen)
    np.testing.assert_allclose(mean, theirs, atol=1e-6)
    trainer.step(Near())
    np.testing.assert_array_equal(mean_of(policy, seen), mean)
    assert (mean_of(trainer.policy, seen) != mean).any()


def test_commands_are_drawn_around_the_mean_with_the_stated_sd():
    policy = TRPOSpec(log_sd=-2.0).build(Plane(), SEED).policy
    assert isinstance(policy, Controller)
    seen = np.tile([0.3, -0.2], (20_000, 1))
    drawn = policy.act(seen, SEED)
    np.testing.assert_allclose(drawn.mean(0), mean_of(policy, seen)[0], atol=0.005)
    np.testing.assert_allclose(drawn.std(0), np.exp(-2), rtol=0.03)
    np.testing.assert_array_equal(drawn, policy.act(seen, SEED))
    assert (drawn != policy.act(seen, SEED.child("other"))).any()


def test_frames_of_a_simulation_that_writes_in_place_are_kept_apart():
    episodes = run_episodes(Plane(), lambda seen, seed: np.ones_like(seen), 3, SEED)
    assert isinstance(episodes, Episodes)
    moved = np.diff(episodes.observations, axis=1)
    np.testing.assert_allclose(moved, 0.2)


@SPECS
def test_a_missing_extra_is_named(spec, monkeypatch):
    for module in ("trpo", "ppo_control"):
        monkeypatch.delitem(sys.modules, f"looksgood.optimizers.{module}", raising=False)
    for missing in ("sb3_contrib", "stable_baselines3"):
        monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ConfigError, match=r"pip install 'looksgood\[control\]'"):
        spec.build(Plane(), SEED)


# ---- episodes with shifted commands


def test_a_shift_moves_one_motor_of_each_body_and_stays_all_episode_long():
    def still(observations, seed):
        return np.full((len(observations), 2), 5.0)  # cut to what a motor can do: 1

    act = shifted(still, 0.5, None, SEED.child("shift"))
    episodes = run_episodes(Plane(), act, 400, SEED)
    np.testing.assert_array_equal(episodes.actions, episodes.actions[:, :1].repeat(12, axis=1))
    shifts = episodes.actions[:, 0] - 1
    np.testing.assert_array_equal((shifts != 0).sum(1), 1)
    assert 0.4 < (shifts[:, 0] != 0).mean() < 0.6
    moved = shifts[shifts != 0]
    assert abs(moved.mean()) < 0.06
    assert moved.std() == pytest.approx(0.5, rel=0.1)
    again = run_episodes(Plane(), shifted(still, 0.5, None, SEED.child("shift")), 400, SEED)
    np.testing.assert_array_equal(again.actions, episodes.actions)
    only = run_episodes(Plane(), shifted(still, 0.5, (1,), SEED.child("shift")), 400, SEED)
    assert (only.actions[..., 0] == 1).all()
    assert (only.actions[..., 1] != 1).all()
