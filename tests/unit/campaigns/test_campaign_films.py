"""Pairs of films of a hand and a ball."""

import pytest

from looksgood.campaigns.sources.drawn import Wish
from looksgood.campaigns.sources.films import film_pairs
from looksgood.campaigns.sources.source import draw
from looksgood.core.errors import ConfigError

SMALL = {"world": {"kind": "grasp", "steps": 16}, "preferences": {"steps": 6}}


@pytest.mark.slow
def test_films_play_and_are_the_same_again():
    pytest.importorskip("mujoco", reason="the extra control is not installed")
    av = pytest.importorskip("av", reason="the extra control is not installed")
    import io

    found = film_pairs(SMALL, Wish(pairs=2))
    assert len(found.pairs) == 2
    for pair in found.pairs:
        assert pair.are_clips
        assert pair.truth is None or pair.truth.told_by == "world"
        for digest in (pair.first, pair.second):
            with av.open(io.BytesIO(found.films[digest])) as film:
                frames = list(film.decode(video=0))
            assert len(frames) == 6
            assert (frames[0].width, frames[0].height) == (256, 256)
    again = film_pairs(SMALL, Wish(pairs=2))
    assert [pair.key for pair in again.pairs] == [pair.key for pair in found.pairs]
    assert again.films == found.films


def test_a_world_without_a_camera_cannot_be_filmed():
    pytest.importorskip("gymnasium", reason="the extra control is not installed")
    with pytest.raises(ConfigError, match="no camera"):
        film_pairs({"world": {"kind": "gym_task"}}, Wish(pairs=2))


@pytest.mark.slow
def test_the_name_of_the_body_is_enough():
    pytest.importorskip("mujoco", reason="the extra control is not installed")
    found = draw("grasp", Wish(pairs=1))
    assert len(found.films) == 2
