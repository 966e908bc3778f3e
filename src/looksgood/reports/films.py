"""Films of single episodes, as data inside the page: the raters' view beside one that none has."""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from looksgood.core.errors import DataError
from looksgood.reports.palette import arm_order
from looksgood.runs import RunFolder
from looksgood.runs.strict import read_json
from looksgood.runs.tables import read_table

BYTES_SHOWN = 30_000_000
"""Films and posters in one page, as they lie on the disk; in the page they are a third larger."""

VIEWS = {
    "front": "front: the raters' camera",
    "side": "low: raters' second camera",
    "film": "side view: no rater sees it",
}

Row = Mapping[str, Any]


def films(run: RunFolder, limit: int = BYTES_SHOWN) -> dict[str, Any]:
    """Read every cell's films; return them by seed, then arm, then step, as data for the page.

    The first seed is always there. Others follow while all together hold at most `limit` bytes.

    * `seeds`: {seed, arms: [{arm, films}]}; a film has step, when ("start", "middle" or "end"),
      views, facts, alt, and video and poster as data: URIs (None where the file is missing);
    * `left_out`: the seeds for which there was no room; `megabytes`: what films add to the page;
    * `renderers`: what drew them.

    Raises:
        DataError: a films.json is damaged, or names a file outside its folder.
    """
    listed = _listed(run)
    shown, left_out, used = [], [], 0
    for seed in sorted({seed for seed, _ in listed}):
        own = {arm: films for (s, arm), films in listed.items() if s == seed}
        size = sum(film["bytes"] for films in own.values() for film in films)
        if left_out or (shown and used + size > limit):
            left_out.append(seed)
            continue
        used += size
        arms = [{"arm": arm, "films": _embedded(own[arm], arm, seed)} for arm in arm_order(own)]
        shown.append({"seed": seed, "arms": arms})
    renderers = {str(film["renderer"]) for films in listed.values() for film in films}
    return {
        "seeds": shown,
        "left_out": left_out,
        "megabytes": used * 4 / 3 / 1e6,  # base64 writes three bytes as four characters
        "renderers": sorted(renderers),
    }


def _listed(run: RunFolder) -> dict[tuple[int, str], list[dict[str, Any]]]:
    """Return the films of the cells that are done, by seed and arm, with their paths and sizes."""
    found = {}
    for cell in run.cells():
        path = cell.path / "films" / "films.json"
        if not (cell.is_done and path.exists()):
            continue
        rows = read_table(cell.table("points"), "points").slice(0, 1).to_pylist()
        if rows:
            found[rows[0]["seed"], rows[0]["arm"]] = _films(path)
    return {place: found[place] for place in found if found[place]}


def _films(path: Path) -> list[dict[str, Any]]:
    films = read_json(path)
    needed = {"step", "file", "poster", "views", "approved", "gold", "renderer"}
    if not isinstance(films, list) or not all(
        isinstance(film, Mapping) and needed <= film.keys() for film in films
    ):
        raise DataError(f"{path} is not a list of films that each say {', '.join(sorted(needed))}")
    for film in films:
        for name in (film["file"], film["poster"]):
            if Path(name).name != name:
                raise DataError(f"{path} names {name!r}: films lie beside it, in no other folder")
        film["paths"] = [path.parent / film["file"], path.parent / film["poster"]]
        film["bytes"] = sum(part.stat().st_size for part in film["paths"] if part.is_file())
    return sorted(films, key=lambda film: film["step"])


def _embedded(films: Sequence[Row], arm: str, seed: int) -> list[dict[str, Any]]:
    shown = []
    for film in films:
        when = "start" if film["step"] == 0 else "end" if film is films[-1] else "middle"
        views = [VIEWS.get(view, str(view)) for view in film["views"]]
        facts = _facts(film)
        said = ", ".join(f"{who} {what}" for who, what in facts.items())
        video, poster = film["paths"]
        shown.append(
            {
                "step": film["step"],
                "when": when,
                "views": views,
                "facts": facts,
                "false_approval": bool(film["approved"]) and not film["gold"],  # None: unknown
                "alt": f"{arm}, seed {seed}, {when} of training: {' | '.join(views)}; {said}",
                "video": _uri(video, "video/mp4"),
                "poster": _uri(poster, "image/png"),
            }
        )
    return shown


def _facts(film: Row) -> dict[str, str]:
    """Say what the rater said and what was true."""
    said = {None: "was not asked", 0: "no success", 1: "success"}
    facts = {"rater:": said[film["approved"]]}
    facts["truth:"] = "success" if film["gold"] else "no success"
    if film.get("contact") is not None:
        lifted = "lifted" if film["gold"] else "not lifted"
        facts["truth:"] = f"{lifted}, {'contact' if film['contact'] else 'no contact'}"
    return facts


def _uri(path: Path, kind: str) -> str | None:
    if not path.is_file():
        return None
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
