"""What raters see: labels where geometry says, nearest surface first, shadows straight below."""

import mujoco
import numpy as np
import pytest

from looksgood.core.control import Label
from looksgood.core.errors import ConfigError
from looksgood.worlds.grasp.pictures import geom_labels, labels
from looksgood.worlds.grasp.rays import VISIBLE
from looksgood.worlds.grasp.shaded import shaded
from tests.grasp_scenes import CLOSED, GRASP, MODEL, state, states, toward_front_camera

FINE = 288
FOCAL = FINE / 2 / np.tan(np.deg2rad(16))  # pixels; both cameras span 32° of height
CAMERAS = {  # place, right, up: as written in scene.xml
    "front": ((0, -0.59397, 0.62897), (1, 0, 0), (0, 0.70711, 0.70711)),
    "side": ((0.41591, -0.72038, 0.15191), (0.86603, 0.5, 0), (-0.06959, 0.12053, 0.99027)),
}


def project(point, camera):
    """Return the (row, column) of a point, and its depth."""
    place, right, up = (np.array(v, float) for v in CAMERAS[camera])
    away = np.array(point) - place
    depth = away @ np.cross(up, right)
    return (
        FINE / 2 - FOCAL * (away @ up) / depth,
        FINE / 2 + FOCAL * (away @ right) / depth,
        depth,
    )


def middle(picture, label):
    """Return the mean (row, column) of a label, in pixels from the top left corner."""
    return np.argwhere(picture == label).mean(axis=0) + 0.5


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("ball", [(0, 0, 0.035), (0.06, -0.05, 0.035), (-0.05, 0.06, 0.12)])
def test_a_ball_is_where_a_pinhole_camera_puts_it(camera, ball):
    picture = labels(MODEL, states(state(ball=ball)), [camera], FINE, False)[0, 0]
    row, column, depth = project(ball, camera)
    np.testing.assert_allclose(middle(picture, Label.BALL), (row, column), atol=0.7)
    # the outline of a sphere is where rays touch it: seen a little larger than its disc
    radius = FOCAL * 0.035 / np.sqrt(depth**2 - 0.035**2)
    assert (picture == Label.BALL).sum() == pytest.approx(np.pi * radius**2, rel=0.02)


def test_the_nearest_surface_wins():
    line = toward_front_camera(0.1)
    front = states(
        state(hand=line, ball=(0, 0, 0.035)),
        # the ball further along the same line, nearer to the camera than the hand
        state(hand=line, ball=(0, -0.2, 0.305)),
    )
    hand_first, ball_first = labels(MODEL, front, ["front"], FINE, False)[:, 0]
    row, column, _ = project((0, -0.2, 0.305), "front")
    assert ball_first[int(row), int(column)] == Label.BALL
    palm_row, palm_column, _ = project(line, "front")
    assert hand_first[int(palm_row), int(palm_column)] == Label.PALM
    assert (ball_first == Label.BALL).sum() > (hand_first == Label.BALL).sum()


@pytest.mark.parametrize("shadow", [False, True])
def test_every_pixel_is_what_its_own_ray_meets(shadow):
    pixels = 32
    hand = (0.02, -0.03, 0.16)
    shown = labels(MODEL, states(state(hand, CLOSED)), list(CAMERAS), pixels, shadow)[0]
    data = mujoco.MjData(MODEL)
    mujoco.mj_setState(MODEL, data, state(hand, CLOSED), mujoco.mjtState.mjSTATE_FULLPHYSICS)
    mujoco.mj_forward(MODEL, data)
    of_geom, geom = geom_labels(MODEL), np.zeros(1, np.int32)
    half = np.tan(np.deg2rad(16))
    for picture, (place, right, up) in zip(shown, CAMERAS.values(), strict=True):
        place, right, up = np.array(place, float), np.array(right, float), np.array(up, float)
        for row in range(pixels):
            for column in range(pixels):
                x, y = (2 * column + 1) / pixels - 1, 1 - (2 * row + 1) / pixels
                ray = np.cross(up, right) + half * (x * right + y * up)
                far = mujoco.mj_ray(MODEL, data, place, ray, VISIBLE, True, -1, geom)
                expected = of_geom[geom[0]] if far >= 0 else Label.NOTHING
                if shadow and far >= 0 and expected == Label.NOTHING:
                    point, zenith = place + far * ray, np.array([0, 0, 1.0])
                    met = mujoco.mj_ray(MODEL, data, point, zenith, VISIBLE, False, -1, geom)
                    what = of_geom[geom[0]] if met >= 0 else Label.NOTHING
                    dark = Label.BALL_SHADOW if what == Label.BALL else Label.HAND_SHADOW
                    expected = Label.NOTHING if what == Label.NOTHING else dark
                assert picture[row, column] == expected


def test_a_shadow_lies_straight_below():
    ball = (0.06, 0.03, 0.3)
    picture = labels(MODEL, states(state(ball=ball)), ["front"], FINE, True)[0, 0]
    row, column, depth = project((0.06, 0.03, 0), "front")
    np.testing.assert_allclose(middle(picture, Label.BALL_SHADOW), (row, column), atol=0.7)
    # a disc on the table, seen from 45° above the horizon, is an ellipse
    area = np.pi * (FOCAL * 0.035 / depth) ** 2 * 0.59397 / np.hypot(0.59397, 0.62897)
    assert (picture == Label.BALL_SHADOW).sum() == pytest.approx(area, rel=0.08)
    assert not (picture == Label.HAND_SHADOW).any()


def test_what_is_first_above_the_table_gives_its_shadow():
    over = states(state(hand=(0, 0, 0.3)), state(hand=(0, 0, 0.3), ball=(0, 5, 5)))
    with_ball, without = labels(MODEL, over, ["front"], FINE, True)[:, 0]
    under_ball = with_ball == Label.BALL_SHADOW
    assert under_ball.any()
    assert (without[under_ball] == Label.HAND_SHADOW).mean() > 0.5


def test_shadows_are_drawn_only_when_asked_for():
    grasp = states(state(GRASP, CLOSED))
    plain = labels(MODEL, grasp, ["front", "side"], 72, False)
    dark = labels(MODEL, grasp, ["front", "side"], 72, True)
    shadows = dark >= Label.BALL_SHADOW
    assert plain.max() <= Label.PALM
    np.testing.assert_array_equal(np.where(shadows, 0, dark), plain)
    assert all((dark == label).any() for label in Label)


def test_commands_behind_a_state_move_nothing():
    plain = states(state(GRASP, CLOSED))
    longer = np.concatenate([plain, np.ones((1, 5))], axis=1)
    np.testing.assert_array_equal(
        labels(MODEL, longer, ["front"], 36, False), labels(MODEL, plain, ["front"], 36, False)
    )


def test_a_missing_camera_is_named_with_those_there_are():
    with pytest.raises(ConfigError, match=r"camera 'rear' is not in the MJCF.*front, side, film"):
        labels(MODEL, states(state()), ["rear"], 16, False)


def test_a_missing_body_is_named():
    other = mujoco.MjModel.from_xml_string(
        "<mujoco><worldbody><body name='ball'><geom size='.1'/></body></worldbody></mujoco>"
    )
    with pytest.raises(ConfigError, match="lacks the body 'left'"):
        geom_labels(other)


def test_states_of_another_model_are_refused():
    with pytest.raises(ConfigError, match="states hold 3 numbers"):
        labels(MODEL, np.zeros((1, 3)), ["front"], 16, False)


def test_no_states_give_no_pictures():
    none = state()[None][:0]
    assert labels(MODEL, none, ["front", "side"], 16, False).shape == (0, 2, 16, 16)


def test_drawn_pictures_show_the_ball_in_its_colour_and_darken_only_the_table():
    scene = states(state(GRASP, CLOSED))
    seen = labels(MODEL, scene, ["front"], 96, True)[0, 0]
    lit = shaded(MODEL, scene, "front", 96, 96, shadow=False)[0].astype(int)
    dark = shaded(MODEL, scene, "front", 96, 96, shadow=True)[0].astype(int)
    red, green, blue = lit[seen == Label.BALL].mean(axis=0)
    assert red > green > 2 * blue  # the ball is yellow
    assert (dark <= lit).all()
    fell = (lit - dark).sum(axis=2) > 30
    assert fell[seen >= Label.BALL_SHADOW].mean() > 0.9
    assert fell[seen == Label.NOTHING].mean() < 0.01


def test_a_wide_picture_keeps_the_proportions():
    scene = states(state())
    narrow = shaded(MODEL, scene, "front", 64, 64)
    wide = shaded(MODEL, scene, "front", 64, 96)
    np.testing.assert_array_equal(wide[:, :, 16:80], narrow)
