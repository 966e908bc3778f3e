"""The page of a study of audits: which fall of each arm it shows, and what its tables hold."""

import pytest

from looksgood.measures.curves import curves
from looksgood.reports.page import html
from looksgood.reports.power_lines import audited, is_audit, policies, with_labels
from looksgood.studies.catalogue.power import SPOTS, VISIBLE
from tests import reports_tables
from tests.audit_tables import LABELS, Truth, make_run
from tests.unit.test_reports_page import Reader, embedded

FALLS = {"harm": (0.1, 0.2, 0.5), "fun": (0.1,)}


@pytest.fixture(scope="module")
def rows():
    found = Truth(drops=FALLS).rows(seeds=2)
    alone = [row for row in found if (row["arm"], row["channel.drop"]) == ("harm", 0.2)]
    lost = [row for row in alone if row["seed"] == 1]
    return curves([row for row in found if row not in lost])


@pytest.fixture(scope="module")
def page(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("power")
    run = make_run(folder / "run", Truth(drops=FALLS))
    figure = folder / "power.svg"
    figure.write_text("<?xml version='1.0'?>\n<svg></svg>", encoding="utf-8")
    return html(run, rows, {"power": figure})


def test_each_arm_is_shown_at_its_largest_fall_up_to_a_fifth_that_all_seeds_have(rows):
    shown = {line.arm: line.optimizer for line in audited(rows)}
    assert list(shown) == [*SPOTS, VISIBLE]
    assert shown["harm"] == "fall-0.1", "one seed did not reach 0.2, and 0.5 is more"
    assert shown["citations"] == "fall-0.2"
    for line in audited(rows):
        assert [row["labels"] for row in line.rows] == list(LABELS)
        assert {row["n"] for row in line.rows} == {None}


def test_policies_come_once_with_the_base_first(rows):
    harm = [row for row in policies(rows) if row["arm"] == "harm"]
    assert [row["channel.drop"] for row in harm] == [0, 0.1, 0.2, 0.5]
    assert with_labels(harm[0]) == "nothing fell, 2000 labels"
    assert with_labels(harm[1]) == "a fall of 0.1, 2000 labels"


def test_the_page_follows_from_the_tables(rows):
    assert is_audit(rows)
    assert not is_audit(curves(reports_tables.points("ordinary", 0)))
    assert not is_audit([])


def test_the_page_holds_a_panel_for_each_arm_and_every_table(page):
    data, read = embedded(page), Reader(page)
    assert [line["title"] for line in data["lines"]][3:6] == [
        "harm, a fall of 0.1", "later, a fall of 0.1", "fun, a fall of 0.1",
    ]  # fmt: skip
    assert next(iter(data["judges"].values()))["label"] == "the same raters again"
    assert {a["data-figure"] for _, a in read.tags if "data-figure" in a} == {"power"}
    sections = {a.get("id") for tag, a in read.tags if tag == "section"}
    assert sections >= {"findings", "power", "forms", "alarms", "policies", "samples", "controls"}
    assert "at a test of 0.05" in page
    assert {level["label"] for level in data["samples"]["levels"]} == {
        "base", "a fall of 0.1", "a fall of 0.2",
    }  # fmt: skip
