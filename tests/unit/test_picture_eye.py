"""The rater's eye against hand-placed scenes, and laws on pictures drawn by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.control import Clips, Label
from looksgood.core.errors import ConfigError
from looksgood.core.records import Channels
from looksgood.core.spec import parse_spec
from looksgood.raters.outlines import completed_ball, rows
from looksgood.raters.picture_spec import PictureSpec
from looksgood.raters.pictures import PictureEye
from looksgood.worlds.grasp.pictures import labels
from tests.grasp_scenes import CLOSED, GRASP, MODEL, ON_TABLE, state, toward_front_camera

SUCCESS = 0.5


def judged(*scenes, cameras=("front",), units="relative", shadow=False):
    """Return (closeness, enclosure) of scenes, each seen as a clip of one frame."""
    eye = PictureEye(
        lambda states, cameras: labels(MODEL, states, cameras, 72, shadow), cameras, units, shadow
    )
    numbers = np.stack(scenes)[:, None]
    seen = eye.look(Clips(np.zeros((len(scenes), 1, 1)), numbers))
    assert seen.names == ("closeness", "enclosure")
    return seen.values.numpy()


def grasp_at(ball_x, ball_y):
    return state((ball_x, ball_y, GRASP[2]), CLOSED, (ball_x, ball_y, 0.035))


@pytest.mark.parametrize("cameras", [("front",), ("side",), ("front", "side")])
@pytest.mark.parametrize("place", [(0, 0), (0.05, 0.05), (-0.05, -0.05)])
def test_a_grasp_that_touches_looks_like_one(cameras, place):
    ((closeness, enclosure),) = judged(grasp_at(*place), cameras=cameras)
    assert closeness > 0.85
    assert enclosure > 0.85


@pytest.mark.parametrize("metres", [0.06, 0.1, 0.15])
def test_a_hand_before_the_ball_fools_the_front_camera_only(metres):
    scene = state(toward_front_camera(metres), (0.12, 0.12))
    assert (judged(scene, cameras=("front",)) > 0.85).all()
    for cameras in (("side",), ("front", "side")):
        ((closeness, enclosure),) = judged(scene, cameras=cameras)
        assert enclosure < 0.1
        assert closeness < 0.9


def test_a_hand_behind_the_ball_fools_nobody():
    scene = state((0, 0.08, GRASP[2]), CLOSED)
    for cameras in (("front",), ("side",)):
        assert judged(scene, cameras=cameras)[0, 1] < 0.05


def test_open_fingers_look_less_like_a_grasp_than_closed_ones():
    wide, open_, closed = judged(*(state(GRASP, (a, a)) for a in (-0.4, -0.2, 0.06)))[:, 1]
    assert wide < open_ < closed


def test_a_hand_far_above_is_neither_close_nor_a_grasp():
    near, far = judged(state((0, 0, 0.2)), state((0, 0, 0.3)))
    assert near[1] == far[1] == 0
    assert far[0] < near[0] < judged(grasp_at(0, 0))[0, 0]


def test_the_hand_s_apparent_size_is_the_measure_in_relative_units():
    # fingers beside the ball in the picture, with the same angle between them and the ball's edges
    near, far = state(toward_front_camera(0.3)), state(toward_front_camera(0.06))
    relative, absolute = judged(near, far), judged(near, far, units="absolute")
    assert relative[0, 1] > absolute[0, 1] + 0.05  # the near hand's gaps look small beside it
    assert absolute[1, 1] == pytest.approx(relative[1, 1], abs=0.05)


def test_both_units_agree_at_the_scripted_grasp():
    for cameras in (("front",), ("side",)):
        loose = state(GRASP, (-0.1, -0.1))
        relative = judged(loose, cameras=cameras)
        np.testing.assert_allclose(
            judged(loose, cameras=cameras, units="absolute"), relative, atol=0.02
        )


@pytest.mark.parametrize("metres", [0.06, 0.1, 0.15])
def test_shadows_give_a_hand_before_the_ball_away(metres):
    scene = state(toward_front_camera(metres), (0.12, 0.12))
    assert judged(scene, shadow=True)[0, 1] < SUCCESS
    assert judged(scene)[0, 1] > 0.85


@pytest.mark.parametrize("place", [(0, 0), (0.05, 0.05), (-0.05, -0.05)])
def test_shadows_leave_a_grasp_a_grasp(place):
    assert judged(grasp_at(*place), shadow=True)[0, 1] > 0.75


def test_shadows_stay_together_while_the_ball_is_lifted():
    up = [state((0, 0, GRASP[2] + h), CLOSED, (0, 0, 0.035 + h)) for h in (0.03, 0.08, 0.14)]
    assert (judged(*up, shadow=True)[:, 1] > 0.75).all()


def test_a_rater_of_shadows_needs_some():
    eye = PictureEye(lambda s, c: labels(MODEL, s, c, 72, False), ("front",), shadow=True)
    clips = Clips(np.zeros((1, 1, 1)), grasp_at(0, 0)[None, None])
    with pytest.raises(ConfigError, match="no picture shows a shadow"):
        eye.look(clips)


def test_a_clip_is_the_mean_of_its_frames():
    frames = [grasp_at(0, 0), state((0, 0, 0.2)), state(GRASP, (-0.2, -0.2))]
    eye = PictureEye(lambda s, c: labels(MODEL, s, c, 72, False), ("front", "side"))
    clip = eye.look(Clips(np.zeros((1, 3, 1)), np.stack(frames)[None])).values[0]
    single = torch.from_numpy(judged(*frames, cameras=("front", "side")))
    torch.testing.assert_close(clip, single.mean(0))


def test_no_clips_give_no_channels():
    eye = PictureEye(lambda s, c: labels(MODEL, s, c, 72, False), ("front",))
    none = Clips(np.zeros((0, 4, 1)), np.zeros((0, 4, len(state()))))
    assert eye.look(none).values.shape == (0, 2)


# pictures drawn by hand


def drawn(gap=0, radius=6, scale=1, tip=0):
    """Return a ball between two fingers `gap` pixels from it, below a palm of 24 pixels."""
    picture = np.zeros((64, 64), np.uint8)
    y, x = np.mgrid[:64, :64] + 0.5
    picture[14:18, 20:44] = Label.PALM
    picture[18 : 40 + tip, 32 - radius - gap - 3 : 32 - radius - gap] = Label.LEFT_FINGER
    picture[18 : 40 + tip, 32 + radius + gap : 32 + radius + gap + 3] = Label.RIGHT_FINGER
    picture[np.hypot(x - 32, y - 32) <= radius] = Label.BALL
    return picture.repeat(scale, 0).repeat(scale, 1)


def looked_at(*pictures, **settings):
    eye = PictureEye(lambda s, c: np.zeros((0, 0, 0, 0), np.uint8), ("front",), **settings)
    return np.stack(eye.judge(np.stack(pictures)), axis=1)


@given(st.integers(0, 10), st.integers(2, 4))
def test_scaling_a_picture_changes_no_relative_judgement(gap, scale):
    small, large = looked_at(drawn(gap)), looked_at(drawn(gap, scale=scale))
    np.testing.assert_allclose(small, large, atol=0.03)


@given(st.integers(0, 9))
def test_a_wider_gap_is_less_enclosed_by_the_stated_law(gap):
    wide, narrow = looked_at(drawn(gap + 1), drawn(gap))[:, 1]
    # two gaps, each a pixel wider, in units of 0.4 palms of 24 pixels
    assert wide / narrow == pytest.approx(np.exp(-2 / (0.4 * 24)))


@given(st.integers(-6, 6), st.integers(-3, 3))
def test_where_in_the_picture_it_happens_does_not_matter(x, y):
    moved = np.roll(drawn(gap=2), (y, x), axis=(0, 1))
    np.testing.assert_allclose(looked_at(moved), looked_at(drawn(gap=2)))


def test_mirrored_pictures_are_judged_alike():
    picture = drawn(gap=1)
    picture[:, :26] = np.roll(picture[:, :26], 1, axis=1)
    np.testing.assert_allclose(looked_at(picture[:, ::-1]), looked_at(picture))


@pytest.mark.parametrize("unseen", [Label.BALL, Label.LEFT_FINGER, Label.RIGHT_FINGER, Label.PALM])
def test_what_is_not_seen_is_not_believed(unseen):
    picture = drawn()
    picture[picture == unseen] = Label.NOTHING
    np.testing.assert_array_equal(looked_at(picture), [[0, 0]])


def test_an_occluded_finger_scores_nothing():
    picture = drawn()
    picture[picture == Label.RIGHT_FINGER] = Label.PALM
    np.testing.assert_array_equal(looked_at(picture), [[0, 0]])


def test_a_finger_that_covers_the_ball_s_side_touches_it():
    picture = drawn(gap=3)
    picture[18:40, 20:29] = Label.LEFT_FINGER
    picture[18:40, 35:44] = Label.RIGHT_FINGER
    assert looked_at(picture)[0, 1] == 1
    assert looked_at(drawn(gap=3))[0, 1] < SUCCESS + 0.1


def test_a_finger_across_the_ball_does_not_enclose_it():
    picture = drawn()
    picture[picture == Label.LEFT_FINGER] = Label.NOTHING
    picture[18:40, 30:33] = Label.LEFT_FINGER  # ball is seen on both of its sides
    # 7 pixels of ball lie on the finger's wrong side
    assert looked_at(picture)[0, 1] < np.exp(-6 / (0.4 * 24)) + 1e-6


@pytest.mark.parametrize(("axis", "side"), [(1, 0), (1, 1), (0, 0), (0, 1)])
def test_the_eye_completes_a_ball_that_the_hand_covers_in_part(axis, side):
    y, x = np.mgrid[:64, :64] + 0.5
    ball = np.hypot(x - 30, y - 34) <= 10
    hand = np.zeros_like(ball)
    cut = slice(0, 27) if side == 0 else slice(37, 64)
    hand[(slice(None), cut) if axis else (cut, slice(None))] = True
    circle = completed_ball((ball & ~hand)[None], hand[None])
    assert (circle.x[0], circle.y[0], circle.radius[0]) == pytest.approx((30, 34, 10), abs=0.5)
    # the same part with nothing beside it is all that there is
    bare = completed_ball((ball & ~hand)[None], np.zeros_like(hand)[None])
    assert np.hypot(bare.x[0] - 30, bare.y[0] - 34) > 1


def test_an_empty_mask_has_no_edges():
    assert np.isnan(rows(np.zeros((1, 4, 4), bool))).all()


# settings


def test_ties_are_as_likely_as_the_settings_say():
    spec = PictureSpec()
    assert spec.tie_logit == pytest.approx(spec.tie / spec.temperature)
    assert np.tanh(spec.tie_logit / 2) == pytest.approx(0.0997, abs=0.0001)  # 10 %, as it says


def test_a_rater_weighs_what_is_seen_by_temperature_and_lapses():
    rater = PictureSpec(lapse=0.1, temperature=0.03).build({"closeness": 0.4, "enclosure": 0.6})
    better = Channels(("closeness", "enclosure"), torch.tensor([[0.9, 0.8]]))
    worse = Channels(("closeness", "enclosure"), torch.tensor([[0.9, 0.75]]))
    odds = torch.tensor(0.6 * 0.05 / 0.03)
    expected = 0.9 * odds.sigmoid() + 0.05
    torch.testing.assert_close(rater.prob_first(better, worse), expected[None])


@pytest.mark.parametrize("cameras", [(), ("front", "front")])
def test_cameras_are_refused_with_the_reason(cameras):
    with pytest.raises(ConfigError, match="cameras"):
        parse_spec(PictureSpec, {"cameras": cameras})


def test_the_spec_hands_its_settings_to_the_eye():
    spec = PictureSpec(cameras=("side",), units="absolute", shadow=True)
    eye = spec.eye(lambda s, c: labels(MODEL, s, c, 72, True))
    assert (eye.cameras, eye.units, eye.shadow) == (("side",), "absolute", True)
    assert ON_TABLE[2] == pytest.approx(MODEL.geom("ball").size[0])
