"""Tasks of gymnasium as worlds: the truth is their own reward, and episodes end by the clock."""

import sys

import gymnasium
import numpy as np
import pytest
from pydantic import ValidationError

from looksgood.core.control import ControlWorld, Episodes, Simulation
from looksgood.core.errors import ConfigError, NotFinite
from looksgood.core.seeds import Seed
from looksgood.worlds.gym_task.spec import GymTaskSpec
from looksgood.worlds.gym_task.world import GymTask

SEED = Seed(("gym",))


def run(world: GymTask, bodies: int, seed: Seed) -> Episodes:
    """Random commands, some of them beyond ±1."""
    simulation = world.start(bodies, seed)
    commands = seed.numpy().uniform(-1.5, 1.5, (bodies, world.steps, world.motors))
    observations, states = [simulation.observations], [simulation.states]
    for t in range(world.steps):
        simulation.step(commands[:, t])
        observations.append(simulation.observations)
        states.append(simulation.states)
    return Episodes(np.stack(observations, 1), np.stack(states, 1), commands)


@pytest.fixture(scope="module")
def reacher() -> GymTask:
    return GymTaskSpec().build(SEED)


def test_it_is_a_world_of_the_stated_sizes(reacher):
    assert isinstance(reacher, ControlWorld)
    assert (reacher.features, reacher.motors, reacher.steps) == (10 + 2, 2, 50)
    assert reacher.action_seconds == 0.02
    simulation = reacher.start(3, SEED)
    assert isinstance(simulation, Simulation)
    assert simulation.observations.shape == (3, 12)
    assert simulation.states.tolist() == [[0.0]] * 3


def test_states_are_the_rewards_that_gymnasium_gives(reacher):
    """Body 1 beside the same episode of the plain environment."""
    episodes = run(reacher, 2, SEED)
    env = gymnasium.make("Reacher-v5", disable_env_checker=True)
    seen, _ = env.reset(seed=SEED.child(1).number)
    np.testing.assert_array_equal(episodes.observations[1, 0], [*seen, 0, 0])
    total = 0.0
    for t in range(50):
        command = np.clip(episodes.actions[1, t], -1, 1).astype(np.float32)
        seen, reward, _, ended, _ = env.step(command)
        total += float(reward)
        assert episodes.states[1, t + 1, 0] == reward
        np.testing.assert_array_equal(episodes.observations[1, t + 1], [*seen, *command])
    assert ended  # gymnasium's own time limit is where ours is
    assert reacher.outcome(episodes)["gold"][1] == pytest.approx(total)


def test_equal_seeds_give_equal_episodes_also_in_an_environment_used_before(reacher):
    one, other = run(reacher, 3, SEED), run(reacher, 3, SEED)
    np.testing.assert_array_equal(one.observations, other.observations)
    again = run(reacher, 3, SEED.child("again"))
    assert (again.observations[:, 0] != one.observations[:, 0]).any(1).all()
    assert (one.observations[0, 0] != one.observations[1, 0]).any()


def test_simulations_side_by_side_do_not_meet(reacher):
    one, other = reacher.start(2, SEED), reacher.start(2, SEED.child("other"))
    before = one.observations.copy()
    other.step(np.ones((2, 2)))
    np.testing.assert_array_equal(one.observations, before)


def test_the_return_of_a_clip_is_the_sum_over_its_frames(reacher):
    episodes = run(reacher, 2, SEED)
    clips = episodes.last(20, 4)
    found = reacher.channels(clips)
    assert found.names == ("return",)
    expected = episodes.states[:, [34, 38, 42, 46, 50], 0].sum(1)
    np.testing.assert_allclose(found["return"].numpy(), expected, rtol=1e-6)


def test_episodes_that_are_over_are_not_gone_on_with():
    world = GymTaskSpec(steps=2).build(SEED)
    simulation = world.start(1, SEED)
    for _ in range(2):
        simulation.step(np.zeros((1, 2)))
    with pytest.raises(ValueError, match="over after 2 steps"):
        simulation.step(np.zeros((1, 2)))


def test_a_hopper_that_falls_goes_on():
    world = GymTaskSpec(task="Hopper-v5", steps=120).build(SEED)
    episodes = run(world, 2, SEED)
    assert episodes.observations[:, -1, 0].max() < 0.7  # its torso lies, far below health
    assert np.isfinite(episodes.states).all()
    assert (np.diff(episodes.observations[:, -5:], axis=1) != 0).any()


def test_an_unstable_simulation_names_the_body_and_the_step(reacher, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # MuJoCo writes its MUJOCO_LOG.TXT where it runs
    simulation = reacher.start(3, SEED)
    simulation.step(np.zeros((3, 2)))
    with pytest.raises(NotFinite, match="body 1 became unstable at step 1"):
        simulation.step(np.array([[0.0, 0.0], [np.nan, 0.0], [0.0, 0.0]]))


def test_it_cannot_be_pictured(reacher):
    assert reacher.cameras == ()
    with pytest.raises(ConfigError, match="no cameras"):
        reacher.pictures(np.zeros((4, 1)), ("front",))
    with pytest.raises(ConfigError, match="no cameras"):
        reacher.film(np.zeros((4, 1)), "front", 64)


def test_an_unknown_task_is_refused():
    with pytest.raises(ValidationError, match="Reacher-v5"):
        GymTaskSpec(task="Pong-v5")


@pytest.mark.parametrize("missing", ["mujoco", "imageio", "gymnasium"])
def test_a_missing_extra_is_named(monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ConfigError, match=r"pip install 'looksgood\[control\]'"):
        GymTaskSpec().build(SEED)
