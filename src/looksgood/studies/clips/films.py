"""Films: clips as people compare them; and what raters see beside what they do not, by episode."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8

from looksgood.core.control import Clips, ControlWorld, Episodes
from looksgood.ops.mp4 import poster_png, write_mp4
from looksgood.runs import atomic_file, write_atomically

LIST = "films.json"
VIEWS = ("front", "film")
"""What the one rater sees, and the view from the side that no rater has."""
PIXELS = 256
CLIPS_AT_ONCE = 32
"""Drawn in one go: starting what draws takes a second, and their frames lie in memory."""


def film_sides(
    world: ControlWorld,
    first: Clips,
    second: Clips,
    cameras: Sequence[str],
    keep: Callable[[bytes], str],
    tell: Callable[[str], Any] = lambda _: None,
) -> list[tuple[str, str]]:
    """Film both clips of each pair: MP4, cameras side by side, as fast as it happened.

    Returns by what name `keep` keeps each film; `tell` hears how many are made.

    Raises:
        ConfigError: the extra `control` is missing.
    """
    every = np.concatenate([first.states, second.states])
    names: list[str] = []
    for start in range(0, len(every), CLIPS_AT_ONCE):
        states = every[start : start + CLIPS_AT_ONCE]
        count, length, numbers = states.shape
        flat = states.reshape(count * length, numbers)
        frames = np.concatenate([world.film(flat, one, PIXELS)[0] for one in cameras], axis=2)
        films = frames.reshape(count, length, *frames.shape[1:])
        names.extend(keep(_mp4(film, fps=1 / world.action_seconds)) for film in films)
        tell(f"films of clips are made: {len(names)} of {len(every)}")
    return list(zip(names[: len(first)], names[len(first) :], strict=True))


def _mp4(frames: UInt8[np.ndarray, "frames height width 3"], fps: float) -> bytes:
    with TemporaryDirectory(prefix="looksgood-clip-") as folder:
        path = Path(folder) / "clip.mp4"
        write_mp4(path, frames, fps)
        return path.read_bytes()


def film_episode(
    world: ControlWorld,
    episodes: Episodes,
    columns: Mapping[str, Float[np.ndarray, " episodes"]],
    folder: Path,
    step: int,
) -> None:
    """Film the first of the episodes from both sides, side by side; note what became of it.

    It is never one that was chosen.

    Raises:
        ConfigError: the extra `control` is missing.
        LooksgoodError: the disk is full.
    """
    folder.mkdir(exist_ok=True)
    views, renderers = zip(
        *(world.film(episodes.states[0], view, PIXELS) for view in VIEWS), strict=True
    )
    frames = np.concatenate(views, axis=2)
    name = f"{step:05d}"
    with atomic_file(folder / f"{name}.mp4") as path:
        write_mp4(path, frames, fps=1 / world.action_seconds)
    write_atomically(folder / f"{name}.png", poster_png(frames[-1]))
    listed = [film for film in _listed(folder) if film["step"] != step]
    film = {
        "step": step,
        "file": f"{name}.mp4",
        "poster": f"{name}.png",
        "views": list(VIEWS),
        "approved": int(columns["rater"][0]) if "rater" in columns else None,
        "gold": int(columns["gold"][0]),
        "contact": int(columns["channel.contact"][0]),
        "renderer": renderers[0],
    }
    write_atomically(folder / LIST, json.dumps([*listed, film], indent=1).encode())


def _listed(folder: Path) -> list[dict[str, object]]:
    path = folder / LIST
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
