"""The world `grasp`: what is seen, how it moves, where it starts, and when it breaks."""

import mujoco
import numpy as np
import pytest

from looksgood.core.control import ControlWorld
from looksgood.core.errors import NotFinite
from looksgood.core.seeds import Seed
from looksgood.worlds.grasp.scene import FULL, OWN
from looksgood.worlds.grasp.simulation import GraspSimulation, start_states
from looksgood.worlds.grasp.spec import GraspSpec

SEED = Seed(("test", "grasp", "world"))


@pytest.fixture(scope="module")
def world():
    return GraspSpec().build(SEED)


def test_the_world_keeps_its_protocol(world):
    assert isinstance(world, ControlWorld)
    simulation = world.start(3, SEED)
    assert simulation.observations.shape == (3, world.features)
    assert world.action_seconds == pytest.approx(0.05)


def test_observations_are_the_state_in_the_units_they_claim(world):
    simulation = world.start(2, SEED)
    simulation.step(np.tile([0.5, 1, -0.4, 1, -1.0], (2, 1)))
    data = mujoco.MjData(world.scene.model)
    for seen, state in zip(simulation.observations, simulation.states, strict=True):
        mujoco.mj_setState(world.scene.model, data, state[: world.scene.full], FULL)
        mujoco.mj_forward(world.scene.model, data)
        hand, ball = data.body("palm").xpos, data.body("ball").xpos
        np.testing.assert_allclose(0.1 * seen[0:3], hand - ball, atol=1e-9)
        np.testing.assert_allclose(0.1 * seen[3:6], hand, atol=1e-9)
        np.testing.assert_allclose(0.1 * seen[6:9], ball, atol=1e-9)
        fingers = [data.joint(side).qpos[0] for side in ("left", "right")]
        np.testing.assert_allclose(0.5 * seen[9:11], fingers)
        speed = [data.joint(f"hand_{axis}").qvel[0] for axis in "xyz"]
        np.testing.assert_allclose(0.25 * seen[11:14], speed)
        np.testing.assert_allclose(0.25 * seen[14:17], data.joint("ball").qvel[:3])
        turning = [data.joint(side).qvel[0] for side in ("left", "right")]
        np.testing.assert_allclose(2 * seen[17:19], turning)


def test_commands_move_what_they_name(world):
    start = world.start(1, SEED)
    before = start.states
    for _ in range(6):
        start.step(np.array([[1, 1, -1, 1, 1.0]]))
    moved = start.states - before
    x, y, z = moved[0, world.scene.hand]
    left, right = moved[0, world.scene.fingers]
    assert min(x, y, -z) > 0.03
    assert left > 0.2
    assert right == pytest.approx(left, abs=0.02)  # they are coupled
    tips = [_tips(world, s)[1, 0] - _tips(world, s)[0, 0] for s in (before[0], start.states[0])]
    assert tips[1] - tips[0] == pytest.approx(-0.07 * (left + right), abs=0.01)


def test_the_fingers_move_together_however_they_are_pulled(world):
    start = world.start(4, SEED)
    pulls = SEED.child("pulls").numpy().uniform(-1, 1, (20, 4, 5))
    for pull in pulls:
        start.step(pull)
        left, right = start.states[:, world.scene.fingers].T
        np.testing.assert_allclose(left, right, atol=0.05)


def _tips(world, state):
    data = mujoco.MjData(world.scene.model)
    mujoco.mj_setState(world.scene.model, data, state[: world.scene.full], FULL)
    mujoco.mj_forward(world.scene.model, data)
    return np.stack([data.site(f"{side}_tip").xpos for side in ("left", "right")])


def test_threads_change_nothing(world):
    actions = SEED.numpy().uniform(-1, 1, (20, 8, 5))
    one, two = world.start(8, SEED), world.start(8, SEED, threads=2)
    for action in actions:
        one.step(action)
        two.step(action)
    np.testing.assert_array_equal(one.states, two.states)


def test_commands_beyond_one_are_cut(world):
    one, ten = world.start(2, SEED), world.start(2, SEED)
    one.step(np.ones((2, 5)))
    ten.step(np.full((2, 5), 10.0))
    np.testing.assert_array_equal(one.states, ten.states)


def test_equal_seeds_and_actions_give_equal_episodes_alone_and_side_by_side(world):
    actions = SEED.numpy().uniform(-1, 1, (20, 4, 5))
    first, second = world.start(4, SEED), world.start(4, SEED)
    alone = GraspSimulation(world.scene, world.start(4, SEED).states[2:3])
    for action in actions:
        first.step(action)
        second.step(action)
        alone.step(action[2:3])
    np.testing.assert_array_equal(first.states, second.states)
    np.testing.assert_array_equal(first.states[2], alone.states[0])
    assert not np.array_equal(world.start(4, SEED.child(1)).states, world.start(4, SEED).states)


@pytest.mark.parametrize(("home", "y"), [("shoulder", (-0.26, -0.06)), ("above", (-0.18, 0.10))])
def test_starts_fill_their_range_and_no_more(world, home, y):
    states = start_states(world.scene, 2000, home, SEED)
    hand, ball = states[:, world.scene.hand], states[:, world.scene.ball]
    for values, (low, high) in [
        (hand[:, 0], (-0.08, 0.08)),
        (hand[:, 1], y),
        (hand[:, 2], (0.20, 0.34)),
        (ball[:, 0], (-0.06, 0.06)),
        (ball[:, 1], (-0.06, 0.06)),
    ]:
        slack = 0.01 * (high - low)
        assert low <= values.min() < low + slack
        assert high - slack < values.max() <= high
    np.testing.assert_allclose(ball[:, 2], 0.035)


@pytest.mark.slow
def test_random_commands_break_nothing(world):
    for number in range(4):
        draw = SEED.child("random", number).numpy()
        simulation = world.start(64, SEED.child("start", number))
        steady = draw.uniform(-1, 1, (64, 5)) * (number % 2)
        for _ in range(world.steps):
            simulation.step(steady + draw.normal(0, 0.6, (64, 5)))
        assert np.isfinite(simulation.observations).all()
        assert abs(simulation.observations).max() < 20


def test_the_shadow_is_the_lights(world):
    assert not world.scene.model.light_castshadow.any()
    assert GraspSpec(shadow=True).build(SEED).scene.model.light_castshadow.all()


@pytest.mark.parametrize("threads", [1, 2])
def test_an_unstable_simulation_names_body_and_step_and_leaves_no_log(
    tmp_path, monkeypatch, threads
):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "own.xml"
    path.write_text(OWN.read_text().replace('gear="0.35"', 'gear="1e30"'))
    simulation = GraspSpec(mjcf=path).build(SEED).start(3, SEED, threads)
    simulation.step(np.zeros((3, 5)))
    action = np.zeros((3, 5))
    action[1, 3] = 1
    with pytest.raises(NotFinite, match="body 1 became unstable at step 1"):
        simulation.step(action)
    assert [file.name for file in tmp_path.iterdir()] == ["own.xml"]


def test_a_command_that_is_no_number_names_body_and_step(world):
    simulation = world.start(3, SEED)
    action = np.zeros((3, 5))
    action[2, 0] = np.nan
    with pytest.raises(NotFinite, match="body 2 was given a command that is no number at step 0"):
        simulation.step(action)
