"""An MJCF of one's own: taken where it has everything, refused with the reason where not."""

import numpy as np
import pytest

from looksgood.core.errors import ConfigError
from looksgood.core.seeds import Seed
from looksgood.core.spec import parse_spec
from looksgood.worlds.grasp.scene import OWN
from looksgood.worlds.grasp.spec import GraspSpec

SEED = Seed(("test", "grasp", "scene"))

BROKEN = [
    ('<body name="ball"', '<body name="orb"', "the body 'ball' is missing"),
    ('<camera name="side"', '<camera name="slide"', "the camera 'side' is missing"),
    ('name="left_tip"', 'name="tip"', "the site 'left_tip' is missing"),
    ('<motor name="left"', '<motor name="links"', "the actuator 'left' is missing"),
    ('<freejoint name="ball"/>', '<joint name="ball" type="ball"/>', "must be free"),
    ('timestep="0.01"', 'timestep="0.002"', "timestep is 0.002"),
    ("</mujoco>", "", "MuJoCo refuses it"),
]


@pytest.mark.parametrize(("old", "new", "reason"), BROKEN)
def test_an_mjcf_that_lacks_something_is_refused_on_one_line(tmp_path, old, new, reason):
    path = tmp_path / "own.xml"
    path.write_text(OWN.read_text().replace(old, new))
    with pytest.raises(ConfigError) as refused:
        GraspSpec(mjcf=path).build(SEED)
    assert reason in str(refused.value)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_renamed_joint_is_named(tmp_path):
    path = tmp_path / "own.xml"
    path.write_text(OWN.read_text().replace('"hand_z"', '"up"'))
    with pytest.raises(ConfigError, match="the joint 'hand_z' is missing"):
        GraspSpec(mjcf=path).build(SEED)


def test_motors_in_another_order_are_refused(tmp_path):
    swapped = OWN.read_text()
    names = {"hand_x": "?", "hand_y": "hand_x", "?": "hand_y"}
    for old, new in names.items():
        swapped = swapped.replace(f'<motor name="{old}"', f'<motor name="{new}"')
    path = tmp_path / "own.xml"
    path.write_text(swapped)
    with pytest.raises(ConfigError, match="in this order"):
        GraspSpec(mjcf=path).build(SEED)


def test_a_missing_file_and_fingers_beside_an_own_file_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="no such file"):
        GraspSpec(mjcf=tmp_path / "none.xml").build(SEED)
    with pytest.raises(ConfigError, match="give one of fingers and mjcf"):
        parse_spec(GraspSpec, {"kind": "grasp", "mjcf": str(OWN), "fingers": "thin"})


def test_an_own_file_equal_to_ours_is_our_world():
    world = GraspSpec().build(SEED)
    own = GraspSpec(mjcf=OWN).build(SEED)
    np.testing.assert_array_equal(own.start(3, SEED).states, world.start(3, SEED).states)
