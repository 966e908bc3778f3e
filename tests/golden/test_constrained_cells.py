"""constrained end to end: four methods, findings, a report; DPO's settings are held to sense."""

from dataclasses import replace

import pytest

from looksgood.cli.report import render_run
from looksgood.core.errors import ConfigError
from looksgood.studies.catalogue.constrained import STUDY
from looksgood.studies.runner import run_study
from tests.sweeps import TINY

SHORT = {"optimizer.steps": 4, "optimizer.learning_rate": 0.01, "measure.checkpoints": 2}
DRAWN = {"optimizer.prompts": 4, "optimizer.k": 4}
SMALL = {**TINY, "betas": (0.1, 0.0)}
ARMS = ("kl", "chi2", "point-0.5", "dpo")


def shortened(arm):
    """Return an arm's settings with few steps: another kind drops what was set of the former."""
    last = STUDY.arm_spec(STUDY.spec, arm).betas[-1]
    drawn = {} if STUDY.arms[arm].get("optimizer.kind") == "dpo" else DRAWN
    betas = {} if arm == "kl" else {"betas": (last,)}
    return {**STUDY.arms[arm], **SHORT, **drawn, **betas}


@pytest.mark.slow
def test_every_method_is_run_resumed_and_held_against_its_claims(tmp_path):
    study = replace(STUDY, arms={arm: shortened(arm) for arm in ARMS})

    def run():
        return run_study(study, out=tmp_path, seeds=2, first_seed=0, workers=0, settings=SMALL)

    done = run()
    points = done.points().to_pylist()
    trained = {(row["arm"], row["optimizer"]) for row in points if row["step"]}
    kinds = ("rloo", "chi2_rloo", "proxy_point_rloo", "dpo")
    assert trained == set(zip(ARMS, kinds, strict=True))
    betas = {row["beta"] for row in points if row["arm"] == "dpo" and row["step"] == 4}
    assert betas == {0.03}
    assert all(0 <= row["channel.exploit"] <= 1 for row in points)
    assert all(row["kl"] >= 0 for row in points if row["step"])
    found = {row["name"]: row for row in done.findings()}
    assert tuple(found) == STUDY.finding_names()
    for name in ("chi2-beats-kl", "point-beats-kl", "dpo-falls", "dpo-proxy-rises"):
        assert found[name]["met"] is not None
    assert found["dpo-oracle-holds"]["met"] is None
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "cells").rglob("*.parquet")}
    run()
    assert all(path.stat().st_mtime_ns == written for path, written in before.items())
    page = render_run(done).read_text()
    assert "RLOO, χ² penalty" in page


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"betas": (1.0, 0.0)}, "betas: dpo cannot take the penalty 0 "),
        ({"reward.kind": "gold"}, "dpo needs comparisons, and reward.kind=gold none"),
        ({"preferences.rounds": 2}, "dpo is offline: it needs preferences.rounds=1"),
    ],
)
def test_what_dpo_cannot_be_asked_is_refused(settings, message):
    with pytest.raises(ConfigError, match=message) as refused:
        STUDY.configure("standard", {"optimizer.kind": "dpo", "betas": (1.0, 0.1), **settings})
    assert "\n" not in str(refused.value)
