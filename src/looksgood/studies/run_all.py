"""Every study of the catalogue, one after the other, with what they share computed once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from looksgood.core.errors import ConfigError, LooksgoodError
from looksgood.core.spec import kinds
from looksgood.runs import Interrupted, RunFolder
from looksgood.studies.runner import run_study
from looksgood.studies.size import Size
from looksgood.studies.study import find_study


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of one study."""

    study: str
    run: RunFolder | None
    """None where it could not be run, or not to its end."""
    problem: str = ""
    refused: bool = False
    """It needs what is not here (a file of yours, an extra): nothing was computed."""


def run_all(size: Size, tell: Callable[[str], None]) -> Iterator[Ran]:
    """Run or resume every study and yield each when it is done; one that fails stops no other.

    Raises:
        Interrupted: Ctrl-C; the same call goes on from there.
    """
    names = sorted(kinds("studies"))
    for number, name in enumerate(names, start=1):
        tell(f"{name} ({size.preset}), study {number} of {len(names)}")
        try:
            study = find_study(name)
            run = run_study(
                study,
                preset=size.preset,
                seeds=size.seeds,
                first_seed=size.first_seed,
                out=size.path(study),
                engine=size.engine,
                workers=size.workers,
                command=size.command,
                store=size.shared,
            )
        except Interrupted:
            raise
        except LooksgoodError as error:
            tell(f"{name}: {error}")
            yield Ran(name, None, str(error), refused=isinstance(error, ConfigError))
        else:
            yield Ran(name, run)
