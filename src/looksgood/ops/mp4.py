"""Films as files that browsers play, and single frames as PNG."""

import io
from fractions import Fraction
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from looksgood.core.errors import ConfigError, without_extra

CODECS = ("libx264", "libopenh264", "h264_videotoolbox", "mpeg4")
"""Tried in turn: H.264 by whatever encoder this FFmpeg has. MPEG-4 Part 2 opens in players but in
few browsers."""

Frame = UInt8[np.ndarray, "height width 3"]


def write_mp4(path: Path, frames: UInt8[np.ndarray, "frames height width 3"], fps: float) -> str:
    """Write RGB frames as H.264, 4:2:0, with its index in front, and return the encoder used.

    4:2:0 halves the resolution of colour, so an odd last row or column is repeated once.

    Raises:
        ConfigError: PyAV is missing, there is no frame, or it has none of the encoders.
    """
    try:
        import av
    except ModuleNotFoundError as error:
        raise without_extra("films need", "control", error) from error
    if not len(frames):
        raise ConfigError(f"{path}: a film needs at least one frame")
    _, height, width, _ = frames.shape
    even = np.pad(frames, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    codec = next((name for name in CODECS if name in av.codecs_available), None)
    if codec is None:
        raise ConfigError(f"{path}: this PyAV has no encoder among {', '.join(CODECS)}")
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as film:
        stream = film.add_stream(codec, rate=Fraction(fps).limit_denominator(1001))
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = even.shape[1:3]
        stream.pix_fmt = "yuv420p"
        if codec == "libx264":
            stream.options = {"crf": "20"}
        else:
            stream.bit_rate = 2_000_000
        # one thread: the same frames give the same bytes on every machine
        stream.thread_count = 1
        for image in even:
            film.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        film.mux(stream.encode())
    return codec


def poster_png(frame: Frame) -> bytes:
    """Return an RGB frame as the bytes of a PNG."""
    from PIL import Image  # comes with matplotlib

    file = io.BytesIO()
    Image.fromarray(frame).save(file, "PNG", optimize=True)
    return file.getvalue()
