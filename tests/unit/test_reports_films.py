import base64
import json

import pytest

from looksgood.core.errors import DataError
from looksgood.reports.films import films
from tests.learning_tables import films as listed
from tests.learning_tables import make_run, points


def few(arm, seed):
    return points(arm, seed, steps=(0, 260))


def run_of(path, **more):
    return make_run(path, **{"arms": ("two-cameras", "one-camera"), "rows": few} | more)


def first(found):
    return found["seeds"][0]["arms"][0]["films"]


def test_films_come_by_seed_then_arm_then_step(tmp_path):
    def backwards(*, arm):
        return listed()[::-1]

    found = films(run_of(tmp_path / "run", filmed=backwards))
    assert [block["seed"] for block in found["seeds"]] == [0, 1, 2]
    arms = [row["arm"] for row in found["seeds"][0]["arms"]]
    assert arms == ["one-camera", "two-cameras"]
    when = [(film["when"], film["step"]) for film in first(found)]
    assert when == [("start", 0), ("middle", 130), ("end", 260)]
    assert found["renderers"] == ["osmesa"]


def test_a_film_is_the_bytes_of_its_file(tmp_path):
    found = films(run_of(tmp_path / "run"))
    head, _, code = found["seeds"][1]["arms"][0]["films"][1]["video"].partition(",")
    assert head == "data:video/mp4;base64"
    assert base64.b64decode(code) == b"film one-camera 1 130"


@pytest.mark.parametrize(
    ("approved", "gold", "rater", "truth", "false"),
    [
        (1, 0, "success", "not lifted, no contact", True),
        (1, 1, "success", "lifted, contact", False),
        (0, 1, "no success", "lifted, contact", False),
        (0, 0, "no success", "not lifted, no contact", False),
        (None, 0, "was not asked", "not lifted, no contact", False),
    ],
)
def test_what_the_rater_said_stands_beside_what_was_true(
    tmp_path, approved, gold, rater, truth, false
):
    def filmed(*, arm):
        return listed(approved=approved, gold=gold)

    end = first(films(run_of(tmp_path / "run", filmed=filmed)))[-1]
    assert end["facts"] == {"rater:": rater, "truth:": truth}
    assert end["false_approval"] is false


def test_seeds_beyond_the_limit_are_named_and_the_first_is_always_shown(tmp_path):
    run = run_of(tmp_path / "run")
    size = sum(part.stat().st_size for part in run.path.glob("cells/*-seed0-*/films/0*"))
    everything = films(run, limit=3 * size)
    assert everything["left_out"] == []
    assert everything["megabytes"] == pytest.approx(3 * size * 4 / 3 / 1e6)
    two = films(run, limit=3 * size - 1)
    assert ([block["seed"] for block in two["seeds"]], two["left_out"]) == ([0, 1], [2])
    none = films(run, limit=0)
    assert ([block["seed"] for block in none["seeds"]], none["left_out"]) == ([0], [1, 2])


def test_a_run_without_films_has_none(tmp_path):
    found = films(run_of(tmp_path / "run", filmed=None))
    assert found["seeds"] == found["left_out"] == []


def test_a_lost_file_is_missing_and_the_rest_is_shown(tmp_path):
    run = run_of(tmp_path / "run", seeds=(0,))
    for lost in run.path.glob("cells/one-camera-*/films/00130.*"):
        lost.unlink()
    middle = first(films(run))[1]
    assert middle["video"] is middle["poster"] is None
    assert first(films(run))[2]["video"]


def test_films_of_cells_that_are_not_done_are_not_shown(tmp_path):
    run = run_of(tmp_path / "run", seeds=(0,))
    for mark in run.path.glob("cells/one-camera-*/done.json"):
        mark.unlink()
    assert [row["arm"] for row in films(run)["seeds"][0]["arms"]] == ["two-cameras"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[{", "not JSON"),
        ("{}", "not a list of films"),
        ('[{"step": 0}]', "not a list of films"),
        (json.dumps([{**listed()[0], "file": "../../run.json"}]), r"names '\.\./\.\./run\.json'"),
    ],
)
def test_a_damaged_list_is_named(tmp_path, content, said):
    run = run_of(tmp_path / "run", seeds=(0,), arms=("one-camera",))
    (path,) = run.path.glob("cells/*/films/films.json")
    path.write_text(content)
    with pytest.raises(DataError, match=said) as error:
        films(run)
    assert "films.json" in str(error.value)
