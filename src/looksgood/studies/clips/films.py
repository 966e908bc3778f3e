"""Films of what raters see beside what they do not: one episode at a time, and a list of them."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Float

from looksgood.core.control import ControlWorld, Episodes
from looksgood.ops.mp4 import poster_png, write_mp4
from looksgood.runs import atomic_file, write_atomically

LIST = "films.json"
VIEWS = ("front", "film")
"""What the one rater sees, and the view from the side that no rater has."""
PIXELS = 256


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
