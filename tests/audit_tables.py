"""Points of a run of the study `power` by formulas: a world in which every claim holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from looksgood.core.seeds import Seed
from looksgood.measures.audit_forms import BESIDE, FORMS
from looksgood.ops.power import power_of
from looksgood.runs import Outcome, RunFolder
from looksgood.studies.catalogue.power import SPOTS, STUDY, VISIBLE
from looksgood.studies.power.claims import FALL, FALLS, JUDGES
from looksgood.studies.power.tables import of_fall

LABELS = (50, 200, 500, 1000, 2000)
SDS = {"unpaired": 1.45, "paired": 1.2, "votes": 0.5}
_SEEN = {"rater": 0.0, "expert": 0.5, "truth": 1.0}


@dataclass(frozen=True)
class Truth:
    """How much of a fall each judge sees, by arm, and what else a run would show."""

    seen: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """By arm and judge: share of the fall; by default as the claims have it."""
    drops: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """By arm: the falls in reach; by default the one that claims speak of."""
    false_alarms: float = 0.05
    kl: float = 0.1
    misfit: float = 0.01
    """Of the simulated power from the formula's."""
    rho: tuple[float, float] = (0.6, 0.5)
    """Of rater and truth: in the base, and in the broken policy."""
    unpaired_sd: float = SDS["unpaired"]
    beside_sd: float = 1.0
    luck: float = 0.003
    """By how much seeds differ."""

    def share(self, arm: str, judge: str) -> float:
        """Return how much of a fall a judge sees."""
        usual = dict(_SEEN)
        if arm in ("popular", "citations"):
            usual["expert"] = 0.9
        if arm == "deep":
            usual["expert"] = 0.0
        if arm == VISIBLE:
            usual["rater"] = 0.9
        return self.seen.get((arm, judge), usual[judge])

    def points(self, arm: str, seed: int) -> Iterator[dict[str, Any]]:
        """Yield the points of one cell."""
        luck = Seed(("luck", arm, seed)).numpy().uniform(-self.luck, self.luck)
        sds = SDS | {"unpaired": self.unpaired_sd}
        for drop in (0.0, *self.drops.get(arm, (FALLS.get(arm, FALL),))):
            for n in LABELS:
                row: dict[str, Any] = {
                    "study": "power", "arm": arm, "seed": seed, "optimizer": of_fall(drop),
                    "beta": None, "step": 0, "n": n, "kl": self.kl * drop / 0.2, "kl_se": 0.01,
                    "proxy": None, "rater": 0.0, "gold": -drop, "samples": 99,
                    "channel.drop": drop, "channel.reach": 0.25, "channel.exposed": 0.25,
                    "channel.effective_samples": 60.0,
                    "channel.correlation": self.rho[drop > 0] + luck,
                }  # fmt: skip
                for judge in JUDGES:
                    for form in FORMS:
                        seen = self.share(arm, judge) * drop * (0.25 if form == "votes" else 1)
                        self._put(row, f"{judge}.{form}", seen, sds[form], luck)
                self._put(row, BESIDE, drop, self.beside_sd, luck)
                yield row

    def _put(self, row: dict[str, Any], design: str, seen: float, sd: float, luck: float) -> None:
        alpha = self.false_alarms if row["channel.drop"] == 0 else 0.05
        formula = power_of(row["n"], sd, seen, alpha)
        found = {"power": formula + luck + self.misfit, "formula": formula, "seen": seen, "sd": sd}
        row |= {f"channel.{design}.{name}": value for name, value in found.items()}

    def rows(self, seeds: int = 3) -> list[dict[str, Any]]:
        """Return the points of all arms."""
        arms = (*SPOTS, VISIBLE)
        return [row for arm in arms for seed in range(seeds) for row in self.points(arm, seed)]


def make_run(path: Path, truth: Truth | None = None, seeds: int = 2) -> RunFolder:
    """Write a finished run of the study."""
    config = {"study": STUDY.about(), "preset": "quick", "settings": {"alpha": 0.05}}
    with RunFolder.open(path, "power", config, seeds=range(seeds), version="0") as run:
        for arm in (*SPOTS, VISIBLE):
            for seed in range(seeds):
                cell = run.cell(arm, seed, "abc")
                with cell.working():
                    cell.resume()
                    said = {
                        "study": "power", "arm": arm, "seed": seed, "step": 0,
                        "prompt_id": "fact:x", "prompt": "what is x ?", "logp_policy": -3.0,
                        "logp_base": -3.0, "rater": 0.1, "gold": -0.2,
                    }  # fmt: skip
                    samples = [
                        said | {"optimizer": of_fall(drop), "response": f"it is {drop:g} ."}
                        for drop in (0.0, 0.1, 0.2)
                    ]
                    points = (truth or Truth()).points(arm, seed)
                    cell.note(1, points=points, samples=samples)
                    cell.finish()
                run.finish_cell(cell, Outcome("one", "done", cpu_seconds=1.0))
        run.merge()
    return RunFolder.read(path)
