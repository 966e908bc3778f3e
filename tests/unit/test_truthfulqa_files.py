"""TruthfulQA's files: read whole, or refused on one line that names the file's line."""

import os
from pathlib import Path

import pytest

from looksgood.core.errors import ConfigError, DataError
from looksgood.core.seeds import Seed
from looksgood.worlds.truthfulqa.files import Question, read_hub, read_questions
from looksgood.worlds.truthfulqa.spec import TruthfulQASpec

SHARED = os.environ.get("LOOKSGOOD_SHARED_DATA")
DATA = Path(SHARED) if SHARED else Path(__file__).parents[3] / "shared" / "data"
REAL = DATA / "truthfulqa"
needs_real_file = pytest.mark.skipif(
    not (REAL / "TruthfulQA.csv").is_file(), reason=f"no TruthfulQA.csv in {REAL}"
)
SEED = Seed(("test",))
HEADER = "Type,Category,Question,Correct Answers,Incorrect Answers,Source"
BEES = Question(
    "Can bees fly?", ("Yes, bees fly", "They do fly"), ("No, bees cannot fly",), "Animals"
)
MOON = Question(
    "What is the moon made of?",
    ("The moon is made of rock",),
    ("The moon is made of green cheese", "Silver"),
    "Sky",
)


def csv_file(folder: Path, *lines: str, header: str = HEADER) -> str:
    path = folder / "questions.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return str(path)


def test_a_csv_file_is_read_whole(tmp_path):
    path = csv_file(
        tmp_path,
        'Adversarial,Animals,Can bees fly?,"Yes, bees fly; They do fly; ","No, bees cannot fly",x',
        "",
        "Adversarial,Sky,What is the moon made of?,The moon is made of rock,"
        "The moon is made of green cheese;Silver;  ;.,x",
    )
    assert read_questions(path) == [BEES, MOON]


def test_a_folder_stands_for_the_file_in_it(tmp_path):
    csv_file(tmp_path, "A,Sky,Why?,Because,No reason,x")
    (tmp_path / "questions.csv").rename(tmp_path / "TruthfulQA.csv")
    assert [q.text for q in read_questions(str(tmp_path))] == ["Why?"]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    path = Path(
        csv_file(
            tmp_path, "Why?,Because,No reason", header="Question,Correct Answers,Incorrect Answers"
        )
    )
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert [q.correct for q in read_questions(str(path))] == [("Because",)]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["A,Sky,Why?,Because,No,x", "A,Sky,Why?,Because,No"], "line 3: 5 fields where .* has 6"),
        (['A,Sky,"Why\nnot\n?",Because,No,x', "A,Sky"], "line 5: 2 fields"),
        (["A,Sky,Why, oh why?,Because,No,x"], "line 2: 7 fields"),
        (["A,Sky,Why?,Because,No,x", 'A,Sky,"Why"?,Because,No,x'], "line 3: not a CSV row"),
        (["A,Sky,Why?,Because,No,x", 'A,Sky,"Why?,Because'], "line 3: not a CSV row"),
        (["A,Sky,  ,Because,No,x"], "line 2: the question is empty"),
        (["A,Sky,Why?,;  ; .,No,x"], "line 2: 'Correct Answers' holds no answer"),
        (["A,Sky,Why?,Because,,x"], "line 2: 'Incorrect Answers' holds no answer"),
        ([], "holds no questions"),
    ],
)
def test_a_malformed_row_is_refused_at_its_line(tmp_path, lines, says):
    with pytest.raises(DataError, match=says) as caught:
        read_questions(csv_file(tmp_path, *lines))
    assert "\n" not in str(caught.value)
    assert "questions.csv" in str(caught.value)


def test_a_missing_column_is_named_with_what_was_found(tmp_path):
    path = csv_file(tmp_path, "Why?,Because", header="Question,Correct Answers")
    with pytest.raises(DataError, match="line 1: no column 'Incorrect Answers'; found: Question"):
        read_questions(path)


@pytest.mark.parametrize("path", ["/no/such/file", "none.csv", "./nowhere", "~/none.csv"])
def test_a_missing_file_is_refused(path):
    with pytest.raises(DataError, match="no such file"):
        TruthfulQASpec(path=path).build(SEED)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "questions.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="not UTF-8"):
        read_questions(str(path))


def test_a_name_that_cannot_be_reached_is_refused_on_one_line(monkeypatch):
    datasets = pytest.importorskip("datasets")
    hub = pytest.importorskip("huggingface_hub")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ConfigError, match="'nobody/none-such' is no file and cannot") as caught:
        TruthfulQASpec(path="nobody/none-such").build(SEED)
    assert "\n" not in str(caught.value)


def hub_clone(folder: Path, monkeypatch, **columns: list) -> str:
    """A clone of a repository on the hub, in the form of truthfulqa/truthful_qa."""
    datasets = pytest.importorskip("datasets")
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", folder / "cache")
    repository = folder / "clone"
    (repository / "generation").mkdir(parents=True)
    parquet.write_table(
        arrow.table(columns), repository / "generation" / "validation-00000-of-00001.parquet"
    )
    (repository / "README.md").write_text(
        "---\nconfigs:\n- config_name: generation\n  data_files:\n  - split: validation\n"
        "    path: generation/validation-*\n---\n"
    )
    return str(repository)


def test_datasets_loads_a_repository_in_the_hubs_form(tmp_path, monkeypatch):
    clone = hub_clone(
        tmp_path,
        monkeypatch,
        category=[BEES.category, MOON.category],
        question=[BEES.text, MOON.text],
        correct_answers=[list(BEES.correct), list(MOON.correct)],
        incorrect_answers=[list(BEES.incorrect), [*MOON.incorrect, ""]],
    )
    assert read_questions(clone) == [BEES, MOON]


def test_another_data_set_is_refused(tmp_path, monkeypatch):
    clone = hub_clone(tmp_path, monkeypatch, text=["a", "b"])
    with pytest.raises(DataError, match="no column 'question'; found: text"):
        read_hub(clone)


@needs_real_file
def test_the_real_files_are_read_whole():
    assert len(read_questions(str(REAL))) == 565
    assert len(read_questions(str(REAL / "v1_817_TruthfulQA.csv"))) == 585
