"""weak-to-strong end to end: who is taught what, equal accuracy, findings, resume, a report."""

from dataclasses import replace

import pytest

from looksgood.cli.report import render_run
from looksgood.core.errors import ConfigError
from looksgood.core.seeds import Seed
from looksgood.runs import Stages
from looksgood.studies.catalogue.weak_to_strong import STUDY
from looksgood.studies.runner import run_study
from looksgood.studies.weak_to_strong.stages import WeakToStrongStages

BRIEF = {"width": 16, "layers": 1, "epochs": 0.5}
TINY = {
    "world.places": 10,
    "world.documents": 300,
    "world.response_tokens": 16,
    "answers": 4,
    "prompts": 4,
    "fit.epochs": 1.0,
    "weak_fit.epochs": 1.0,
    **{
        f"{who}.{name}": value
        for who in ("student", "weak_model", "writer")
        for name, value in BRIEF.items()
    },
}
ARMS = {
    name: {key: value for key, value in STUDY.arms[name].items() if "student" not in key}
    for name in (
        "claims-model-64",
        "claims-rater-64",
        "claims-model-noise-64",
        "claims-truth-64",
        "claims-model-confident-64",
        "comparisons-model-64",
        "comparisons-truth-64",
    )
}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    return run(tmp_path_factory.mktemp("weak-to-strong"))


def run(out):
    study = replace(STUDY, arms=ARMS)
    return run_study(study, out=out, seeds=2, first_seed=0, workers=0, settings=TINY)


@pytest.mark.slow
def test_every_arm_is_examined_on_the_same_facts_and_held_against_its_claims(done):
    rows = done.prompts().to_pylist()
    about = {(r["arm"], r["seed"]): [] for r in rows}
    for row in rows:
        about[row["arm"], row["seed"]].append(row["prompt_id"])
    assert {arm for arm, _ in about} == set(ARMS)
    for seed in (0, 1):
        assert len({tuple(about[arm, seed]) for arm in ARMS}) == 1
    for row in rows:
        both_wrong = min(1 - row["channel.accuracy"], 1 - row["channel.supervisor_accuracy"])
        assert 0 <= row["channel.errors_shared"] <= both_wrong + 1e-9
    found = {row["name"]: row for row in done.findings()}
    assert tuple(found) == STUDY.finding_names()
    assert found["gap-to-model"]["met"] is not None
    assert found["agreement-falls"]["controls"] == "cannot say: no complete arm claims-model-16"
    assert "cannot say: " in found["naive-recovers"]["controls"]


@pytest.mark.slow
def test_noise_is_as_often_wrong_as_what_it_mimics(done):
    points = {(row["arm"], row["seed"]): row for row in done.points().to_pylist()}
    for seed in (0, 1):
        model, noise = points["claims-model-64", seed], points["claims-model-noise-64", seed]
        for accuracy in ("channel.label_accuracy", "channel.supervisor_accuracy"):
            assert model[accuracy] == pytest.approx(noise[accuracy])
        truth = points["claims-truth-64", seed]
        assert truth["channel.label_accuracy"] == truth["channel.supervisor_accuracy"] == 1
        assert points["claims-model-confident-64", seed]["optimizer"] == "confident"


@pytest.mark.slow
def test_a_run_that_is_done_is_not_done_again_and_has_a_report(done):
    before = {path: path.stat().st_mtime_ns for path in (done.path / "cells").rglob("*.parquet")}
    run(done.path)
    assert all(path.stat().st_mtime_ns == written for path, written in before.items())
    assert "claims-model-64" in render_run(done).read_text()


@pytest.mark.slow
def test_nobody_is_examined_on_a_fact_that_anybody_was_taught(done):
    spec = STUDY.configure("standard", TINY)
    stages = WeakToStrongStages(spec, Seed((0,)), Stages(done.path))
    world = stages.world()
    questions = stages.questions(world)
    parts = [questions.about(facts) for facts in stages.parts(world)]
    assert sorted(i for part in parts for i in part) == list(range(len(questions)))
    facts = [{questions.subjects[i] for i in part} for part in parts]
    assert facts[0].isdisjoint(facts[1])
    assert facts[2].isdisjoint(facts[0] | facts[1])
    examined = {row["prompt_id"] for row in done.prompts().to_pylist() if row["seed"] == 0}
    assert examined == facts[2]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"supervisors_facts": 0.6}, "students_facts = 0.4: with supervisors_facts=0.6 no fact"),
        ({"answers": 3}, "answers = 3: .*multiple of 2"),
        ({"supervisor": "expert"}, "supervisor = 'expert'"),
        ({"fit.confidence": 0.5, "fit.lapse": 0.1}, "fit.*both explain answers away"),
    ],
)
def test_what_cannot_be_asked_is_refused(settings, message):
    with pytest.raises(ConfigError, match=message) as refused:
        STUDY.configure("standard", settings)
    assert "\n" not in str(refused.value)
