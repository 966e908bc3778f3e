"""What a first user met: strange files, strange names, and sentences that were not true."""

import csv
import json
import os
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from looksgood.audits.audit import Inputs, audit
from looksgood.audits.verdict import verdict
from looksgood.cli.audit_printed import Teller
from looksgood.cli.main import main
from looksgood.core.audit_result import NotMeasured, Section, Test
from looksgood.core.errors import DataError
from looksgood.core.gaps import by_reason
from looksgood.core.in_words import number, step
from looksgood.reports.audit_cut import MOST_RUNS
from looksgood.reports.audit_page import render_audit

HOSTILE = {
    "climbs": "../../etc/passwd",
    "markup": "<script>alert(1)</script>[red]",
    "terminal": "\x1b[31mred\x07",
    "turns": "\u202eevil\u202c",
    "lines": "a\nb",
    "long": "x" * 5000,
    "long too": "x" * 5000 + "y",
    "NUL": "nul\x00",
}


def rows(prompts=12, steps=(0, 10, 20), fall=0.0, **also):
    """Return a run's rows, two responses to a prompt; gold loses `fall` a step."""
    rng = np.random.default_rng(1)
    return [
        {
            "step": at,
            "prompt": f"question {prompt}",
            "completion": f"answer {rng.integers(10**6)}",
            "proxy": rng.normal(),
            "gold": rng.normal() - fall * at,
            **also,
        }
        for at in steps
        for prompt in range(prompts)
        for _ in range(2)
    ]


def as_csv(path, table):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, table[0])
        writer.writeheader()
        writer.writerows(table)
    return path


def as_jsonl(path, table):
    path.write_text("".join(json.dumps(row) + "\n" for row in table))
    return path


def audited(*paths, **mapping):
    return audit(Inputs(paths=paths, mapping=mapping))


def refused(capsys, *arguments):
    """Run a command that is refused; return its one line."""
    with pytest.raises(SystemExit) as stop:
        main(["audit", *map(str, arguments)])
    assert stop.value.code == 2
    [line] = capsys.readouterr().err.strip().splitlines()
    return line


def reasons(found):
    return {gap.what: gap.why for gap in found.verdict.not_measured}


def a_test(run="", p=0.5, speaks_to="gold_fell", name="gold_fall", statement="gold fell"):
    return Test(
        name=name,
        statement=statement,
        run=run,
        estimate=0.1,
        low=0.0,
        high=0.2,
        p=p,
        speaks_to=speaks_to,
        at=(0.0, 1234567.0),
    )


def test_names_of_runs_print_are_short_and_differ(tmp_path):
    table = [row for name in HOSTILE.values() for row in rows(4, (0, 5), run=name)]
    found = audited(as_jsonl(tmp_path / "runs.jsonl", table))
    assert len(found.verdict.runs) == len(HOSTILE)
    assert all(name.isprintable() and len(name) < 150 for name in found.verdict.runs)
    assert "../../etc/passwd" in found.verdict.runs, "harmless where it is only shown"


def test_a_file_whose_name_is_not_utf8_is_read(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.csv"))
    assert list(audited(as_csv(path, rows())).verdict.runs) == ["bad�"]


def test_an_error_is_one_line_that_prints_whatever_columns_are_called(tmp_path, capsys):
    table = [row | dict.fromkeys(HOSTILE.values(), 1) for row in rows(4)]
    path = as_jsonl(tmp_path / "run.jsonl", table)
    line = refused(capsys, path, "--map", "gold=truth", "--out", tmp_path / "out")
    assert line.isprintable()
    assert len(line) < 1000
    assert "prompt" in line, "it tells which columns there are"


def test_of_very_many_rewards_some_are_named(tmp_path, capsys):
    table = {f"reward_{i}": [0.5] for i in range(200)}
    path = tmp_path / "completions_00001.parquet"
    pq.write_table(pa.table({"step": [1], "prompt": ["q"], "completion": ["a"], **table}), path)
    line = refused(capsys, path, "--out", tmp_path / "out")
    assert "reward_0" in line
    assert "and 180 more" in line
    assert len(line) < 1000


def test_scores_too_large_to_be_scores_are_missing_and_told(tmp_path):
    table = [row | {"proxy": 1e300 * row["proxy"]} for row in rows(fall=0.3)]
    found = audited(as_csv(tmp_path / "run.csv", table))
    assert found.verdict.level == "gold_fell"
    assert any("beyond 1e+60" in line for line in found.notes.lines)
    log = [{"step": i, "proxy": 1e200 * (i + 1), "gold": i % 3} for i in range(12)]
    found = audited(as_csv(tmp_path / "log.csv", log))
    assert "proxy" not in found.subjects[0].curves
    assert "proxy: 12 of 12 values are infinite or beyond 1e+60: taken as missing." in (
        found.notes.lines
    )


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "it,q,rm\n1,a,0.5\n", "none of its columns is known.* it, q, rm"),
        ("a.csv", "step,prompt,proxy\n", "a.csv: no row in it"),
        ("folder/a.png", "x", "no file that is known is in this folder"),
        ("a.txt", "hello", "neither CSV nor JSON lines"),
    ],
)
def test_what_is_nothing_to_audit_says_what_would_be(tmp_path, name, text, told):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    with pytest.raises(DataError, match=told):
        audited(path if path.parent == tmp_path else path.parent)


def test_fractions_of_epochs_are_never_made_one_step_in_silence(tmp_path):
    table = [{**row, "epoch": row["step"] / 40} for row in rows(fall=0.3)]
    for row in table:
        del row["step"]
    path = as_csv(tmp_path / "run.csv", table)
    with pytest.raises(DataError, match=r"only 1 of 3 steps are left: --map step=1000\*epoch"):
        audited(path)
    found = audited(path, step="1000*epoch")
    assert found.subjects[0].curves["gold"].x.tolist() == [0, 250, 500]
    many = rows(4, [at / 2 for at in range(40)])
    found = audited(as_csv(tmp_path / "many.csv", many))
    assert "are fractions: rounded down." in found.notes.lines[0], "20 steps are left, 12 needed"


def test_what_was_made_of_columns_is_told(tmp_path):
    path = tmp_path / "run.csv"
    path.write_text("step,gold,gold,proxy\n1e30,1,2,nan\n" + "1,0,2,\n2,1,2,\n" * 9)
    lines = audited(path).notes.lines
    assert "run.csv: of several columns called gold the first is read." in lines
    assert "step: 1 of 19 cells of 'step' are no numbers ('1e+30'): taken as missing." in lines
    assert "proxy: no cell of 'proxy' holds a number." in lines


def test_why_gold_is_unknown_is_true_of_these_data(tmp_path):
    one_prompt = audited(as_csv(tmp_path / "one.csv", rows(1)))
    assert "no checkpoint has gold for two prompts" in reasons(one_prompt)["whether gold fell"]
    blind = audited(as_csv(tmp_path / "blind.csv", [r | {"gold": ""} for r in rows()]))
    assert "--expert" in reasons(blind)["whether gold fell"]
    log = [{"step": i, "proxy": i % 3} for i in range(12)]
    of_log = audited(as_csv(tmp_path / "log.csv", log))
    assert "--map gold=COLUMN" in reasons(of_log)["whether gold fell"]
    assert "--expert" not in reasons(of_log)["whether gold fell"], "a log has no responses"


def test_a_log_without_any_scatter_alarms_about_nothing(tmp_path):
    log = [{"step": i, "proxy": 0.1 * i, "gold": 0.5 - 0.01 * i} for i in range(12)]
    found = audited(as_csv(tmp_path / "log.csv", log))
    assert found.verdict.level == "cannot_say"
    assert "lie exactly on a line" in reasons(found)["the errors of gold"]


def test_sentences_of_a_verdict_are_sentences(tmp_path):
    tables = {"two.csv": rows(2), "blind.csv": [row | {"gold": ""} for row in rows()]}
    for name, table in tables.items():
        says = audited(as_csv(tmp_path / name, table)).verdict.says
        assert says[0] == "No test could be made."
        assert all(re.match(r"[A-Z].*[^.]\.$", line) for line in says), says
        assert "hether gold fell" in says[1], "what matters most comes first"


def test_the_test_of_the_level_is_told_first_and_runs_are_counted():
    sections = [
        Section(
            name="levels",
            title="",
            run=run,
            tests=[a_test(run, p), a_test(run, p / 10, "exploitation", "equal", "at equal proxy")],
        )
        for run, p in (("a", 1e-6), ("b", 0.9), ("c", 0.8))
    ]
    sections[1].tests.pop()
    sections[2].tests.pop()
    found = verdict(sections)
    assert found.says[0] == "Of 3 runs, gold fell in 1 (a); no test decides in 2."
    assert found.says[1].startswith("a: Gold fell: 0.1 [0, 0.2] between 0 and 1234567 (p < 0.001")
    assert found.says[2].startswith("a: At equal proxy")
    assert found.says[3] == "2 of 4 tests do not decide."


def test_numbers_keep_the_digits_that_matter():
    assert [number(x) for x in (0.12345, 12.345, 1234.5, -28800.0)] == [
        "0.123",
        "12.3",
        "1,234",
        "−28,800",
    ]
    assert [step(x) for x in (0.0, 12.5, 1234567.0, -1.0)] == ["0", "12.5", "1234567", "−1"]


def test_what_has_one_reason_is_told_once():
    gaps = [
        NotMeasured("rise", "no rater", "a"),
        NotMeasured("fall", "no rater", "a"),
        NotMeasured("fall", "no rater", "b"),
        NotMeasured("tail", "too few", "a"),
        NotMeasured("rise", "no rater", "b"),
    ]
    assert by_reason(gaps) == [
        (["rise", "fall"], "no rater", ("a", "b")),
        (["tail"], "too few", ("a",)),
    ]


def test_of_very_many_runs_a_page_shows_the_gravest_in_full(tmp_path):
    sections = [
        Section(
            name="levels",
            title="Did it fall?",
            run=f"run-{i}-",
            says=[f"of run-{i}-"],
            tests=[a_test(f"run-{i}-", 1e-9 if i == 300 else 0.5)],
            not_measured=[NotMeasured("tail", f"{i} values", f"run-{i}-")],
        )
        for i in range(400)
    ]
    found = verdict(sections)
    page = render_audit(tmp_path, found, sections, {}).read_text()
    assert page.count("<h3>Did it fall?</h3>") == MOST_RUNS
    assert "of run-300-" in page, "the one that fell is among them"
    assert all(f"run-{i}-" in page for i in range(400)), "each is in the table of runs"
    assert f"{MOST_RUNS} of 400 runs are on this page" in page
    assert "200 of 400 tests are shown" in page
    assert len(page) < 300_000


def test_progress_is_told_at_most_once_a_second(capsys):
    tell = Teller()
    for i in range(500):
        tell(f"run \x1b{i}")
    assert capsys.readouterr().err == "run \\x1b0\n"


def test_votes_alone_are_told_on_the_terminal(tmp_path, capsys):
    table = [{"item": i, "rater": r, "vote": (i + r) % 3 > 0} for i in range(30) for r in range(3)]
    path = as_csv(tmp_path / "votes.csv", table)
    main(["audit", "--votes", str(path), "--out", str(tmp_path / "out")])
    said = capsys.readouterr().out
    assert said.startswith("No run was audited")
    assert "Krippendorff" in said
    line = refused(capsys, "--votes", path, "--map-votes", "item=id", "--out", tmp_path / "out")
    assert "--map-votes item=id" in line


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("--labels", "-3"), "0 or more"), (("--out", "/proc/x"), "name another --out")],
)
def test_options_that_cannot_be_are_refused(tmp_path, capsys, arguments, told):
    path = as_csv(tmp_path / "run.csv", rows(2))
    with pytest.raises(SystemExit) as stop:
        main(["audit", str(path), *arguments])
    assert stop.value.code == 2
    assert told in capsys.readouterr().err


def test_a_rater_who_falls_while_the_proxy_does_not_is_exploitation(tmp_path):
    table = [row | {"rater": row["gold"], "gold": ""} for row in rows(30, fall=0.2)]
    found = audited(as_csv(tmp_path / "run.csv", table)).verdict
    assert found.level == "exploitation"
    assert "rater_fall" in [test.name for test in found.tests if test.decides]
    assert set(found.would_change) == {"gold_fell", "no_sign", "cannot_say"}
    assert "whether gold fell" in [gap.what for gap in found.not_measured]


@pytest.mark.parametrize("column", ["proxy", "rater"])
def test_gold_alone_is_enough_for_a_fall(tmp_path, column):
    table = [row | {column: ""} for row in rows(fall=0.3)]
    assert audited(as_csv(tmp_path / "run.csv", table)).verdict.level == "gold_fell"


def test_gold_that_never_varies_says_nothing(tmp_path):
    found = audited(as_csv(tmp_path / "run.csv", [row | {"gold": 1} for row in rows()]))
    assert found.verdict.level == "cannot_say"
    assert "nothing varies" in reasons(found)["whether gold fell"]


def test_a_test_without_a_p_value_neither_decides_nor_counts():
    section = Section(name="", title="", run="a", tests=[a_test("a", None), a_test("a", 0.04)])
    found = verdict([section])
    assert [test.decides for test in found.tests] == [False, True]
    section.tests.pop()
    assert verdict([section]).level == "cannot_say"
