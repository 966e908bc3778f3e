"""The world `grasp`: what is seen, what is true, and what is refused."""

import time

import mujoco
import numpy as np
import pytest

from looksgood.core.control import Clips, ControlWorld, Episodes
from looksgood.core.errors import NotFinite
from looksgood.core.seeds import Seed
from looksgood.worlds.grasp.outcome import lifted
from looksgood.worlds.grasp.scene import FULL, OWN
from looksgood.worlds.grasp.simulation import GraspSimulation, start_states
from looksgood.worlds.grasp.spec import GraspSpec
from looksgood.worlds.grasp.truth import PRESS_NEWTONS, measure

SEED = Seed(("test", "grasp"))
OVER = np.array([0, 0, 0.07])
"""Palm minus ball in a perfect grasp."""


@pytest.fixture(scope="module")
def world():
    return GraspSpec().build(SEED)


def reach(world, offset, bodies=16, seed=SEED, down=True, close=0.8):
    """Run episodes of a scripted hand: above where the ball lay, down, and then the fingers.

    `offset` is added to the goal, the palm 7 cm above the ball's first place; `down=False` goes
    there at once. Knows the state, so it can do what a policy has to learn.
    """
    simulation = world.start(bodies, seed)
    first = simulation.states
    goal = first[:, world.scene.ball] + OVER + offset
    observations, states, actions = [simulation.observations], [first], []
    for t in range(world.steps):
        now = simulation.states
        aim = goal.copy()
        if down and t < 25:
            aim[:, 2] = np.maximum(aim[:, 2], 0.2)
        force = 30 * (aim - now[:, world.scene.hand]) - now[:, world.scene.velocities[:3]]
        torque = np.full((bodies, 2), -0.6 if t < 45 else close)
        action = np.clip(np.hstack([force, torque]), -1, 1)
        simulation.step(action)
        observations.append(simulation.observations)
        states.append(simulation.states)
        actions.append(action)
    return Episodes(np.stack(observations, 1), np.stack(states, 1), np.stack(actions, 1))


@pytest.fixture(scope="module")
def grasps(world):
    return reach(world, np.zeros(3))


@pytest.fixture(scope="module")
def in_front(world):
    """The hand between the front camera and the ball, on their line, fingers closed."""
    return reach(world, np.array([0, -0.08, 0.08]), down=False, close=0.2)


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
        start.step(np.array([[1, 1, -1, 1, -1.0]]))
    moved = start.states - before
    x, y, z = moved[0, world.scene.hand]
    left, right = moved[0, world.scene.fingers]
    assert min(x, y, -z) > 0.03
    assert left > 0.2 > 0 > right
    tips = [_tips(world, s)[1, 0] - _tips(world, s)[0, 0] for s in (before[0], start.states[0])]
    assert tips[1] - tips[0] == pytest.approx(-0.07 * (left + right), abs=0.01)


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


def test_a_scripted_grasp_holds_and_lifts(world, grasps):
    truth = world.outcome(grasps)
    np.testing.assert_array_equal(truth["gold"], 1)
    assert grasps.states[:, -1, world.scene.ball[2]].max() < 0.06  # nobody lifted it before
    np.testing.assert_allclose(truth["hand_x"], 0, atol=0.005)
    np.testing.assert_allclose(truth["hand_z"], 0.065, atol=0.01)
    seen = world.channels(grasps.last(4, 1))
    assert seen["closeness"].min() > 0.75
    np.testing.assert_array_equal(seen["enclosure"], 1)


def test_contact_needs_half_of_the_last_frames(world, grasps):
    # the fingers meet the ball about 8 actions after they began to close: 15 before the end
    pressed = measure(world.scene, grasps.states[0]).presses.all(1)
    share = pressed[-16:].mean()
    assert world.outcome(grasps)["contact"][0] == float(share >= 0.5)
    held = Episodes(
        grasps.observations, np.repeat(grasps.states[:, -1:], 61, axis=1), grasps.actions
    )
    np.testing.assert_array_equal(world.outcome(held)["contact"], 1)


def test_a_hand_between_camera_and_ball_does_not_count(world, in_front):
    truth = world.outcome(in_front)
    for name in ("gold", "contact"):
        np.testing.assert_array_equal(truth[name], 0)
    np.testing.assert_allclose(truth["hand_y"], -0.08, atol=0.01)
    seen = world.channels(in_front.last(4, 1))
    assert seen["closeness"].max() < 0.2
    np.testing.assert_array_equal(seen["enclosure"], 0)


@pytest.mark.slow
def test_cupped_fingers_forgive_an_offset_that_thin_ones_do_not(world):
    offsets = SEED.child("offsets").numpy().uniform(-0.015, 0.015, (64, 3))
    offsets[:, 2] = abs(offsets[:, 2])  # lower is the table
    caught = {}
    for fingers in ("cupped", "thin"):
        other = GraspSpec(fingers=fingers).build(SEED)
        end = reach(other, offsets, bodies=64).states[:, -1]
        caught[fingers] = lifted(other.scene, end).mean()
    assert caught["cupped"] >= 0.95
    assert caught["thin"] <= 0.5


def test_contact_agrees_with_distance(world, grasps, in_front):
    """A finger that presses touches: mj_geomDistance, another way, finds no gap."""
    model = world.scene.model
    states = np.concatenate(
        [grasps.states[:4, 40:].reshape(-1, 29), in_front.states[:4, ::8].reshape(-1, 29)]
    )
    forces = measure(world.scene, states).forces
    gaps = np.array([_gaps(model, state[: world.scene.full]) for state in states])
    assert (gaps[forces >= PRESS_NEWTONS] <= 1e-6).all()
    np.testing.assert_array_equal(forces[gaps > 0.001], 0)
    deep = gaps < -0.0002
    assert deep.sum() > 50
    assert (forces[deep] > 0).all()


def _gaps(model, full):
    """Distance from the ball's surface to each finger's, in metres; negative where they overlap."""
    data = mujoco.MjData(model)
    mujoco.mj_setState(model, data, full, FULL)
    mujoco.mj_kinematics(model, data)
    ball = model.body("ball").geomadr[0]
    found = []
    for side in ("left", "right"):
        body = model.body(side)
        geoms = range(body.geomadr[0], body.geomadr[0] + body.geomnum[0])
        found.append(min(mujoco.mj_geomDistance(model, data, g, ball, 1.0, None) for g in geoms))
    return found


def test_the_force_is_that_of_the_fingers_torque(world, grasps):
    """At rest each finger presses with its torque over its lever: 0.28 N m over about 7 cm."""
    forces = measure(world.scene, grasps.states[:, -1]).forces
    np.testing.assert_allclose(forces, 0.8 * 0.35 / 0.07, rtol=0.35)


def test_truth_does_not_depend_on_the_company(world, grasps):
    states = grasps.states[:2].reshape(-1, 29)
    forwards, backwards = measure(world.scene, states), measure(world.scene, states[::-1])
    np.testing.assert_array_equal(forwards.forces, backwards.forces[::-1])
    np.testing.assert_array_equal(forwards.distance, backwards.distance[::-1])


def test_truth_is_quick_enough_for_a_batch(world, grasps):
    states = np.repeat(grasps.states[:, -6:-1], 4, axis=0)
    clips = Clips(np.zeros((64, 5, 19)), states)
    start = time.process_time()
    world.channels(clips)
    assert time.process_time() - start < 0.3


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


@pytest.mark.parametrize("fingers", ["cupped", "paddle", "thin"])
def test_each_finger_closes_onto_the_ball(fingers):
    world = GraspSpec(fingers=fingers).build(SEED)
    end = reach(world, np.zeros(3), bodies=4).states[:, -1]
    assert measure(world.scene, end).presses.all()


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
