"""Run folders of debates, with findings planted instead of measured."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from looksgood.evidence.school import School, as_record
from looksgood.runs import Outcome, RunFolder
from looksgood.runs.predictions import record_predictions
from looksgood.studies.study import find_study

Found = Mapping[str, tuple[float | None, float | None, float | None]]
"""By finding: estimate, low, high."""
MINE = """
name = "mine"
title = "Me"
position = "I hold this."

[[predictions]]
study = "kl-sweep"
finding = "gap-2"
because = "it does"
distribution = { kind = "normal", mean = 0.1, sd = 0.2 }
"""
"""The file of a third school."""


def school(name: str, *predictions: tuple[str, str, dict]) -> School:
    """Return a school; each prediction is a study, a finding and a distribution."""
    return School.model_validate(
        {
            "name": name,
            "title": name.capitalize(),
            "position": f"what {name} holds",
            "predictions": [
                {"study": s, "finding": f, "because": f"{name} argues so", "distribution": d}
                for s, f, d in predictions
            ],
        }
    )


def normal(mean: float, sd: float) -> dict:
    """Return a normal prediction's data."""
    return {"kind": "normal", "mean": mean, "sd": sd}


def plant(
    out: Path, study: str, found: Found, recorded: Sequence[School] = (), preset: str = "quick"
) -> RunFolder:
    """Make the finished run of a study, its findings as given; `recorded` predicted beforehand."""
    which = find_study(study)
    path = out / f"{study}-{preset}"
    if recorded:
        records = [as_record(s, p) for s in recorded for p in s.of(study)]
        names = which.finding_names() or ("",)
        record_predictions(path, records, headline=which.headline or names[0])
    spec = which.configure(preset, {}).model_dump(mode="json")
    config = {"study": which.about(), "preset": preset, "settings": spec}
    first = which.first_seed
    with RunFolder.open(path, study, config, seeds=[first, first + 1]) as run:
        run.finish_cell(None, Outcome("planted", "done", cpu_seconds=120.0))
        run.write_findings(
            {
                "study": study,
                "name": name,
                "statement": f"The statement of {name}.",
                "criterion": "planted",
                "met": None if estimate is None else True,
                "controls": "cannot say: planted so" if estimate is None else "",
                "estimate": estimate,
                "low": low,
                "high": high,
            }
            for name, (estimate, low, high) in found.items()
        )
    return RunFolder.read(path)
