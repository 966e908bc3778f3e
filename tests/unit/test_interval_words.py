"""What is said of how often intervals hold the truth: one table, and every place that prints it."""

import re
from pathlib import Path

import pytest

from looksgood.cli.ledger_table import print_ledger
from looksgood.cli.report import print_findings
from looksgood.evidence.ledger import make_ledger
from looksgood.evidence.measured import measured
from looksgood.measures.interval_coverage import RESAMPLED_PERCENT, resampled_coverage_percent
from looksgood.reports.content import content
from looksgood.reports.interval_words import RANGES, findings_note, ledger_note
from tests.debates import normal, plant, school
from tests.reports_tables import make_run

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
TOLD = f"held the truth in {RESAMPLED_PERCENT[2]} % of simulations"


def planted(path, **ends):
    """A run of two seeds without points, whose findings have controls in words."""
    run = make_run(path, seeds=(0, 1), rows=lambda *_: [], kept=lambda _: [])
    run.write_findings({**row, "controls": "", **ends} for row in run.findings())
    return run


def flat(text):
    return " ".join(text.split())


@pytest.mark.parametrize(("seeds", "like"), [(2, 2), (3, 3), (4, 3), (9, 6), (19, 10), (500, 20)])
def test_between_tabulated_numbers_the_lower_neighbour_counts(seeds, like):
    assert resampled_coverage_percent(seeds) == RESAMPLED_PERCENT[like]
    assert f"{seeds} seeds" in findings_note(seeds)
    assert f"{RESAMPLED_PERCENT[like]} %" in findings_note(seeds)


@pytest.mark.parametrize("seeds", [0, 1])
def test_without_two_seeds_there_is_no_interval_to_speak_of(seeds):
    assert resampled_coverage_percent(seeds) is None
    assert findings_note(seeds) == ""
    assert ledger_note({"one": seeds}) == ""


def test_the_glossary_has_the_same_table():
    text = GLOSSARY.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:seeds that were resampled|mean, as of gold) .*$", text, re.MULTILINE)
    numbers = [[int(n) for n in re.findall(r"\| (\d+)", row)] for row in rows]
    assert dict(zip(*numbers, strict=True)) == RESAMPLED_PERCENT


def test_a_study_says_it_in_the_terminal_and_on_its_page(tmp_path, capsys):
    run = planted(tmp_path / "run")
    print_findings(run)
    assert TOLD in flat(capsys.readouterr().out)
    assert TOLD in content(run, [])["coverage"]


def test_nothing_is_said_where_no_finding_has_an_interval(tmp_path, capsys):
    run = planted(tmp_path / "run", low=None, high=None)
    print_findings(run)
    assert "nominal" not in capsys.readouterr().out
    assert content(run, [])["coverage"] == ""


def test_the_ledger_says_it_of_each_study_and_of_its_ranges(tmp_path, capsys):
    both = [school(name, ("kl-sweep", "gap-2", normal(at, 1))) for name, at in (("a", 0), ("b", 2))]
    run = plant(tmp_path, "kl-sweep", {"gap-2": (0.1, 0.0, 0.2)}, both)
    print_ledger(make_ledger(both, [measured(run, "gap-2")], "quick"))
    told = flat(capsys.readouterr().out)
    assert f"{RESAMPLED_PERCENT[2]} % (kl-sweep, 2 seeds)" in told
    assert RANGES in told
