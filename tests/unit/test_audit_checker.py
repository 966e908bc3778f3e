"""Checkers: a function of the user's gives gold, and no response of a run can break it."""

import sys
from itertools import count

import pyarrow as pa
import pytest

from looksgood.audits.experts import checked as module
from looksgood.audits.experts.checked import checked
from looksgood.audits.experts.checker import load_checker
from looksgood.audits.notes import Notes
from looksgood.audits.reading.read import read
from looksgood.core.errors import ConfigError, DataError

NAMES = (f"a_checker_{number}" for number in count())


@pytest.fixture
def checker(tmp_path, monkeypatch):
    """Load a checker from its source, which lies in the current folder."""
    name = next(NAMES)
    monkeypatch.chdir(tmp_path)

    def load(source, function="check"):
        (tmp_path / f"{name}.py").write_text(source)
        return load_checker(f"{name}:{function}")

    yield load
    sys.modules.pop(name, None)


def batch(**columns):
    return pa.table(columns)


def gold_of(batches, found, notes=None, tell=None):
    out = list(checked(batches, found, notes or Notes(), tell))
    return [value for table in out for value in table.column("gold").to_pylist()]


ADD = "def check(prompt, completion, answer):\n    return completion.strip() == answer\n"


def test_gold_is_what_the_checker_says(checker):
    rows = batch(prompt=["1+1", "1+2"], completion=["2 ", "4"], answer=["2", "3"], proxy=[1.0, 1.0])
    path = list(sys.path)
    assert gold_of([rows], checker(ADD)) == [1.0, 0.0]
    assert sys.path == path


def test_a_checker_gets_the_columns_it_names_or_all_extras(checker):
    rows = batch(prompt=["p"], completion=["c"], step=[7], seed=[3], proxy=[0.5])
    named = "def check(prompt, completion, step, absent=2):\n    return step + absent\n"
    assert gold_of([rows], checker(named)) == [9.0]


def test_a_checker_of_any_extras_sees_no_score(checker):
    rows = batch(prompt=["p"], completion=["c"], step=[7], seed=[3], proxy=[0.5])
    every = "def check(prompt, completion, **extras):\n    return list(extras) == ['seed']\n"
    assert gold_of([rows], checker(every)) == [1.0]


def test_none_is_no_gold_and_a_row_without_a_response_is_not_asked(checker):
    rows = batch(prompt=["p", None, "q"], completion=["c", "d", None])
    found = checker("def check(prompt, completion):\n    return prompt and 0.25 or None\n")
    notes = Notes()
    assert gold_of([rows], found, notes) == [0.25, None, None]
    assert notes.lines[0].endswith("checked 1 of 2 responses.")
    assert "1 responses the checker could not tell" in notes.lines[1]


def test_a_failure_costs_one_row_and_is_told_once(checker):
    source = (
        "def check(prompt, completion):\n"
        "    if completion == 'nan': return float('nan')\n"
        "    return 1 / int(completion)\n"
    )
    rows = batch(prompt=["p"] * 5, completion=["2", "0", "x\ny", "nan", "4"])
    notes = Notes()
    assert gold_of([rows], checker(source), notes) == [0.5, None, None, None, 0.25]
    assert "failed on 3 responses" in notes.lines[1]
    assert "call 2, ZeroDivisionError: division by zero" in notes.lines[1]


def test_a_checker_that_always_fails_is_an_error_of_one_line(checker):
    found = checker("def check(prompt, completion):\n    raise KeyError('a\\nb')\n")
    with pytest.raises(DataError, match="all 2 responses; the first: call 1, KeyError") as error:
        gold_of([batch(prompt=["p"] * 2, completion=["c"] * 2)], found)
    assert "\n" not in str(error.value)


def test_the_files_own_gold_gives_way_and_this_is_told(checker):
    rows = batch(prompt=["p"] * 2, completion=["a", "b"], gold=[1.0, None])
    notes = Notes()
    found = checker("def check(prompt, completion):\n    return completion == 'b'\n")
    assert gold_of([rows], found, notes) == [0.0, 1.0]
    assert "own gold of 1 rows was not used" in notes.lines[-1]


def test_slow_checkers_tell_how_far_they_are(checker, monkeypatch):
    monkeypatch.setattr(module, "EVERY_SECONDS", 0.0)
    told = []
    found = checker("def check(prompt, completion):\n    return True\n")
    gold_of([batch(prompt=["p"] * 3, completion=["c"] * 3)], found, tell=told.append)
    assert told[-1].endswith("3 responses checked")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("nocolon", "give module:function"),
        (":f", "give module:function"),
        ("no_such_module_here:f", "cannot be imported (ModuleNotFoundError"),
        ("math:no_such", "no function 'no_such'"),
        ("math:pi", "no function 'pi'"),
    ],
)
def test_a_checker_that_is_none_is_refused(spec, said):
    with pytest.raises(ConfigError) as error:
        load_checker(spec)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_checker_of_too_few_arguments_or_that_cannot_be_imported_is_refused(checker):
    with pytest.raises(ConfigError, match="must take a prompt and a completion"):
        checker("def check(completion):\n    return True\n")


def test_a_module_that_fails_is_refused(checker):
    with pytest.raises(ConfigError, match=r"cannot be imported \(ValueError: no luck\)"):
        checker("raise ValueError('no\\nluck')\n")


def test_a_table_read_with_a_checker_has_its_gold(checker, tmp_path):
    path = tmp_path / "run.csv"
    path.write_text("step,prompt,completion,answer,reward\n0,1+1,2,2,1\n5,1+2,4,3,1\n")
    notes = Notes()
    rollouts = read([path], "auto", {}, notes, checker(ADD))
    assert rollouts.gold.tolist() == [1.0, 0.0]
    assert not any("answer" in line for line in notes.lines)


def test_a_log_of_means_has_nothing_to_check(checker, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("step,kl,reward\n0,0,1\n5,1,2\n9,2,2\n")
    with pytest.raises(ConfigError, match="no responses that can be checked"):
        read([path], "scalars", {}, Notes(), checker(ADD))
