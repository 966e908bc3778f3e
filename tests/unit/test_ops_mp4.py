"""Films come back as they were written, in a form that browsers play."""

import io
import sys

import av
import matplotlib.image
import numpy as np
import pytest

from looksgood.core.errors import ConfigError
from looksgood.ops.mp4 import poster_png, write_mp4


def moving(frames=7, height=48, width=64):
    """Return a bright bar that moves to the right over a smooth background."""
    film = np.zeros((frames, height, width, 3), np.uint8)
    film[:] = np.linspace(40, 90, width).astype(np.uint8)[None, None, :, None]
    for i in range(frames):
        film[i, :, 6 * i : 6 * i + 8] = 220
    return film


def read(path):
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(stream)]
        return np.stack(frames), stream.average_rate, stream.codec_context


def test_frames_come_back_in_order(tmp_path):
    film = moving()
    write_mp4(tmp_path / "film.mp4", film, fps=20.0)
    back, rate, codec = read(tmp_path / "film.mp4")
    assert back.shape == film.shape
    assert np.abs(back.astype(int) - film).mean() < 4
    assert (float(rate), codec.pix_fmt) == (20.0, "yuv420p")


def test_it_is_h264_with_its_index_before_the_pictures(tmp_path):
    used = write_mp4(tmp_path / "film.mp4", moving(), fps=12.5)
    data = (tmp_path / "film.mp4").read_bytes()
    assert used == "libx264"
    assert b"avc1" in data
    assert 0 < data.find(b"moov") < data.find(b"mdat")


def test_equal_frames_give_equal_bytes(tmp_path):
    for name in ("one", "two"):
        write_mp4(tmp_path / name, moving(), fps=20)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_odd_sizes_are_filled_up_with_their_edge(tmp_path):
    write_mp4(tmp_path / "film.mp4", moving(height=47, width=63), fps=20)
    back, _, _ = read(tmp_path / "film.mp4")
    assert back.shape[1:3] == (48, 64)
    assert np.abs(back[:, 47].astype(int) - back[:, 46]).mean() < 6


def test_no_frames_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="at least one frame"):
        write_mp4(tmp_path / "film.mp4", moving(frames=0), fps=20)


def test_a_missing_package_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(ConfigError, match=r"need the extra control: pip install") as caught:
        write_mp4(tmp_path / "film.mp4", moving(), fps=20)
    assert "\n" not in str(caught.value)


def test_a_poster_holds_the_frame_exactly():
    frame = moving()[3]
    back = matplotlib.image.imread(io.BytesIO(poster_png(frame)), format="png")
    np.testing.assert_array_equal(np.round(back[..., :3] * 255).astype(np.uint8), frame)
