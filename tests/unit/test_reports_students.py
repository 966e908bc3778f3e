"""The page of students: chosen by the tables, with a figure and every accuracy, without scripts."""

import pytest

from looksgood.cli.report import render_run
from looksgood.measures.curves import curves
from looksgood.reports.figures import draw
from looksgood.reports.student_lines import is_of_students, students, supervisor, task, way
from tests.reports_tables import make_run
from tests.unit.test_reports_page import Reader

WAYS = ("claims-model", "claims-model-noise", "claims-truth", "comparisons-model")


def examined(arm, seed):
    """One cell of weak-to-strong, by formula; the last part of an arm is its student's width."""
    way, _, width = arm.rpartition("-")
    more = {"claims-truth": 0.2}.get(way, 0.0) + 0.01 * seed
    return [
        {
            "study": "weak-to-strong",
            "arm": arm,
            "seed": seed,
            "optimizer": "bradley_terry",
            "step": 0,
            "samples": 100,
            "channel.accuracy": 0.6 + 0.001 * int(width) + more,
            "channel.supervisor_accuracy": 1.0 if way == "claims-truth" else 0.6,
            "channel.zero_shot_accuracy": 0.7,
            "channel.errors_shared": 0.1,
            "channel.label_accuracy": 0.6,
            "channel.student_parameters": 100.0 * int(width) ** 2,
        }
    ]


ARMS = tuple(f"{way}-{width}" for width in (64, 16) for way in WAYS)


def table(seeds=(0, 1)):
    columns = dict.fromkeys(("beta", "n", "kl", "proxy", "rater", "gold"))
    return curves([columns | row for arm in ARMS for s in seeds for row in examined(arm, s)])


def test_lines_go_along_the_sizes_of_students_taught_in_one_way():
    lines = students(table())
    assert [line.arm for line in lines] == list(WAYS)
    for line in lines:
        assert [row["channel.student_parameters"] for row in line.rows] == [25600, 409600]
    noise = lines[1]
    assert (task(noise), supervisor(noise), way(noise)) == ("claims", "model", "noise")


@pytest.mark.slow
def test_the_page_shows_the_figure_and_every_student_and_runs_no_script(tmp_path):
    assert is_of_students(table())
    run = make_run(tmp_path / "run", arms=ARMS, seeds=(0, 1), rows=examined, kept=lambda rows: [])
    text = render_run(run).read_text()
    page = Reader(text)
    assert page.count("svg") == 1
    assert {a.get("type") for tag, a in page.tags if tag == "script"} == {"application/json"}
    assert "script-src &#39;none&#39;" in text or "script-src 'none'" in text
    assert not any("Gold is unknown" in words for words in page.words)
    for arm in ARMS:
        assert arm in page.words
    assert "409,600 weights" in page.words
    assert list(draw(tmp_path / "figures", table(seeds=(0,)))) == ["students"]
