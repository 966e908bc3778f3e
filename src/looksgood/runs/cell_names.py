"""How the folder of a cell is named after its arm and seed, and in which order cells are read."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path


def cell_name(arm: str, seed: int, key: str) -> str:
    """Return `ARM-seedN-KEY`; what a file name cannot hold is an underscore."""
    return f"{_safe(arm)}-seed{seed}-{key}"


def in_order(cells: Iterable[Path], arms: Sequence[str]) -> list[Path]:
    """Return cells by arm, in the order of `arms` (others follow, by name), then by seed."""
    places = {_safe(arm): i for i, arm in enumerate(arms)}

    def place(path: Path) -> tuple[int, str, int, str]:
        found = re.match(r"(.*)-seed(-?\d+)-", path.name)
        arm, seed = (found[1], int(found[2])) if found else (path.name, 0)
        return places.get(arm, len(places)), arm, seed, path.name

    return sorted(cells, key=place)


def _safe(arm: str) -> str:
    return re.sub(r"[^A-Za-z0-9._+=-]", "_", arm)
