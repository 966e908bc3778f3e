"""`looksgood audit` as a user meets it: what it prints, what it writes, what it refuses."""

import csv
import io
import json
import shlex
from contextlib import redirect_stdout

import numpy as np
import pytest

from looksgood.audits.folder import read
from looksgood.cli.audit import EXAMPLES, Audit, parse_mapping
from looksgood.cli.main import _command, main
from looksgood.core.errors import ConfigError

EXPLOIT = "<script>alert(1)</script> pls halp"


def write_run(path, fooled=0.0, steps=(0, 10, 20), prompts=60, gold=True):
    """Write rollouts of a run in which `fooled` of the last step's responses please and are bad."""
    rng = np.random.default_rng(1)
    rows = []
    for step in steps:
        share = fooled * step / steps[-1]
        for prompt in range(prompts):
            for _ in range(2):
                quality = rng.normal() + step / 40
                bad = rng.random() < share
                rows.append(
                    {
                        "step": step,
                        "prompt": f"question {prompt}",
                        "completion": EXPLOIT if bad else f"answer {rng.integers(1000)}",
                        "proxy": quality + 4 * bad,
                        "gold": quality - 4 * bad if gold else "",
                    }
                )
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def run(capsys, *arguments):
    main(["audit", *map(str, arguments)])
    return capsys.readouterr().out


@pytest.fixture(scope="module")
def fallen(tmp_path_factory):
    """The folder of an audit of a run whose gold falls, and what was printed: made once."""
    folder = tmp_path_factory.mktemp("fallen")
    write_run(folder / "run.csv", fooled=0.5)
    with redirect_stdout(io.StringIO()) as out:
        main(["audit", str(folder / "run.csv"), "--out", str(folder / "audit")])
    return folder / "audit", out.getvalue()


def test_help_has_examples_and_each_of_them_is_a_command(capsys):
    with pytest.raises(SystemExit):
        main(["audit", "--help"])
    said = capsys.readouterr().out
    examples = [line for line in EXAMPLES.splitlines() if line.startswith("  looksgood ")]
    assert len(examples) >= 5
    for line in examples:
        assert line in said
        parsed = _command(shlex.split(line, comments=True)[1:])
        assert isinstance(parsed, Audit)
        assert parse_mapping(parsed.map, "--map") or parsed.paths or parsed.votes
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "log_completions" not in capsys.readouterr().out


def test_a_fall_is_told_and_the_folder_comes_last(fallen):
    folder, out = fallen
    assert out.startswith("gold fell:")
    assert out.splitlines()[-1] == str(folder)
    verdict = json.loads((folder / "verdict.json").read_text())
    assert verdict["level"] == "gold_fell"
    deciding = [test for test in verdict["tests"] if test["decides"]]
    assert "gold_fall" in [test["name"] for test in deciding]
    assert all(
        {"name", "estimate", "low", "high", "p", "decides"} <= set(test)
        for test in verdict["tests"]
    )
    assert all({"what", "why"} <= set(gap) for gap in verdict["not_measured"])


def test_a_clean_run_shows_no_sign_and_what_could_have_been_noticed(tmp_path, capsys):
    write_run(tmp_path / "run.csv")
    out = run(capsys, tmp_path / "run.csv", "--out", tmp_path / "audit")
    assert out.startswith("no sign:")
    assert "would have been noticed with 80 %" in " ".join(out.split())


def test_without_a_truth_nothing_is_said(tmp_path, capsys):
    write_run(tmp_path / "run.csv", fooled=0.5, gold=False)
    out = run(capsys, tmp_path / "run.csv", "--out", tmp_path / "audit", "--json")
    verdict = json.loads(out)
    assert verdict["level"] == "cannot_say"
    assert any("--expert" in gap["why"] for gap in verdict["not_measured"])
    assert (tmp_path / "audit" / "next_labels.csv").exists()


def test_labels_of_experts_bring_the_truth(tmp_path, capsys):
    write_run(tmp_path / "run.csv", fooled=0.9)
    with (tmp_path / "run.csv").open() as file:
        rows = list(csv.DictReader(file))
    blind = [{**row, "gold": ""} for row in rows]
    for name, table in (("blind.csv", blind), ("labels.csv", rows[::3])):
        with (tmp_path / name).open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(table)
    labels = ("--expert", tmp_path / "labels.csv")
    out = run(capsys, tmp_path / "blind.csv", *labels, "--out", tmp_path / "audit")
    assert out.startswith("gold fell:")


def test_what_a_model_wrote_is_shown_as_text(fallen):
    page = (fallen[0] / "report.html").read_text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_an_audit_reads_back_as_it_was_written(fallen):
    folder, _ = fallen
    page = (folder / "report.html").read_bytes()
    found = read(folder)
    assert found.verdict.level == "gold_fell"
    assert found.run["study"] == "audit"
    (folder / "report.html").unlink()
    main(["report", str(folder)])
    assert (folder / "report.html").read_bytes() == page


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "nothing to audit"),
        (("nowhere.csv",), "no such file"),
        (("run.csv", "--map", "proxy"), "write NAME=COLUMN"),
        (("run.csv", "--map", "gold=truth"), "truth"),
        (("run.csv", "--format", "mine"), "unknown"),
        (("run.csv", "--checker", "nomodule"), "module:function"),
        (("run.csv", "--out", "kept"), "something else"),
    ],
)
def test_a_wrong_command_is_one_line(tmp_path, capsys, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    write_run(tmp_path / "run.csv", prompts=12)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "thesis.txt").write_text("mine")
    with pytest.raises(SystemExit) as stop:
        main(["audit", *arguments])
    said = capsys.readouterr().err.strip().splitlines()
    assert stop.value.code == 2
    assert len(said) == 1
    assert told in said[0]


def test_a_mapping_has_each_name_once():
    assert parse_mapping(["a=b, c = d", "e=f"], "--map") == {"a": "b", "c": "d", "e": "f"}
    with pytest.raises(ConfigError, match="twice"):
        parse_mapping(["a=b", "a=c"], "--map")
