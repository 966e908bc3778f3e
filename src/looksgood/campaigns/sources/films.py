"""Pairs of films: clips of a body that moves, as its raters see them, cut at random.

The episodes are those of a policy before any training, half of them with a finger or another motor
shifted, as in the first comparisons of `ball-and-camera`.
"""

from collections.abc import Mapping
from typing import Any

from looksgood.campaigns.sources.drawn import Drawn, Wish
from looksgood.core.control import ControlWorld
from looksgood.core.errors import ConfigError
from looksgood.core.spec import parse_spec
from looksgood.optimizers.episodes import run_episodes, shifted
from looksgood.preferences.clips import random_pairs
from looksgood.raters.picture_spec import PictureSpec
from looksgood.rating.pairs import NewPair, Truth, clip_digest
from looksgood.studies.clips.films import film_sides
from looksgood.studies.clips.settings import ClipSpec

BODIES = 16


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

    def keep(film: bytes) -> str:
        digest = clip_digest(film)
        films[digest] = film
        return digest

    sides = film_sides(world, first, second, cameras, keep)
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
        for (one, other), gold, rival in zip(sides, *worth, strict=True)
    ]
    return Drawn([pair for pair in pairs if pair.first != pair.second], films)
