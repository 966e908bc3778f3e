"""power end to end on a tiny world: pool, falls, audits, findings, page; the same again."""

from dataclasses import replace

import pytest

from looksgood.measures.curves import curves
from looksgood.reports.page import render
from looksgood.studies.catalogue.power import STUDY
from looksgood.studies.runner import run_study
from tests.sweeps import TINY, Seen

SMALL = {name: TINY[name] for name in TINY if name.startswith(("world.", "policy."))}
SMALL |= {
    "world.response_tokens": 16,
    "measure.prompts": 8,
    "measure.pool": 96,
    "measure.keep_prompts": 2,
    "drops": (0.02, 0.1),
    "labels": (20, 60),
    "audits": 40,
}


@pytest.mark.slow
def test_end_to_end_with_its_page_and_again(tmp_path):
    few = replace(STUDY, arms={arm: STUDY.arms[arm] for arm in ("length", "fun", "visible")})

    def run():
        return run_study(
            few, out=tmp_path / "run", seeds=2, first_seed=0, workers=0, settings=SMALL
        )

    found = run()
    stages = sorted(path.name[:4] for path in (tmp_path / "run" / "stages").glob("[!.]*"))
    assert stages == ["base", "base", "pool", "pool"], "arms share them"
    points = found.points().to_pylist()
    for row in points:
        drop = row["channel.drop"]
        assert row["gold"] == pytest.approx(-drop, abs=1e-6)
        assert row["optimizer"] == (f"fall-{drop:g}" if drop else "base")
        if row["arm"] != "visible":
            assert row["rater"] >= -1e-6
        assert row["channel.truth.paired.seen"] == pytest.approx(drop, abs=1e-6)
        assert 0 <= row["channel.beside.paired.power"] <= 1
        assert (row["kl"] > 0) == (drop > 0)
    reached = {(row["arm"], row["channel.drop"]) for row in points}
    assert {("visible", 0.0), ("visible", 0.1), ("length", 0.0), ("length", 0.02)} <= reached
    names = [row["name"] for row in found.findings()]
    assert tuple(names) == STUDY.finding_names()
    assert all("no cell is complete" not in row["controls"] for row in found.findings())
    said = found.samples().to_pylist()
    assert {row["optimizer"] for row in said if row["arm"] == "visible"} == {
        "base", "fall-0.02", "fall-0.1",
    }  # fmt: skip
    page = render(found, curves(points)).read_text(encoding="utf-8")
    assert "Who notices, with how many labels" in page
    assert "visible, a fall of 0.1" in page
    before = Seen.of(tmp_path / "run")
    run()
    assert Seen.of(tmp_path / "run") == before
