"""Schools as files: ours are sound, a third party's are found, and what is wrong is one line."""

import json
import sys

import pytest

from looksgood.core.errors import ConfigError, DataError, LooksgoodError
from looksgood.core.spec import kinds
from looksgood.evidence.school import (
    OURS,
    as_record,
    check_names,
    load_schools,
    prediction_sha256,
    read_school,
)
from looksgood.runs import RunFolder
from looksgood.runs.predictions import content_sha256, read_predictions, record_predictions
from looksgood.studies.study import find_study
from tests.debates import MINE, normal, school


def test_our_two_schools_predict_the_same_findings_and_disagree_on_each():
    simplicia, doomimir = load_schools()
    assert (simplicia.name, doomimir.name) == OURS
    mine, theirs = (
        {(p.study, p.finding): p.distribution for p in s.predictions} for s in (simplicia, doomimir)
    )
    assert mine.keys() == theirs.keys()
    assert all(mine[about] != theirs[about] for about in mine)


def test_our_schools_predict_what_the_catalogue_measures_and_every_headline():
    schools = load_schools()
    predicted = {p.study for s in schools for p in s.predictions}
    studies = {name: find_study(name) for name in predicted}
    check_names(schools, {name: study.finding_names() for name, study in studies.items()})
    for name, study in studies.items():
        names = study.finding_names()
        assert names
        headline = study.headline or names[0]
        assert headline in names
        assert all(headline in {p.finding for p in s.of(name)} for s in schools)


@pytest.mark.parametrize("name", sorted(kinds("studies")))
def test_a_study_that_names_its_statistics_names_each_once(name):
    study = find_study(name)
    names = study.finding_names()
    assert names is None or len(set(names)) == len(names) > 0
    assert not study.headline or study.headline in (names or ())


@pytest.mark.parametrize("form", ["toml", "json"])
def test_a_file_is_a_school(tmp_path, form):
    path = tmp_path / f"mine.{form}"
    as_data = {
        "name": "mine",
        "title": "Me",
        "position": "I hold this.",
        "predictions": [
            {
                "study": "kl-sweep",
                "finding": "gap-2",
                "because": "it does",
                "distribution": normal(0.1, 0.2),
            }
        ],
    }
    path.write_text(MINE if form == "toml" else json.dumps(as_data))
    assert [s.name for s in load_schools([path])] == [*OURS, "mine"]
    assert read_school(path).of("kl-sweep")[0].because == "it does"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("name =", "nam ="), r"mine.toml: name: Field required"),
        (('"mine"', '"My school"'), r"mine.toml: name = 'My school': .*pattern"),
        (('"mine"', '"doomimir"'), "two schools are named 'doomimir'"),
        (('kind = "normal"', 'kind = "gauss"'), "mine.toml: predictions.0.distribution.*'normal'"),
        (
            ("sd = 0.2", "sd = -1"),
            r"mine.toml: predictions.0.distribution.normal.sd = -1: .*greater than 0",
        ),
        (("sd = 0.2", "sd = "), "mine.toml: not TOML"),
        (('because = "it does"', 'because = ""'), "predictions.0.because = ''"),
    ],
)
def test_a_bad_school_is_refused_on_one_line(tmp_path, change, message):
    path = tmp_path / "mine.toml"
    path.write_text(MINE.replace(*change))
    with pytest.raises(ConfigError, match=message) as refused:
        load_schools([path])
    assert len(str(refused.value)) < 400


def test_a_file_that_is_no_school_is_refused(tmp_path):
    with pytest.raises(DataError, match="not a readable file"):
        read_school(tmp_path / "none.toml")
    code = tmp_path / "mine.py"
    code.write_text("raise SystemExit('executed')")
    with pytest.raises(DataError, match=r"a school is a \.toml or \.json file"):
        read_school(code)
    listed = tmp_path / "mine.json"
    listed.write_text("[1]")
    with pytest.raises(ConfigError, match="a school has name, title"):
        read_school(listed)


def test_two_predictions_of_one_finding_are_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(MINE + MINE[MINE.index("[[") :])
    with pytest.raises(ConfigError, match="two predictions of kl-sweep gap-2"):
        read_school(path)


def test_what_does_not_exist_is_refused_with_what_does():
    known = {"kl-sweep": ("gap-1", "gap-2"), "mute": None}
    check_names([school("a", ("kl-sweep", "gap-2", normal(0, 1)))], known)
    check_names([school("a", ("mute", "whatever", normal(0, 1)))], known)
    with pytest.raises(ConfigError, match=r"school a predicts kl-swep gap-2: .*kl-sweep, mute"):
        check_names([school("a", ("kl-swep", "gap-2", normal(0, 1)))], known)
    with pytest.raises(ConfigError, match=r"predicts kl-sweep gap-3: .*gap-1, gap-2"):
        check_names([school("a", ("kl-sweep", "gap-3", normal(0, 1)))], known)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that declares a school, as `pip install` would leave it."""
    (tmp_path / "their_school.toml").write_text(MINE.replace('"mine"', '"theirs"'))
    (tmp_path / "their_package.py").write_text(
        "from pathlib import Path\nSCHOOL = Path(__file__).with_name('their_school.toml')\n"
    )
    about = tmp_path / "their_package-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: their-package\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[looksgood.schools]\ntheirs = their_package:SCHOOL\n")
    monkeypatch.syspath_prepend(tmp_path)
    kinds.cache_clear()
    yield
    sys.modules.pop("their_package", None)
    kinds.cache_clear()


def test_a_packages_school_is_found(package):
    assert [s.name for s in load_schools()] == [*OURS, "theirs"]


# ---- hashes and records


def test_a_hash_stands_for_what_is_scored():
    (a,) = school("a", ("kl-sweep", "gap-2", normal(0, 1))).predictions
    same = prediction_sha256("a", "kl-sweep", "gap-2", a.distribution)
    assert same == prediction_sha256("a", "kl-sweep", "gap-2", normal(0.0, 1.0))
    assert same == content_sha256(
        ["a", "kl-sweep", "gap-2", {"sd": 1, "mean": 0, "kind": "normal"}]
    )
    others = (
        ("b", "kl-sweep", "gap-2", normal(0, 1)),
        ("a", "other", "gap-2", normal(0, 1)),
        ("a", "kl-sweep", "gap-1", normal(0, 1)),
        ("a", "kl-sweep", "gap-2", normal(0, 1.0000001)),
    )
    assert all(prediction_sha256(*other) != same for other in others)


def test_predictions_are_recorded_before_the_run_and_never_after(tmp_path):
    path = tmp_path / "run"
    said = school("a", ("kl-sweep", "gap-2", normal(0, 1)))
    records = [as_record(said, p) for p in said.predictions]
    record_predictions(path, records, headline="gap-2")
    record_predictions(path, records, headline="gap-2")  # a killed command is given again
    with RunFolder.open(path, "kl-sweep", {}) as run:
        noted = run.info["predictions"]
    found = read_predictions(path, noted)
    assert found is not None
    assert (found["headline"], found["predictions"]) == ("gap-2", records)
    with pytest.raises(LooksgoodError, match="has begun: nothing can be predicted"):
        record_predictions(path, [], headline="gap-2")
    with RunFolder.open(path, "kl-sweep", {}) as run:
        assert run.info["predictions"] == noted, "a resumed run keeps what was noted"


def test_a_record_that_was_edited_or_comes_late_is_noticed(tmp_path):
    path = tmp_path / "run"
    record_predictions(path, [], headline="gap-2")
    with RunFolder.open(path, "kl-sweep", {}) as run:
        noted = run.info["predictions"]
    file = path / "predictions.json"
    file.write_text(file.read_text().replace("gap-2", "gap-1"))
    with pytest.raises(DataError, match="not what lay there when the run began"):
        read_predictions(path, noted)
    file.unlink()
    with pytest.raises(DataError, match="not what lay there"):
        read_predictions(path, noted)
    with RunFolder.open(tmp_path / "bare", "kl-sweep", {}) as run:
        assert run.info["predictions"] is None
    (tmp_path / "bare" / "predictions.json").write_text("{}")
    assert read_predictions(tmp_path / "bare", None) is None


def test_a_run_that_was_refused_may_be_predicted(tmp_path):
    path = tmp_path / "run"
    with RunFolder.open(path, "kl-sweep", {"a": 1}) as run:
        run.save("refused")
    record_predictions(path, [], headline="gap-2")
    with RunFolder.open(path, "kl-sweep", {"a": 2}) as run:
        assert run.info["predictions"]
