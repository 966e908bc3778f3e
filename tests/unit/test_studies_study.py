"""Studies as data: every preset and arm is valid, and a wrong name or value is one line."""

import pytest

from looksgood.core.errors import CellFailed, ConfigError
from looksgood.core.spec import kinds
from looksgood.runs import Outcome
from looksgood.runs.worker import find
from looksgood.studies.runner import _failure, run_study
from looksgood.studies.settings import SweepSpec
from looksgood.studies.study import find_study

SWEEP = find_study("kl-sweep")
STUDIES = sorted(kinds("studies"))


@pytest.mark.parametrize("name", STUDIES)
def test_every_preset_and_arm_is_valid_and_names_what_runs_it(name):
    study = find_study(name)
    assert study.name == name
    assert list(study.presets) == ["quick", "standard", "full"]
    for preset in study.presets:
        spec = study.configure(preset, {})
        keys = {study.arm_spec(spec, arm).key for arm in study.arms}
        assert len(keys) == len(study.arms), "two arms are the same"
    for function in (study.tasks, study.work, study.findings):
        assert callable(find(function))


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_says_what_it_asks_and_what_would_defeat_it(name):
    study = find_study(name)
    assert all(study.about().values())
    assert study.question.endswith("?")
    sizes = [study.presets[preset].seeds for preset in ("quick", "standard", "full")]
    assert sizes == sorted(sizes)


def test_an_unknown_study_or_preset_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match=r"study 'kl-swep' is unknown; known: .*kl-sweep, "):
        find_study("kl-swep")
    with pytest.raises(ConfigError, match=r"preset 'huge' .*quick, standard, full"):
        SWEEP.configure("huge", {})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"world.plaices": 3}, "world.plaices = 3: there is no such setting"),
        ({"wurld.places": 3}, "there is no setting 'wurld'"),
        ({"rater.kind": "oracel"}, "rater: kind='oracel' is unknown; known here: .*oracle"),
        ({"optimizer.steps": 0}, "optimizer.steps = 0: .*greater than or equal to 1"),
        ({"optimizer.learning_rate": float("inf")}, "learning_rate = inf: .*finite"),
        ({"betas": [0.3, 1.0]}, "betas.*strongest first, as in 3,1,0.3,0"),
        ({"betas": [1.0, 1.0, 0.0]}, "give each penalty once"),
        ({"betas": [1.0, -0.5]}, "a KL penalty cannot be negative"),
        ({"betas": [float("nan")]}, "betas.*finite"),
        ({"betas": [], "best_of": []}, "betas and best_of are both empty"),
        ({"betas": 3}, "betas = 3"),
        ({"best_of": [1, 128]}, "best_of=128 cannot be told from measure.pool=64"),
        ({"measure.pool": 16}, "best_of=64 cannot be told from measure.pool=16"),
        ({"measure.k": 1}, "measure.k = 1"),
        ({"world": 5}, "world = 5: give a kind, one of: almanac"),
        ({"policy.width": 12}, "width=12 does not divide into 4 heads"),
        ({"policy.kind": "pretrained"}, "policy.*path"),
    ],
)
def test_a_wrong_setting_names_itself_its_value_and_what_would_be_right(settings, message):
    with pytest.raises(ConfigError, match=message) as refused:
        SWEEP.configure("standard", settings)
    assert "\n" not in str(refused.value)


def test_settings_come_on_top_of_the_preset_which_comes_on_top_of_the_defaults():
    quick = SWEEP.configure("quick", {"optimizer.steps": 5})
    assert quick.optimizer.steps == 5
    assert quick.measure.pool == 32
    assert quick.measure.k == SweepSpec().measure.k


def test_another_kind_drops_what_the_preset_says_of_the_former():
    quick = SWEEP.configure("quick", {"policy.kind": "pretrained", "policy.path": "somewhere"})
    assert quick.policy.path == "somewhere"


def test_arms_change_one_part_and_leave_the_rest():
    spec = SWEEP.configure("quick", {"rater.kind": "expert", "measure.k": 5})
    for arm, part in (("oracle", "rater"), ("random", "reward"), ("gold", "reward")):
        changed = SWEEP.arm_spec(spec, arm)
        assert getattr(changed, part).kind == arm
        same = {name for name in type(spec).model_fields if name not in (part, "thin")}
        assert all(getattr(changed, name) == getattr(spec, name) for name in same)
    assert SWEEP.arm_spec(spec, "ordinary") == spec


@pytest.mark.parametrize("seeds", [0, -1])
def test_no_seeds_is_no_study(seeds, tmp_path):
    with pytest.raises(ConfigError, match=f"seeds = {seeds}"):
        run_study(SWEEP, seeds=seeds, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def failed(name, status):
    return Outcome(name, "failed", reason=f"{name} broke", exit_status=status)


def test_only_wrong_settings_make_a_wrong_command(tmp_path):
    wrong = _failure([failed("a", 2), failed("b", 2)], 4, tmp_path)
    assert isinstance(wrong, ConfigError)
    assert str(wrong) == "a broke"
    mixed = _failure([failed("a", 2), failed("b", 1)], 4, tmp_path)
    assert isinstance(mixed, CellFailed)
    assert mixed.exit_status == 1
    assert str(mixed).startswith("2 of 4 tasks failed, the first a: a broke")
    assert str(tmp_path) in str(mixed)


def test_a_path_that_is_no_model_is_a_wrong_setting(tmp_path):
    for wrong in (tmp_path / "one", tmp_path / "two"):  # the first binds the folder to nothing
        settings = {"policy.kind": "pretrained", "policy.path": str(wrong)}
        with pytest.raises(ConfigError, match=str(wrong)) as refused:
            run_study(SWEEP, seeds=1, out=tmp_path / "run", workers=0, settings=settings)
        assert refused.value.exit_status == 2
        assert "\n" not in str(refused.value)
