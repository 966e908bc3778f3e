"""Reading TruthfulQA's questions: from a CSV file of its authors, or through `datasets`."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from looksgood.core.errors import ConfigError, DataError

CSV_NAME = "TruthfulQA.csv"
QUESTION, CORRECT, INCORRECT = COLUMNS = ("Question", "Correct Answers", "Incorrect Answers")


@dataclass(frozen=True, slots=True)
class Question:
    """One question with everything its authors hold to be correct and incorrect about it."""

    text: str
    correct: tuple[str, ...]
    incorrect: tuple[str, ...]
    category: str


def read_questions(path: str) -> list[Question]:
    """Read all questions from a CSV file, from a folder that holds one, or by name on the hub.

    A folder without TruthfulQA.csv is taken for a clone of the hub's repository.

    Raises:
        DataError: the file is missing, lacks a column or holds a malformed row.
        ConfigError: it is neither a file nor a data set that `datasets` can load.
    """
    place = Path(path).expanduser()
    if (place / CSV_NAME).is_file():
        place = place / CSV_NAME
    if place.is_file():
        return read_csv(place)
    looks_like_a_file = place.suffix == ".csv" or place.is_absolute() or path.startswith(".")
    if looks_like_a_file and not place.is_dir():
        raise DataError(f"{path}: no such file; give TruthfulQA's CSV file or a name on the hub")
    return read_hub(str(place) if place.is_dir() else path)


def read_csv(path: Path) -> list[Question]:
    """Read the authors' CSV: one question per row, answers separated by semicolons.

    Only the columns Question, Correct Answers and Incorrect Answers are needed, so that the file
    of 2021 (which has no Best Incorrect Answer) is read too.

    Raises:
        DataError: names the file, the line and what is wrong there.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(_numbered(path, file))
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start})") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    if len(rows) < 2:
        raise DataError(f"{path}: holds no questions")
    (first, header), *rest = rows
    for name in COLUMNS:
        if name not in header:
            raise DataError(f"{path}, line {first}: no column {name!r}; found: {', '.join(header)}")
    return [_read_row(f"{path}, line {line}", header, cells) for line, cells in rest]


def _numbered(path: Path, file: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line it begins on: quoted fields span lines."""
    rows = csv.reader(file, strict=True)
    start = 1
    try:
        for cells in rows:
            if cells:
                yield start, cells
            start = rows.line_num + 1
    except csv.Error as error:
        raise DataError(f"{path}, line {start}: not a CSV row: {error}") from error


def _read_row(where: str, header: list[str], cells: list[str]) -> Question:
    if len(cells) != len(header):
        raise DataError(
            f"{where}: {len(cells)} fields where the header has {len(header)}; "
            "is a text with commas not in quotes?"
        )
    row = dict(zip(header, cells, strict=True))
    return _question(
        where,
        row[QUESTION],
        row[CORRECT].split(";"),
        row[INCORRECT].split(";"),
        row.get("Category", ""),
    )


def read_hub(name: str) -> list[Question]:
    """Read a data set by name (or a local clone of it) through the `datasets` library.

    Raises:
        ConfigError: `datasets` is missing, or cannot find or reach the data set.
        DataError: the data set is not TruthfulQA's "generation" table.
    """
    try:
        from datasets import load_dataset
    except ImportError as error:
        raise ConfigError(
            f"path={name!r} is a name on the hub and needs: pip install 'looksgood[hub]'; "
            "or give TruthfulQA's CSV file"
        ) from error
    try:
        # whatever goes wrong inside (no network, no such name, no such config) is the user's news
        table = load_dataset(name, "generation", split="validation")
    except Exception as error:
        reason = (str(error).splitlines() or [""])[0] or type(error).__name__
        raise ConfigError(
            f"path={name!r} is no file and cannot be loaded from the hub: {reason}"
        ) from error
    for column in ("question", "correct_answers", "incorrect_answers"):
        if column not in table.column_names:
            raise DataError(f"{name}: no column {column!r}; found: {', '.join(table.column_names)}")
    rows: list[dict[str, Any]] = table.to_list()
    questions = [
        _question(
            f"{name}, row {i}",
            row["question"],
            row["correct_answers"],
            row["incorrect_answers"],
            row.get("category", ""),
        )
        for i, row in enumerate(rows)
    ]
    if not questions:
        raise DataError(f"{name}: holds no questions")
    return questions


def _question(
    where: str, text: str, correct: Iterable[str], incorrect: Iterable[str], category: str
) -> Question:
    """Check one row: a question, and at least one reference of each sort that has words."""
    found = Question(text.strip(), _answers(correct), _answers(incorrect), category)
    if not found.text:
        raise DataError(f"{where}: the question is empty")
    for column, answers in ((CORRECT, found.correct), (INCORRECT, found.incorrect)):
        if not answers:
            raise DataError(f"{where}: {column!r} holds no answer")
    return found


def _answers(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in cells if any(sign.isalnum() for sign in cell))
