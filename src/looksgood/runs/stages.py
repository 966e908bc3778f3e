"""What cells share (a corpus, a base policy, comparisons …), computed once for everybody."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from looksgood.runs.atomic import atomic_folder, sweep
from looksgood.runs.lock import locked


class Stages:
    """Folders named by their content: `root/stages/<name>-<key>/`, whole or absent."""

    def __init__(self, root: Path) -> None:
        self.folder = Path(root) / "stages"

    def once(self, name: str, key: str, make: Callable[[Path], None]) -> Path:
        """Return the folder of stage `name` with content `key`; `make` fills it if it is new.

        Processes that ask at the same time wait for the one that computes. If that one is killed
        the kernel frees its lock and the next in line computes. An error in `make` leaves nothing.
        """
        path = self.path(name, key)
        if path.is_dir():
            return path
        with locked(self.folder / f".{path.name}.lock"):
            if not path.is_dir():
                sweep(self.folder)
                with atomic_folder(path) as temporary:
                    make(temporary)
        return path

    def path(self, name: str, key: str) -> Path:
        """Return where a stage lies or would lie."""
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", f"{name}-{key}"):
            raise ValueError(f"stage name {name!r} with key {key!r} does not make a folder name")
        return self.folder / f"{name}-{key}"

    def has(self, name: str, key: str) -> bool:
        """Whether the stage is there, so that asking for it costs nothing."""
        return self.path(name, key).is_dir()


def share_stages(run: Path, store: Path) -> None:
    """Let the stages of the run at `run` lie in `store`, where other runs find them again.

    What stages hold follows from their keys, so it does not matter who computed it. A run that has
    stages of its own keeps them.
    """
    link = Path(run) / "stages"
    if link.exists():
        return
    store.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)  # a link to a store that is gone
    link.symlink_to(os.path.relpath(store.resolve(), link.parent.resolve()), True)
