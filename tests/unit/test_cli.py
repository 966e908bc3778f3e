"""The command line: quick to answer, exact in what it takes, and one line for what is wrong."""

import json
import os
import subprocess
import sys

import pytest

from looksgood.cli.main import _one_set_each, main
from looksgood.cli.run import parse_settings
from looksgood.core.errors import ConfigError
from looksgood.core.spec import kinds

COMMAND = [sys.executable, "-m", "looksgood"]


def told(capfd, *arguments):
    """Run a command in this process; return its exit status and what it printed on either side."""
    try:
        main(arguments)
        status = 0
    except SystemExit as left:
        status = left.code
    out, err = capfd.readouterr()
    return status, out, err


def cpu_seconds(*command):
    pid = os.posix_spawn(
        command[0],
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(pid, 0)
    assert status == 0
    return usage.ru_utime + usage.ru_stime


def test_help_answers_at_once():
    def quick(_):
        return cpu_seconds(*COMMAND, "--help") < 0.4

    assert any(map(quick, range(3))), "something heavy is imported before it is needed"


def test_help_and_the_list_of_studies_import_nothing_heavy():
    program = """
import sys
from looksgood.cli.main import main
try:
    main([{argument!r}])
except SystemExit as left:
    assert not left.code
heavy = {{"torch", "transformers", "scipy", "pyarrow", "plotly", "matplotlib"}}
print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""
    for argument in ("--help", "bench"):
        done = subprocess.run(
            [sys.executable, "-c", program.format(argument=argument)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr.splitlines()[-1] == "[]"


def test_one_set_may_take_several():
    once = _one_set_each(["run", "kl-sweep", "--set", "a=1", "b=2", "--out", "x", "--set", "c=3"])
    assert once == _one_set_each(
        ["run", "kl-sweep", "--set", "a=1", "--set", "b=2", "--out", "x", "--set", "c=3"]
    )
    assert once.count("--set") == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--set", "a=1", "kl-sweep"],
        ["run", "kl-sweep", "--set"],
        ["report", "a=b"],
        ["run", "kl-sweep", "--set", "a=1", "--json"],
        [],
    ],
)
def test_what_is_no_further_setting_is_left_alone(arguments):
    assert _one_set_each(arguments) == arguments


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("0.5", 0.5),
        ("true", True),
        ("null", None),
        ("1,0.3,0", [1, 0.3, 0]),
        ("[1, 2]", [1, 2]),
        ('{"kind": "oracle"}', {"kind": "oracle"}),
        ("oracle", "oracle"),
        ("./some/path,v2.csv", "./some/path,v2.csv"),
        ("a=b", "a=b"),
        ('"3"', "3"),
        ("", ""),
        ("-1", -1),
    ],
)
def test_values_are_json_or_lists_or_text(text, value):
    assert parse_settings([f"some.key={text}"]) == {"some.key": value}


def test_the_last_of_two_settings_of_a_name_counts():
    assert parse_settings(["a=1", "b=2", "a=3"]) == {"a": 3, "b": 2}


@pytest.mark.parametrize("pair", ["rater.check", "=3", ""])
def test_a_setting_without_a_value_is_refused(pair):
    with pytest.raises(ConfigError, match="write KEY=VALUE"):
        parse_settings([pair])


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["run", "kl-swep"], ["'kl-swep'", "kl-sweep"]),
        (["run", "kl-sweep", "--set", "rater.chek=0.5"], ["rater.chek", "no such setting"]),
        (["run", "kl-sweep", "--set", "optimizer.steps=-3"], ["optimizer.steps", "-3"]),
        (["run", "kl-sweep", "--set", "optimizer.steps=many"], ["optimizer.steps", "'many'"]),
        (["run", "kl-sweep", "--set", "steps"], ["'steps'", "KEY=VALUE"]),
        (["run", "kl-sweep", "--seeds", "0"], ["seeds = 0"]),
        (["run", "kl-sweep", "--workers", "-2"], ["workers = -2"]),
        (["run", "reward-fit", "--set", "world.path=none.jsonl"], ["none.jsonl", "no such file"]),
        (["report", "."], ["run.json"]),
        (["bench", "stap"], ["'stap'", "step", "sweep"]),
        (["run", "kl-sweep", "--preset", "huge"], ["'huge'", "--preset", "standard"]),
        (["run", "kl-sweep", "--seeds", "few"], ["--seeds", "'few'"]),
        (["run"], ["Which study"]),
        (["frobnicate"], ["frobnicate"]),
    ],
    ids=lambda value: " ".join(value) if "run" in value else "",
)
def test_what_is_wrong_is_said_on_one_line(arguments, names, capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = told(capfd, *arguments)
    assert status == 2
    assert out == ""
    assert err.startswith("looksgood: ")
    assert err.count("\n") == 1
    assert err.endswith("\n")
    for name in names:
        assert name in err


def test_a_malformed_line_of_a_data_file_is_named(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    good = json.dumps({"prompt": "p", "chosen": "a", "rejected": "b"})
    (tmp_path / "torn.jsonl").write_text(f"{good}\n{good[:-5]}\n")
    status, _, err = told(capfd, "run", "reward-fit", "--set", "world.path=torn.jsonl")
    assert status == 2
    assert err.count("\n") == 1
    assert "torn.jsonl, line 2" in err
    assert not (tmp_path / "runs").exists()


def test_a_model_path_that_is_no_model_ends_with_one_reason(capfd, tmp_path):
    status, out, err = told(
        capfd,
        *("run", "kl-sweep", "--seeds", "1", "--workers", "0", "--out", str(tmp_path / "run")),
        *("--set", "policy.kind=pretrained", f"policy.path={tmp_path}"),
    )
    assert status == 2
    assert out == ""
    assert err.splitlines()[-1].startswith(f"looksgood: {tmp_path}: not a causal language model")
    assert [line.startswith("looksgood: ") for line in err.splitlines()].count(True) == 1
    assert err.count("not a causal language model") == 2, "as it happened, and at the end"
    assert "Traceback" not in err


def test_a_folder_of_another_study_or_other_settings_is_left_alone(capfd, tiny_sweep, tmp_path):
    before = (tiny_sweep.path / "run.json").read_bytes()
    out = ("--out", str(tiny_sweep.path))
    file = tmp_path / "comparisons.jsonl"
    rows = [{"prompt": f"p{i}", "chosen": "a", "rejected": "b"} for i in range(10)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    capfd.readouterr()  # the sweep's own progress
    status, _, err = told(capfd, "run", "reward-fit", *out, "--set", f"world.path={file}")
    assert (status, err.count("\n")) == (2, 1)
    assert "holds a run of study 'kl-sweep', not 'reward-fit'" in err
    status, _, err = told(capfd, "run", "kl-sweep", *out)
    assert (status, err.count("\n")) == (2, 1)
    assert "was run with" in err
    assert (tiny_sweep.path / "run.json").read_bytes() == before


def test_a_folder_of_something_else_is_left_alone(capfd, tmp_path):
    (tmp_path / "thesis.tex").write_text("irreplaceable")
    status, _, err = told(capfd, "run", "kl-sweep", "--out", str(tmp_path))
    assert (status, err.count("\n")) == (2, 1)
    assert "thesis.tex" in err


def test_studies_lists_every_part_that_is_installed(capfd):
    status, out, _ = told(capfd, "studies", "--json")
    listed = json.loads(out)
    assert status == 0
    for group in ("studies", "worlds", "policies", "raters", "rewards", "optimizers"):
        assert set(listed[group]) == set(kinds(group))
    assert listed["blind spots"]
    for group in listed.values():
        for line in group.values():
            assert line
            assert "\n" not in line
            assert not line.startswith("(cannot be loaded")


def test_studies_for_people_has_a_line_for_each(capfd):
    listed = json.loads(told(capfd, "studies", "--json")[1])
    lines = told(capfd, "studies")[1].splitlines()
    assert len(lines) == len(listed) + sum(map(len, listed.values()))


def test_the_version_is_the_packages(capfd):
    from looksgood import __version__

    assert told(capfd, "--version") == (0, f"{__version__}\n", "")
