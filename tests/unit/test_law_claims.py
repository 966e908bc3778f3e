"""The claims of best-of-n-law on runs whose truth was planted."""

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.runs import RunFolder
from looksgood.studies.laws.law_claims import law_findings
from looksgood.studies.study import find_study

STUDY = find_study("best-of-n-law")
SPEC = STUDY.configure("standard", {})
NS = np.array(SPEC.best_of, dtype=float)
D = np.sqrt(np.log(NS) - (NS - 1) / NS)
TURNS, RISES = D * (0.6 - 0.2 * D), D * (0.6 - 0.02 * D)
GOOD = {"ordinary": TURNS, "oracle": RISES, "random": 0 * D, "gold": 1.5 * D}
BAD = {
    "law-foretells": {"ordinary": TURNS - 0.4 * (NS > 64)},
    "law-beats-line": {"ordinary": 0.6 * D},
    "law-beats-isotonic": {"ordinary": np.minimum(TURNS, 0) + np.minimum(0.3, D)},
    "alpha-positive": {"ordinary": -RISES},
    "bends-beyond-oracle": {"oracle": D * (0.6 - 0.4 * D)},
    "gold-falls": {"ordinary": RISES},
    "gold-arm-holds": {"gold": TURNS},
    "random-selects-nothing": {"random": RISES},
}


def planted(path, curves, seeds=3, prompts=30):
    with RunFolder.open(path, STUDY.name, {"planted": True}, seeds=range(seeds)) as run:
        for arm, gold in curves.items():
            for seed in range(seeds):
                cell = run.cell(arm, seed, "k")
                with cell.working():
                    cell.resume()
                    luck = Seed((arm, seed)).numpy().normal(0, 0.05, prompts)
                    rows = [
                        {
                            "study": STUDY.name, "arm": arm, "seed": seed, "step": 0,
                            "optimizer": "best_of_n", "n": int(n), "prompt_id": str(i),
                            "samples": 9, "kl": float(d**2), "proxy": float(d),
                            "gold": float(g + luck[i] * d),
                        }
                        for n, d, g in zip(NS, D, gold, strict=True)
                        for i in range(prompts)
                    ]  # fmt: skip
                    cell.commit(1, {}, prompts=rows)
                    cell.finish()
        run.merge()
    return {row["name"]: row for row in law_findings(STUDY.name, RunFolder.read(path), SPEC)}


def test_a_run_in_which_the_law_holds_meets_every_claim(tmp_path):
    found = planted(tmp_path / "run", GOOD)
    assert {name: row["met"] for name, row in found.items()} == dict.fromkeys(BAD, True)
    assert found["bends-beyond-oracle"]["estimate"] == pytest.approx(0.18, abs=0.02)


@pytest.mark.parametrize("name", BAD)
def test_a_claim_is_not_met_where_its_opposite_was_planted(name, tmp_path):
    assert planted(tmp_path / "run", GOOD | BAD[name])[name]["met"] is False


def test_n_that_end_where_the_fit_ends_foretell_nothing(tmp_path):
    planted(tmp_path / "run", {"ordinary": TURNS})
    short = STUDY.configure("standard", {"best_of": (1, 2, 4, 64)})
    rows = law_findings(STUDY.name, RunFolder.read(tmp_path / "run"), short)
    assert {row["met"] for row in rows} == {None}
    assert "ask beyond" in rows[0]["controls"]
