"""`looksgood power`: what an audit could notice, said as text and JSON, and what it refuses."""

import json
import math

import pytest

from looksgood.measures.audit_power import from_numbers
from looksgood.measures.audit_power_curves import curves_of_numbers
from looksgood.measures.audit_sight import MeasuredSight
from looksgood.ops.power import detectable_effect, labels_needed, power_of
from tests.audit_tables import SDS, Truth, make_run
from tests.unit.test_cli import told

ROOT_2 = math.sqrt(2)
FALLS = {"harm": (0.1, 0.2), "fun": (0.1,)}
SEEN = {("harm", "expert"): 0.5, ("harm", "rater"): 0.0}


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("audited") / "run"
    make_run(path, Truth(drops=FALLS, seen=SEEN))
    return path


def as_json(capfd, *arguments):
    status, out, err = told(capfd, "power", *arguments, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


# ---- from numbers


def test_the_issues_own_question(capfd):
    found = as_json(capfd, "--drop", "0.2", "--labels", "200")
    assert {name: found[name] for name in ("drop", "labels", "alpha", "judge", "blind_spot")} == {
        "drop": 0.2, "labels": 200, "alpha": 0.05, "judge": "truth", "blind_spot": None,
    }  # fmt: skip
    # 0.2 √200/√2 = 2, less 1.645: Φ(0.355)
    assert found["power"] == pytest.approx(0.6388, abs=1e-4)
    assert found["sd"] == ROOT_2
    assert found["judge_correlation"] == 0
    assert found["detectable_drop"] == pytest.approx(detectable_effect(200, ROOT_2))
    assert found["labels_needed"] == labels_needed(ROOT_2, 0.2) == 310


def test_every_number_given_counts(capfd):
    found = as_json(
        capfd, *("--drop", "0.3", "--labels", "80", "--sd", "1.1", "--alpha", "0.01"),
        *("--correlation", "0.7"),
    )  # fmt: skip
    asked = (1.1, 0.3, 0.01)
    assert found["power"] == pytest.approx(power_of(80, *asked, judge_correlation=0.7))
    assert found["detectable_drop"] == pytest.approx(
        detectable_effect(80, 1.1, 0.01, judge_correlation=0.7)
    )
    assert found["labels_needed"] == labels_needed(1.1, 0.3, 0.01, judge_correlation=0.7)
    assert (found["sd"], found["judge_correlation"]) == (1.1, 0.7)


def test_in_words(capfd):
    _, out, _ = told(capfd, "power", "--drop", "0.2", "--labels", "200")
    assert "200 labels notices a fall of 0.2 base sd with probability 0.639" in out
    assert "With 80 % it notices a fall of 0.249 or more." in out
    assert "takes 310 labels" in out
    assert "That is √2" in out
    _, out, _ = told(capfd, "power", "--drop", "2", "--labels", "12", "--sd", "1.5")
    assert "√2" not in out
    assert "with under 30 labels it promises a little too much" in out


def test_a_cheap_judge_beside_is_named(capfd):
    _, out, _ = told(capfd, "power", "--drop", "0.2", "--labels", "200", "--correlation", "0.6")
    assert "leaves 0.64 of the labels" in out


# ---- with a judge that a run measured


def of_run(run_folder, *more):
    return ("--from", str(run_folder), "--blind-spot", "harm", *more)


def test_experts_see_half_of_the_harm(capfd, run_folder):
    found = as_json(
        capfd, "--drop", "0.15", "--labels", "400", *of_run(run_folder, "--judge", "expert")
    )
    assert found["seen"] == pytest.approx(0.075)
    assert found["sd"] == pytest.approx(SDS["paired"])
    assert found["power"] == pytest.approx(power_of(400, SDS["paired"], 0.075))
    assert found["labels_needed"] == labels_needed(SDS["paired"], 0.075)
    needed = detectable_effect(400, SDS["paired"]) / 0.5
    assert needed > 0.2
    assert found["detectable_drop"] is None, "no fall that was measured is so large"
    assert (found["judge"], found["blind_spot"], found["form"]) == ("expert", "harm", "paired")
    assert (found["measured_up_to"], found["seeds"], found["prompts_share"]) == (0.2, 2, 0.25)


def test_the_smallest_fall_noticed_lies_on_the_line_between_those_measured(capfd, run_folder):
    found = as_json(
        capfd, "--drop", "0.2", "--labels", "1500", *of_run(run_folder, "--judge", "expert")
    )
    expected = detectable_effect(1500, SDS["paired"]) / 0.5
    assert found["detectable_drop"] == pytest.approx(expected, rel=1e-6)


def test_the_same_raters_would_never_notice(capfd, run_folder):
    arguments = ("--drop", "0.2", "--labels", "100000", *of_run(run_folder, "--judge", "rater"))
    found = as_json(capfd, *arguments)
    assert (found["power"], found["labels_needed"]) == (pytest.approx(0.05), None)
    assert found["detectable_drop"] is None
    _, out, _ = told(capfd, "power", *arguments)
    assert "No number of labels would" in out
    assert "notices no fall that was measured (up to 0.2)" in out


def test_votes_and_the_truth_of_a_run(capfd, run_folder):
    votes = as_json(
        capfd, "--drop", "0.2", "--labels", "500", *of_run(run_folder, "--form", "votes")
    )
    assert votes["seen"] == pytest.approx(0.05)
    assert votes["power"] == pytest.approx(power_of(500, 0.5, 0.05))
    _, out, _ = told(capfd, "power", "--drop", "0.2", "--labels", "500", *of_run(run_folder))
    assert "25.0% of the prompts" in out
    assert "about 16 times as many labels" in out
    assert "(--correlation 0.50)" in out


def test_between_falls_what_is_seen_follows_straight_lines():
    sight = MeasuredSight((0.0, 0.1, 0.2), (0.0, 0.02, 0.1), (1.0, 1.0, 1.2))
    assert sight.seen(0.15) == pytest.approx(0.06)
    assert sight.sd(0.15) == pytest.approx(1.1)
    assert sight.beside(0.6).sd(0.2) == pytest.approx(0.96)


# ---- the figure, what is refused


@pytest.mark.parametrize(("name", "begins"), [("p.png", b"\x89PNG"), ("p.svg", b"<?xml")])
def test_the_figure(capfd, tmp_path, run_folder, name, begins):
    path = tmp_path / name
    case = ("--drop", "0.2", "--labels", "200", "--plot", str(path))
    more = of_run(run_folder) if name.endswith("svg") else ()
    assert as_json(capfd, *case, *more)["labels"] == 200
    assert path.read_bytes().startswith(begins)


def test_a_curve_for_each_fall_and_the_case_on_its_own():
    curves = curves_of_numbers(from_numbers(0.3, 200, ROOT_2, 0.05))
    assert list(curves.power) == ["0.1", "0.2", "0.3", "0.5", "1"]
    assert curves.here == (200, power_of(200, ROOT_2, 0.3))
    assert curves.labels[0] == 10
    assert curves.labels[-1] >= 1000
    for power in curves.power.values():
        assert list(power) == sorted(power)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "--drop is missing"),
        (["--drop", "0.2"], "--labels is missing"),
        (["--labels", "200"], "--drop is missing"),
        (["--drop", "0", "--labels", "9"], "--drop=0.0: a finite number above 0"),
        (["--drop", "nan", "--labels", "9"], "--drop=nan"),
        (["--drop", "0.2", "--labels", "1"], "--labels=1: at least 2"),
        (["--drop", "0.2", "--labels", "2.5"], "--labels"),
        (["--drop", "0.2", "--labels", "9", "--sd", "-1"], "--sd=-1.0"),
        (["--drop", "0.2", "--labels", "9", "--alpha", "1"], "--alpha=1.0: a number strictly"),
        (["--drop", "0.2", "--labels", "9", "--alpha", "0.9"], "--alpha=0.9: so many false alarms"),
        (["--drop", "0.2", "--labels", "9", "--correlation", "1"], "--correlation=1.0"),
        (["--drop", "0.2", "--labels", "9", "--judge", "expert"], "name one, --from RUN"),
        (["--drop", "0.2", "--labels", "9", "--judge", "nobody"], "invalid choice"),
        (["--drop", "0.2", "--labels", "9", "--blind-spot", "harm"], "name one, --from RUN"),
        (["--drop", "0.2", "--labels", "9", "--plot", "p.pdf"], "a .png or an .svg"),
        (["--drop", "0.2", "--labels", "9", "--from", "."], "--blind-spot is missing"),
        (["--drop", "0.2", "--labels", "9", "--from", ".", "--blind-spot", "fun"], "run.json"),
    ],
)
def test_what_is_wrong_is_said_on_one_line(capfd, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    status, out, err = told(capfd, "power", *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("looksgood: ")
    assert says in err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--blind-spot", "hrm"), "--blind-spot hrm: the run has agreement, citations, "),
        (("--blind-spot", "fun"), "measured falls up to 0.1"),
        (("--blind-spot", "harm", "--sd", "1"), "has measured it"),
        (
            ("--blind-spot", "harm", "--judge", "expert", "--correlation", "0.5"),
            "beside paired checks against the truth",
        ),
    ],
)
def test_what_a_run_does_not_have_is_named(capfd, run_folder, more, says):
    status, out, err = told(
        capfd, "power", "--drop", "0.15", "--labels", "9", "--from", str(run_folder), *more
    )
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_a_run_of_another_study_is_refused(capfd, tmp_path):
    from tests import reports_tables

    reports_tables.make_run(
        tmp_path / "run",
        arms=("ordinary",),
        seeds=(0,),
        rows=lambda arm, seed: reports_tables.points(arm, seed, betas=(0.0,), best_of=()),
    )
    status, _, err = told(
        capfd, *("power", "--drop", "0.1", "--labels", "9", "--from", str(tmp_path / "run")),
        *("--blind-spot", "harm"),
    )  # fmt: skip
    assert status == 2
    assert "no run of the study power" in err
