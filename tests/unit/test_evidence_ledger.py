"""The ledger: who counts, what changed after the run, totals by headline, and its page."""

import json
import math
import re

import pytest

from looksgood.cli.ledger_table import print_ledger
from looksgood.core.errors import DataError
from looksgood.evidence.as_json import as_json
from looksgood.evidence.ledger import make_ledger
from looksgood.evidence.measured import Measured, measured
from looksgood.reports.ledger_page import render_ledger
from tests.debates import normal, plant, school

DECIBANS = 10 / math.log(10)
PAIR = ("near", "far")
NEAR = school(
    "near",
    ("kl-sweep", "gap-1", normal(0, 1)),
    ("kl-sweep", "gap-2", normal(0, 1)),
    ("ball-and-camera", "false-approval-rises", normal(0, 1)),
)
FAR = school(
    "far",
    ("kl-sweep", "gap-1", normal(2, 1)),
    ("kl-sweep", "gap-2", normal(2, 1)),
    ("ball-and-camera", "false-approval-rises", normal(4, 1)),
)
HALF = 1.959963984540054 * 0.75
"""Half of the interval whose error has an sd of 0.75."""
ZERO = (0.0, -HALF, HALF)
GAP_2 = DECIBANS * 2**2 / (2 * (1 + 0.75**2))
RISES = 4 * GAP_2
"""For near: N(0, 1) against N(2, 1) and N(4, 1), outcome 0 with that error."""


def moved(which, **means):
    """Return a school with other means for some findings."""
    plain = which.model_dump(mode="json")
    for said in plain["predictions"]:
        name = said["finding"].replace("-", "_")
        said["distribution"]["mean"] = means.get(name, said["distribution"]["mean"])
    return type(which).model_validate(plain)


def ledger_of(out, recorded, now=(NEAR, FAR), found=None):
    rows = found or {"gap-1": (2.0, 2 - HALF, 2 + HALF), "gap-2": ZERO}
    run = plant(out, "kl-sweep", rows, recorded)
    return make_ledger(now, [measured(run, "gap-2")], "quick")


def line_of(ledger, name, study=0):
    (line,) = [line for line in ledger.studies[study].findings if line.name == name]
    return line


def test_one_headline_of_each_study_enters_the_total(tmp_path):
    sweep = plant(tmp_path, "kl-sweep", {"gap-1": (2.0, 2 - HALF, 2 + HALF), "gap-2": ZERO}, PAIR_)
    ball = plant(tmp_path, "ball-and-camera", {"false-approval-rises": ZERO}, PAIR_)
    found = [measured(sweep, "gap-2"), measured(ball, "false-approval-rises")]
    ledger = make_ledger(PAIR_, found, "quick")
    steps = ledger.running[PAIR]
    assert {step.study: step.finding for step in steps} == {
        "kl-sweep": "gap-2",
        "ball-and-camera": "false-approval-rises",
    }
    assert ledger.total(PAIR).decibans == pytest.approx(GAP_2 + RISES, rel=1e-12)
    assert line_of(ledger, "gap-1", [s.measured.study for s in ledger.studies].index("kl-sweep"))
    assert not ledger.apart[PAIR]


PAIR_ = (NEAR, FAR)


def test_the_running_total_follows_the_order_in_which_runs_began(tmp_path):
    def at(study, began, headline):
        row = {"name": headline, "statement": "", "estimate": 0.0, "low": -HALF, "high": HALF}
        records = measured(plant(tmp_path / began, study, {headline: ZERO}, PAIR_), headline)
        return Measured(
            study=study,
            headline=headline,
            findings=[row],
            recorded=records.recorded,
            began=began,
        )

    late = at("ball-and-camera", "2026-02", "false-approval-rises")
    early = at("kl-sweep", "2026-01", "gap-2")
    steps = make_ledger(PAIR_, [late, early], "quick").running[PAIR]
    assert [step.study for step in steps] == ["kl-sweep", "ball-and-camera"]
    assert [s.total.decibans for s in steps] == pytest.approx([GAP_2, GAP_2 + RISES])


def test_a_changed_prediction_is_marked_and_the_recorded_one_still_counts(tmp_path):
    """Or a school that missed could edit its miss out of the total."""
    ledger = ledger_of(tmp_path, PAIR_, (NEAR, moved(FAR, gap_2=0.0)))
    said = line_of(ledger, "gap-2").said["far"]
    assert said.counted is not None
    assert said.apart is not None
    assert (said.counted.status, said.apart.status) == (
        "stated before the run",
        "changed after the run",
    )
    assert ledger.total(PAIR).decibans == pytest.approx(GAP_2)
    (apart,) = ledger.apart[PAIR]
    assert apart.evidence.decibans == pytest.approx(0, abs=1e-12)
    assert line_of(ledger, "gap-1").said["far"].apart is None, "that one was not changed"


def test_a_withdrawn_prediction_still_counts(tmp_path):
    without = FAR.model_copy(update={"predictions": FAR.predictions[:1]})
    ledger = ledger_of(tmp_path, PAIR_, (NEAR, without))
    said = line_of(ledger, "gap-2").said["far"]
    assert said.counted is not None
    assert said.counted.status == "withdrawn after the run"
    assert ledger.total(PAIR).decibans == pytest.approx(GAP_2)


@pytest.mark.parametrize("recorded", [(), (NEAR,)])
def test_what_was_stated_after_the_run_is_scored_apart_and_never_added(tmp_path, recorded):
    ledger = ledger_of(tmp_path, recorded)
    said = line_of(ledger, "gap-2").said["far"]
    assert said.counted is None
    assert said.apart is not None
    assert said.apart.status == "stated after the run"
    assert not ledger.running[PAIR]
    assert ledger.total(PAIR).decibans == 0
    assert ledger.apart[PAIR][0].total.decibans == pytest.approx(GAP_2)


def test_a_record_edited_after_the_run_makes_nothing_count(tmp_path):
    run = plant(tmp_path, "kl-sweep", {"gap-2": ZERO}, PAIR_)
    file = run.path / "predictions.json"
    file.write_text(file.read_text().replace('"mean": 2.0', '"mean": 0.0'))
    found = measured(run, "gap-2")
    assert "not what lay there when the run began" in found.problem
    ledger = make_ledger(PAIR_, [found], "quick")
    assert not ledger.running[PAIR]
    assert ledger.apart[PAIR]


def test_a_headline_changed_after_the_run_does_not_count(tmp_path):
    run = plant(tmp_path, "kl-sweep", {"gap-1": (9.0, 8.0, 10.0), "gap-2": ZERO}, PAIR_)
    ledger = make_ledger(PAIR_, [measured(run, "gap-1")], "quick")
    assert [step.finding for step in ledger.running[PAIR]] == ["gap-2"]


def test_a_malformed_record_is_named(tmp_path):
    run = plant(tmp_path, "kl-sweep", {"gap-2": ZERO}, PAIR_)
    found = measured(run, "gap-2")
    broken = [{**found.recorded[1], "distribution": {"kind": "gauss"}}]
    wrong = Measured(
        study="kl-sweep", headline="gap-2", findings=found.findings, recorded=broken, began="1"
    )
    with pytest.raises(DataError, match="recorded prediction of kl-sweep gap-2 by near"):
        make_ledger(PAIR_, [wrong], "quick")


def test_what_cannot_be_said_is_not_scored(tmp_path):
    rows = {"gap-1": (1.0, None, 2.0), "gap-2": (None, None, None)}
    ledger = ledger_of(tmp_path, PAIR_, found=rows)
    assert line_of(ledger, "gap-2").unscored == "cannot say: planted so"
    assert "no end on one side" in line_of(ledger, "gap-1").unscored
    assert not ledger.running[PAIR]
    assert not ledger.surprises["near"]


def test_surprises_and_what_to_ask_next_are_ranked(tmp_path):
    sweep = measured(plant(tmp_path, "kl-sweep", {"gap-2": ZERO}, PAIR_), "gap-2")
    unrun = Measured(study="ball-and-camera", headline="false-approval-rises", problem="no extra")
    ledger = make_ledger(PAIR_, [unrun, sweep], "quick")
    (surprise,) = ledger.surprises["far"]
    assert surprise.sds == pytest.approx(2 / 1.25)
    ranked = ledger.informative[PAIR]
    assert [study.study for study in ranked] == ["kl-sweep", "ball-and-camera"]
    assert ranked[0].cpu_minutes == pytest.approx(2)
    assert ranked[0].per_minute == pytest.approx(ranked[0].expected_decibans / 2)
    assert ranked[1].per_minute is None, "an unknown cost is not a cost of 0"
    assert ranked[1].expected_decibans > ranked[0].expected_decibans


UNIFORM = {"kind": "beta", "alpha": 1, "beta": 1}
THIRD = school("third", ("kl-sweep", "gap-2", UNIFORM))


def test_an_excluded_outcome_is_shown_as_infinite_everywhere(tmp_path, capsys):
    schools = (NEAR, FAR, THIRD)
    ledger = ledger_of(tmp_path, schools, schools, {"gap-2": (-3.0, -3.1, -2.9)})
    assert ledger.pairs == [("near", "far"), ("near", "third"), ("far", "third")]
    assert ledger.total(("near", "third")).decibans == math.inf
    plain = as_json(ledger)
    (finding,) = [f for f in plain["studies"][0]["findings"] if f["name"] == "gap-2"]
    assert finding["said"]["third"]["counted"]["log_score_nats"] == "-inf"
    assert plain["pairs"][1]["total"]["decibans"] == "inf"
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    page = render_ledger(tmp_path / "page", ledger, plain).read_text()
    assert "log score −∞" in page
    assert "∞ decibans for near: third excluded something that happened" in page
    print_ledger(ledger)
    told = capsys.readouterr().out
    assert "−∞" in told
    assert "third excluded" in " ".join(told.split())


def test_the_page_says_what_it_is_and_loads_nothing(tmp_path):
    sweep = measured(plant(tmp_path, "kl-sweep", {"gap-2": ZERO}, PAIR_), "gap-2")
    hostile = moved(FAR, gap_2=0.0).model_copy(update={"position": "<script>alert(1)</script>"})
    ledger = make_ledger((NEAR, hostile), [sweep], "quick")
    path = render_ledger(tmp_path / "page", ledger, as_json(ledger))
    page = path.read_text()
    assert "a reading of the debate, not the truth" in page
    assert "had seen standard runs of ball-and-camera" in page
    assert "looksgood debate --preset quick --school mine.toml --out mine" in page
    assert "changed after the run" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "script-src &#39;none&#39;" in page
    assert not re.findall(
        r'(?:src|href)="(?!#)[^"]*"', re.sub(r"<svg.*?</svg>", "", page, flags=re.S)
    )
    figures = {file.name for file in (path.parent / "figures").iterdir()}
    names = ("total-near-far", "predictions-kl-sweep")
    assert figures == {f"{name}.{form}" for name in names for form in ("png", "svg")}
    assert json.loads((path.parent / "ledger.json").read_text()) == as_json(ledger)


def test_an_empty_ledger_has_a_page_too(tmp_path, capsys):
    unrun = Measured(study="kl-sweep", headline="gap-2", problem="the extra is missing")
    ledger = make_ledger(PAIR_, [unrun], "quick")
    page = render_ledger(tmp_path / "page", ledger, as_json(ledger)).read_text()
    assert "the extra is missing" in page
    assert "Nothing counts between near and far yet" in page
    print_ledger(ledger)
    assert "Nothing counts between near and far yet" in " ".join(capsys.readouterr().out.split())
