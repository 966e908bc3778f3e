"""Runs of selection studies whose truth was planted: rows by arm, seed, point and prompt."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from looksgood.core.seeds import Seed
from looksgood.runs import RunFolder
from looksgood.studies.selected import BASE, best_of, tilt

Curves = Mapping[str, Sequence[float]]
"""By column, one value at each point."""


def planted(
    path: Path,
    study: str,
    arms: Mapping[str, Mapping[str, Curves]],
    ns: Sequence[int],
    tilts: Sequence[float] = (),
    results: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    seeds: int = 3,
    prompts: int = 12,
) -> RunFolder:
    """Write a finished run: of each arm `best_of_n` curves over ns, `tilt` curves over tilts.

    Prompts and seeds have a little luck of their own, larger the further along the curve.
    """
    places = {
        "base": [BASE],
        "best_of_n": [best_of(n) for n in ns],
        "tilt": [tilt(beta) for beta in tilts],
    }
    with RunFolder.open(path, study, {"planted": True}, seeds=range(seeds)) as run:
        for arm, curves in arms.items():
            for seed in range(seeds):
                cell = run.cell(arm, seed, "k")
                with cell.working():
                    cell.resume()
                    luck = Seed((arm, seed)).numpy().normal(0, 0.03, prompts)
                    who = {"study": study, "arm": arm, "seed": seed, "samples": 9}
                    rows = [
                        {**who, **how, "prompt_id": str(p), **_at(columns, i, luck[p])}
                        for kind, columns in curves.items()
                        for i, how in enumerate(places[kind])
                        for p in range(prompts)
                    ]
                    cell.commit(1, {}, prompts=rows)
                    cell.finish((results or {}).get(arm, [{}] * seeds)[seed])
        run.merge()
    return RunFolder.read(path)


def _at(columns: Curves, i: int, luck: float) -> dict[str, float]:
    return {name: float(np.asarray(c)[i] * (1 + luck)) for name, c in columns.items()}
