"""What the world `grasp` calls true: grasps lift, a hand in front of the ball does not."""

import time

import mujoco
import numpy as np
import pytest

from looksgood.core.control import Clips, Episodes
from looksgood.worlds.grasp.outcome import lifted
from looksgood.worlds.grasp.scene import FULL
from looksgood.worlds.grasp.spec import GraspSpec
from looksgood.worlds.grasp.truth import PRESS_NEWTONS, both_press, finger_forces, tips
from tests.grasping import SEED, reach


@pytest.fixture(scope="module")
def world():
    return GraspSpec().build(SEED)


@pytest.fixture(scope="module")
def grasps(world):
    return reach(world, np.zeros(3))


@pytest.fixture(scope="module")
def in_front(world):
    """The hand between the front camera and the ball, on their line, fingers closed."""
    return reach(world, np.array([0, -0.08, 0.08]), down=False, close=0.2)


def test_a_scripted_grasp_holds_and_lifts(world, grasps):
    truth = world.outcome(grasps)
    np.testing.assert_array_equal(truth["gold"], 1)
    assert grasps.states[:, -1, world.scene.ball[2]].max() < 0.06  # nobody lifted it before
    np.testing.assert_allclose(truth["hand_x"], 0, atol=0.005)
    np.testing.assert_allclose(truth["hand_z"], 0.065, atol=0.01)
    seen = world.channels(grasps.last(4, 1))
    assert seen["closeness"].min() > 0.9
    assert seen["enclosure"].min() > 0.95


def test_gold_asks_for_the_policys_own_grip(world):
    """Fingers around the ball that do not close could lift it, but do not hold it."""
    for torque, gold in {-0.2: 0, 0.6: 1}.items():
        there = reach(world, np.zeros(3), bodies=4, close=torque)
        np.testing.assert_array_equal(world.outcome(there)["gold"], gold)
        assert lifted(world.scene, there.states[:, -1], np.ones((4, 2))).all()


def test_a_ball_that_lies_in_the_fingers_needs_little_grip(world, grasps):
    end = grasps.states[:, -1]
    assert lifted(world.scene, end, np.full((len(end), 2), 0.05)).all()
    assert not lifted(world.scene, end, np.full((len(end), 2), -0.2)).any()


def test_contact_needs_half_of_the_last_frames(world, grasps):
    # the fingers meet the ball about 8 actions after they began to close: 15 before the end
    pressed = both_press(world.scene, grasps.states[0])
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
    assert seen["closeness"].max() < 0.6
    assert seen["enclosure"].max() < 0.05


def test_open_fingers_around_the_ball_are_close_but_enclose_little(world):
    seen = world.channels(reach(world, np.zeros(3), bodies=4, close=-1.0).last(4, 1))
    assert seen["closeness"].min() > 0.9
    assert seen["enclosure"].max() < 0.4


def test_fingers_on_one_side_of_the_ball_do_not_enclose_it(world, grasps):
    """Both tips on its surface, but next to each other: they touch and hold nothing."""
    scene, state = world.scene, grasps.states[0, -1].copy()
    around = tips(scene, state[None])[0]
    np.testing.assert_allclose(np.linalg.norm(around, axis=1), scene.radius, atol=0.01)
    # the ball moves out from between them
    state[scene.ball] += around.mean(0) + np.array([0, 0.035, 0])
    moved = world.channels(Clips(np.zeros((1, 1, 19)), state[None, None]))
    held = world.channels(Clips(np.zeros((1, 1, 19)), grasps.states[:1, -1:]))
    assert moved["enclosure"] < 0.6 * held["enclosure"]


@pytest.mark.slow
def test_cupped_fingers_forgive_an_offset_that_thin_ones_do_not(world):
    offsets = SEED.child("offsets").numpy().uniform(-0.015, 0.015, (64, 3))
    offsets[:, 2] = abs(offsets[:, 2])  # lower is the table
    caught = {}
    for fingers in ("cupped", "thin"):
        other = GraspSpec(fingers=fingers).build(SEED)
        end = reach(other, offsets, bodies=64).states[:, -1]
        caught[fingers] = lifted(other.scene, end, np.ones((64, 2))).mean()
    assert caught["cupped"] >= 0.95
    assert caught["thin"] <= 0.5


def test_contact_agrees_with_distance(world, grasps, in_front):
    """A finger that presses touches: mj_geomDistance, another way, finds no gap."""
    model = world.scene.model
    states = np.concatenate(
        [grasps.states[:4, 40:].reshape(-1, 29), in_front.states[:4, ::8].reshape(-1, 29)]
    )
    forces = finger_forces(world.scene, states)
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
    forces = finger_forces(world.scene, grasps.states[:, -1])
    np.testing.assert_allclose(forces, 0.8 * 0.35 / 0.07, rtol=0.35)


def test_truth_does_not_depend_on_the_company(world, grasps):
    states = grasps.states[:2].reshape(-1, 29)
    for truth in (finger_forces, tips):
        backwards = truth(world.scene, states[::-1])
        np.testing.assert_array_equal(truth(world.scene, states), backwards[::-1])


def test_truth_is_quick_enough_for_a_batch(world, grasps):
    states = np.repeat(grasps.states[:, -6:-1], 4, axis=0)
    clips = Clips(np.zeros((64, 5, 19)), states)
    start = time.process_time()
    world.channels(clips)
    assert time.process_time() - start < 0.3


@pytest.mark.parametrize("fingers", ["cupped", "paddle", "thin"])
def test_each_finger_closes_onto_the_ball(fingers):
    world = GraspSpec(fingers=fingers).build(SEED)
    end = reach(world, np.zeros(3), bodies=4).states[:, -1]
    assert both_press(world.scene, end).all()
