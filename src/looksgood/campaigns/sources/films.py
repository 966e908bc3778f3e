"""Pairs of films: clips of a body that moves, as its raters see them, cut at random.

The episodes are those of a policy before any training, half of them with a finger or another motor
shifted, as in the first comparisons of `ball-and-camera`.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from looksgood.campaigns.sources.drawn import Drawn, Wish
from looksgood.core.control import Clips, ControlWorld
from looksgood.core.errors import ConfigError
from looksgood.core.spec import parse_spec
from looksgood.ops.mp4 import write_mp4
from looksgood.optimizers.episodes import run_episodes, shifted
from looksgood.preferences.clips import random_pairs
from looksgood.raters.picture_spec import PictureSpec
from looksgood.rating.pairs import NewPair, Truth
from looksgood.studies.clips.settings import ClipSpec

BODIES = 16
PIXELS = 256
AT_ONCE = 20
"""Clips drawn at a time: their frames lie in memory."""


def film_pairs(settings: Mapping[str, Any], wish: Wish) -> Drawn:
    """Return pairs of films; `settings` are those of a run of clips, or empty.

    Raises:
        ConfigError: the extra `control` is missing, or the world has no camera.
    """
    spec = parse_spec(ClipSpec, settings)
    world = spec.world.build(wish.seed.child("world"))
    if not isinstance(world, ControlWorld) or not world.cameras:
        raise ConfigError(f"world.kind={spec.world.kind!r} has no camera, so nothing can be filmed")
    cameras = spec.rater.cameras if isinstance(spec.rater, PictureSpec) else world.cameras[:1]
    act = spec.optimizer.build(world, wish.seed.child("policy")).policy.act
    asked = spec.preferences
    shift = shifted(act, asked.shift_sd, asked.shift_motors, wish.seed.child("shift"))
    episodes = run_episodes(world, act, BODIES, wish.seed.child("episodes")).and_then(
        run_episodes(world, shift, BODIES, wish.seed.child("shifted"))
    )
    every_frame = asked.model_copy(update={"every": 1})
    first, second = random_pairs(every_frame, episodes, wish.pairs, wish.seed.child("clips"))
    films: dict[str, bytes] = {}
    sides = [list(_digests(world, side, cameras, films)) for side in (first, second)]
    worth = [world.channels(side).weighed(world.weights).tolist() for side in (first, second)]
    pairs = [
        NewPair(
            prompt="",
            first=one,
            second=other,
            are_clips=True,
            truth=Truth("first" if gold > rival else "second", "world") if gold != rival else None,
            extra={"world": world.name, "cameras": ", ".join(cameras)},
        )
        for one, other, gold, rival in zip(*sides, *worth, strict=True)
    ]
    return Drawn([pair for pair in pairs if pair.first != pair.second], films)


def _digests(
    world: ControlWorld, clips: Clips, cameras: tuple[str, ...], films: dict[str, bytes]
) -> Iterator[str]:
    """Film each clip, its cameras side by side; keep the film and yield its digest."""
    for start in range(0, len(clips), AT_ONCE):
        states = clips.states[start : start + AT_ONCE]
        count, length, numbers = states.shape
        flat = states.reshape(count * length, numbers)
        views = [world.film(flat, camera, PIXELS)[0] for camera in cameras]
        frames = np.concatenate(views, axis=2)
        for film in frames.reshape(count, length, *frames.shape[1:]):
            content = _mp4(film, 1 / world.action_seconds)
            digest = hashlib.sha256(content).hexdigest()
            films[digest] = content
            yield digest


def _mp4(frames: np.ndarray, fps: float) -> bytes:
    with TemporaryDirectory(prefix="looksgood-clip-") as folder:
        path = Path(folder) / "clip.mp4"
        write_mp4(path, frames, fps)
        return path.read_bytes()
