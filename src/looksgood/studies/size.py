"""How large the runs of several studies are, where they lie and what runs them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from looksgood.studies.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What the runs of several studies have in common."""

    preset: str = "standard"
    out: Path = Path("runs")
    """Folder of the run folders."""
    store: Path | None = None
    """Where their bases, comparisons and reward models lie, so that all find them; by default in
    `out`."""
    seeds: int | None = None
    first_seed: int | None = None
    engine: str = "local"
    workers: int | None = None
    command: Sequence[str] = ()

    def path(self, study: Study) -> Path:
        """Return a study's run folder: that of `looksgood run`."""
        return self.out / f"{study.name}-{self.preset}"

    @property
    def shared(self) -> Path:
        """Where what the runs share lies."""
        return self.store or self.out / "store"
