"""ensembles and heavy-tails end to end, and selection from stages against the sweep's own."""

from dataclasses import replace

import pytest

from looksgood.measures.curves import curves
from looksgood.reports.page import render
from looksgood.studies.catalogue.ensembles import MEAN, STUDY, WORST
from looksgood.studies.catalogue.heavy_tails import STUDY as HEAVY_TAILS
from looksgood.studies.runner import run_study
from looksgood.studies.study import find_study
from tests.sweeps import TINY, Seen

SMALL = {name: value for name, value in TINY.items() if name not in ("betas", "reward.epochs")}
SMALL |= {"measure.pool": 64, "best_of": (1, 8, 64)}


def run(study, out, arms, **settings):
    few = replace(study, arms=arms)
    return run_study(few, out=out, seeds=2, first_seed=0, workers=0, settings={**SMALL, **settings})


def selected(found, arm):
    """Every number of best-of-n in one arm, by seed and n."""
    return {
        (row["seed"], row["n"], name): row[name]
        for row in found.points().to_pylist()
        if row["arm"] == arm and row["optimizer"] == "best_of_n"
        for name in ("kl", "proxy", "rater", "gold", "channel.citations_fabricated")
    }


@pytest.mark.slow
def test_selection_from_stages_is_the_sweeps_own(tmp_path):
    """One model, several, one with a body of its own: the same to float32's rounding."""
    arms = {"one": {}, "mean": MEAN, "worst": WORST}
    few = {"reward.members": 2}
    arms = {arm: how | (few if how else {}) for arm, how in arms.items()}
    body = {"kind": "small", "width": 16, "layers": 2, "epochs": 1.0}
    arms["body"] = {"reward_body": body}
    ours = run(STUDY, tmp_path / "ours", arms)
    sweep = run(find_study("best-of-n-law"), tmp_path / "sweep", arms)
    for arm in arms:
        expected, got = selected(sweep, arm), selected(ours, arm)
        assert expected
        assert got == pytest.approx(expected, abs=2e-4)
    one, *others = (selected(ours, arm) for arm in arms)
    assert all(other != one for other in others)


@pytest.mark.slow
def test_ensembles_end_to_end_and_again(tmp_path):
    found = run(STUDY, tmp_path / "run", {a: STUDY.arms[a] for a in ("single", "worst", "gold")})
    stages = [path.name.split("-")[0] for path in (tmp_path / "run" / "stages").iterdir()]
    assert stages.count("scores") == 2 * 5, "one model alone is a member of the ensemble"
    assert {row["optimizer"] for row in found.points().to_pylist()} == {"base", "best_of_n"}
    by_name = {row["name"]: row for row in found.findings()}
    assert tuple(by_name) == STUDY.finding_names()
    assert by_name["gold-arm-holds"]["met"] is True
    assert by_name["random-selects-nothing"]["met"] is None
    before = Seen.of(tmp_path / "run")
    run(STUDY, tmp_path / "run", {a: STUDY.arms[a] for a in ("single", "worst", "gold")})
    assert Seen.of(tmp_path / "run") == before


@pytest.mark.slow
def test_heavy_tails_end_to_end_with_its_page(tmp_path):
    arms = {arm: HEAVY_TAILS.arms[arm] for arm in ("heavy", "light", "trained", "gold")}
    found = run(HEAVY_TAILS, tmp_path / "run", arms, **{"measure.pool": 512})
    points = found.points().to_pylist()
    assert {row["optimizer"] for row in points} == {"base", "best_of_n", "tilt"}
    for row in points:
        if row["optimizer"] == "base":
            assert row["kl"] == 0
            assert row["proxy"] == pytest.approx(0, abs=1e-9)
    by_name = {row["name"]: row for row in found.findings()}
    assert tuple(by_name) == replace(HEAVY_TAILS, arms=arms).finding_names()
    assert by_name["trained-proxy-at-small-kl"]["estimate"] > 0
    assert by_name["tail-index-heavy"]["estimate"] > 0
    page = render(found, curves(points)).read_text(encoding="utf-8")
    assert "KL-optimal policy" in page
    assert "tail-index-heavy" in page
