"""Films: what draws them is found out without harm, and all show the same scene."""

import numpy as np
import pytest

from looksgood.core.control import Label
from looksgood.core.errors import ConfigError
from looksgood.worlds.grasp.film import RAY_CASTING, frames_rgb, renderer
from looksgood.worlds.grasp.pictures import labels
from looksgood.worlds.grasp.shaded import shaded
from tests.grasp_scenes import CLOSED, GRASP, MODEL, state, states

SCENE = states(state(GRASP, CLOSED), state((0, 0, 0.25)))


def yellow(picture):
    """Return where a picture has the colour of the ball."""
    red, green, blue = picture.astype(int).transpose(2, 0, 1)
    return (red - blue > 55) & (green > 0.6 * red)


def test_without_opengl_frames_are_cast(monkeypatch):
    monkeypatch.setenv("MUJOCO_GL", "disable")
    frames, drawn_by = frames_rgb(MODEL, SCENE, "film", 24, 32)
    assert drawn_by == RAY_CASTING
    # the model's lights cast no shadow unless the world says so
    np.testing.assert_array_equal(frames, shaded(MODEL, SCENE, "film", 24, 32, shadow=False))


@pytest.mark.slow
def test_an_opengl_that_does_not_work_is_not_used(monkeypatch):
    monkeypatch.setenv("MUJOCO_GL", "no-such-thing")
    frames, drawn_by = frames_rgb(MODEL, SCENE, "front", 16, 16)
    assert drawn_by == RAY_CASTING
    assert frames.shape == (2, 16, 16, 3)


@pytest.mark.slow
def test_whatever_draws_shows_the_ball_where_raters_see_it(monkeypatch):
    monkeypatch.delenv("MUJOCO_GL", raising=False)
    frames, drawn_by = frames_rgb(MODEL, SCENE, "front", 96, 96)
    assert drawn_by == renderer("")
    seen = labels(MODEL, SCENE, ["front"], 96, False)[:, 0]
    for frame, picture in zip(frames, seen, strict=True):
        ball = picture == Label.BALL
        assert (yellow(frame) & ball).sum() / (yellow(frame) | ball).sum() > 0.75


@pytest.mark.parametrize("wished", ["disable", "OFF", "0"])
def test_opengl_can_be_refused(wished):
    assert renderer(wished) == RAY_CASTING


def test_a_missing_camera_is_named():
    with pytest.raises(ConfigError, match="camera 'rear'"):
        frames_rgb(MODEL, SCENE, "rear", 16, 16)
