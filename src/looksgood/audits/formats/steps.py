"""Files that a trainer numbers by its steps: whose they are, and each as far as it can be read."""

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from looksgood.audits.formats.files import files_in, sound
from looksgood.audits.formats.jsonl import first_object
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError

T = TypeVar("T")

DEPTH = 3
"""Folders below a path that are looked into."""


@dataclass(frozen=True, slots=True)
class StepFile:
    """A file of one step of one run."""

    path: Path
    run: str
    step: int | None
    """As its name says; None where a file was given by a name of its own."""


def numbered(path: Path, named: re.Pattern[str]) -> list[tuple[Path, re.Match[str]]]:
    """Return the files whose name is `named`, at `path` or at most `DEPTH` folders below it.

    Raises:
        DataError: there is nothing at `path`.
    """
    globs = ["*/" * depth + "*" for depth in range(DEPTH + 1)]
    matched = ((file, named.fullmatch(file.name)) for file in files_in(path, *globs))
    return [(file, match) for file, match in matched if match]


def opens_with(path: Path, named: re.Pattern[str], keys: Set[str]) -> bool:
    """Tell whether the file, or the first of those `named`, begins with an object of these keys."""
    found = [path] if path.is_file() else [file for file, _ in numbered(path, named)]
    return bool(found) and first_object(found[0]).keys() >= keys


def step_files(
    path: Path, named: re.Pattern[str], missing: str, inside: str = ""
) -> list[StepFile]:
    """Return the files whose name is `named`, its first group their step; each folder is a run.

    Where the folder is called `inside`, the run is the folder that holds it. A file that was given
    itself may have any name.

    Raises:
        DataError: there is none: says `missing`.
    """

    def run(file: Path) -> str:
        folder = file.parent.resolve()
        return run_name(folder.parent if folder.name == inside else folder, path)

    found = [StepFile(file, run(file), int(match[1])) for file, match in numbered(path, named)]
    if not found and path.is_file():
        found = [StepFile(path, run(path), None)]
    if not found:
        raise DataError(f"{path}: {missing}")
    return found


def run_name(folder: Path, path: Path) -> str:
    """Return what a run is called whose files are in `folder`, of those found at `path`."""
    root = (path if path.is_dir() else path.parent).resolve()
    folder = folder.resolve()
    below = folder.is_relative_to(root) and folder != root
    return sound(str(folder.relative_to(root)) if below else folder.name)


def latest(files: Sequence[StepFile], notes: Notes) -> list[StepFile]:
    """Return one file per run and step: the last, where a resumed run wrote a step again."""
    kept = {(file.run, file.step): file for file in files if file.step is not None}
    unnumbered = [file for file in files if file.step is None]
    if lost := len(files) - len(kept) - len(unnumbered):
        notes.lines.append(
            f"{lost} of {len(files)} files are of a step that a later file holds again, as after "
            "a resumed run: the later ones are read."
        )
    return [*kept.values(), *unnumbered]


def read_each(
    files: Sequence[StepFile], read: Callable[[StepFile], Iterator[T]], notes: Notes
) -> Iterator[T]:
    """Yield what each file gives; one that cannot be read is left out, and told.

    Raises:
        DataError: none can be read.
    """
    some, errors = False, list[DataError]()
    for file in files:
        try:
            for item in read(file):
                some = True
                yield item
        except DataError as error:
            errors.append(error)
    if errors and not some:
        more = f" (and {len(errors) - 1} more files, none of them readable)" if errors[1:] else ""
        raise DataError(f"{errors[0]}{more}")
    notes.lines += [f"Left out: {error}" for error in errors]
