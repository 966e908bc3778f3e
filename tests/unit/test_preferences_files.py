"""Preference files: what is written is read back, and what is wrong is named."""

import gzip
import json
import math
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import DataError
from looksgood.core.records import Comparisons, Pairs, Prompt
from looksgood.preferences import read_comparisons, write_comparisons

SHARED = Path(
    os.environ.get("LOOKSGOOD_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data")
)
HARMLESS = SHARED / "hh_harmless_test" / "harmless_base_test.jsonl.gz"
FORMS = ("rows.jsonl", "rows.jsonl.gz", "rows.parquet")
CHAT = {
    "chosen": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!"}],
    "rejected": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "What?"}],
}


def comparisons_of(rows) -> Comparisons:
    prompts, first, second, choice = zip(*rows, strict=True)
    return Comparisons(Pairs(prompts, first, second), torch.tensor(choice))


def assert_equal(one: Comparisons, other: Comparisons) -> None:
    assert one.pairs == other.pairs
    assert torch.equal(one.choice.nan_to_num(9), other.choice.nan_to_num(9))


def written(path: Path, *lines: object) -> Path:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    path.write_text(text)
    return path


texts = st.text(max_size=30)
rows = st.lists(
    st.tuples(
        st.builds(Prompt, st.text("abc:1", min_size=1), texts, st.sampled_from(["", "fact"])),
        texts,
        texts,
        st.sampled_from([0.0, 0.5, 1.0, math.nan]),
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize("form", FORMS)
@given(rows=rows)
def test_what_is_written_is_read_back(form, rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("rows") / form
    extra = tuple({"annotator": i, "note": f"n{i}"} for i in range(len(rows)))
    write_comparisons(path, comparisons_of(rows), extra)
    table = read_comparisons(path)
    assert_equal(table.comparisons, comparisons_of(rows))
    assert table.extra == extra
    assert [p.name for p in path.parent.iterdir()] == [form]


@pytest.mark.parametrize("form", FORMS)
def test_others_find_the_winner_under_chosen(form, tmp_path):
    prompt = Prompt("p", "Why?", "")
    shown = [(prompt, "one", "two", c) for c in (1.0, 0.0, 0.5, math.nan)]
    write_comparisons(tmp_path / form, comparisons_of(shown))
    if form.endswith("parquet"):
        stored = pq.read_table(tmp_path / form).to_pylist()
    else:
        opened = gzip.open if form.endswith("gz") else open
        with opened(tmp_path / form, "rt") as lines:
            stored = [json.loads(line) for line in lines]
    kept = [(row["prompt"], row["chosen"], row["rejected"], row["choice"]) for row in stored]
    assert kept == [
        ("Why?", "one", "two", "first"),
        ("Why?", "two", "one", "second"),
        ("Why?", "one", "two", "tie"),
        ("Why?", "one", "two", "cant_tell"),
    ]


def test_equal_comparisons_give_equal_bytes(tmp_path):
    rows = comparisons_of([(Prompt("p", "Why?", ""), "one", "two", 1.0)])
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        write_comparisons(tmp_path / name, rows)
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


def one_row(path: Path, row: object):
    pairs = read_comparisons(written(path / "one.jsonl", row)).comparisons.pairs
    return pairs.prompts[0].text, pairs.first[0], pairs.second[0]


TURN = "\n\nHuman: Hi\n\nAssistant:"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"prompt": "Hi", "chosen": "a", "rejected": "b"}, ("Hi", "a", "b")),
        ({"chosen": f"{TURN} a", "rejected": f"{TURN} b"}, (TURN, " a", " b")),
        # one goes on after the other has ended
        (
            {"chosen": f"{TURN} a", "rejected": f"{TURN} a{TURN} b"},
            (TURN, " a", f" a{TURN} b"),
        ),
        ({"chosen": f"{TURN}{TURN} a", "rejected": f"{TURN}{TURN} b"}, (TURN * 2, " a", " b")),
        (CHAT, (TURN, " Hello!", " What?")),
        ({"prompt": "Hi", **CHAT}, (TURN, " Hello!", " What?")),
        (
            {
                "prompt": CHAT["chosen"][:1],
                "chosen": CHAT["chosen"][1:],
                "rejected": CHAT["rejected"][1:],
            },
            (TURN, " Hello!", " What?"),
        ),
        (
            {"prompt": "Hi", "chosen": CHAT["chosen"][1:], "rejected": CHAT["rejected"][1:]},
            (TURN, " Hello!", " What?"),
        ),
        (
            {
                "prompt": [{"role": "system", "content": "Be brief."}, *CHAT["chosen"][:1]],
                "chosen": "a",
                "rejected": "b",
            },
            (f"\n\nSystem: Be brief.{TURN}", "a", "b"),
        ),
    ],
)
def test_strings_chats_and_transcripts_are_understood(row, expected, tmp_path):
    assert one_row(tmp_path, row) == expected


def test_chats_in_parquet(tmp_path):
    pq.write_table(pa.Table.from_pylist([{**CHAT, "score": 3}]), tmp_path / "chat.parquet")
    table = read_comparisons(tmp_path / "chat.parquet")
    assert table.comparisons.pairs.first == (" Hello!",)
    assert table.extra == ({"score": 3},)


def test_equal_prompts_are_one_prompt(tmp_path):
    rows = [{"prompt": p, "chosen": "a", "rejected": "b"} for p in ("x", "y", "x")]
    pairs = read_comparisons(written(tmp_path / "r.jsonl", *rows)).comparisons.pairs
    first, second, third = (prompt.id for prompt in pairs.prompts)
    assert first == third != second


GOOD = {"prompt": "Hi", "chosen": "a", "rejected": "b"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{not json", "not JSON"),
        ("[1, 2]", "found list"),
        ({"prompt": "Hi", "chosen": "a"}, "column 'rejected' is missing; found: prompt, chosen"),
        ({"chosen": "a", "rejected": "b"}, "column 'prompt' is missing"),
        ({**GOOD, "chosen": 3}, "is a string and the other is not"),
        ({"prompt": "Hi", "chosen": 3, "rejected": 4}, "column 'chosen' is neither"),
        ({**GOOD, "choice": "left"}, "choice='left' is unknown"),
        ({**CHAT, "chosen": [{"role": "robot", "content": "x"}]}, "a content and a role"),
        ({**CHAT, "chosen": CHAT["chosen"][1:]}, "there is no prompt"),
    ],
)
def test_a_malformed_line_is_named_on_one_line(bad, reason, tmp_path):
    path = written(tmp_path / "bad.jsonl", GOOD, "", bad)
    with pytest.raises(DataError) as caught:
        read_comparisons(path)
    message = str(caught.value)
    assert message.startswith(f"{path}, line 3: ")
    assert reason in message
    assert "\n" not in message


def test_files_that_are_not_what_they_say(tmp_path):
    (tmp_path / "broken.jsonl.gz").write_bytes(gzip.compress(b'{"a": 1}\n' * 9000)[:-20])
    (tmp_path / "plain.jsonl.gz").write_text("{}")
    (tmp_path / "latin.jsonl").write_bytes(b'{"chosen": "\xe9"}\n')
    (tmp_path / "text.parquet").write_text("hello")
    written(tmp_path / "empty.jsonl")
    written(tmp_path / "table.csv", "prompt,chosen,rejected")
    for name, reason in {
        "broken.jsonl.gz": "line 1: column 'chosen' is missing",
        "plain.jsonl.gz": "unreadable after line 0",
        "latin.jsonl": "line 1: not UTF-8",
        "text.parquet": "unreadable as Parquet",
        "empty.jsonl": "there are no comparisons",
        "table.csv": "cannot tell the form",
        "absent.jsonl": "no such file",
    }.items():
        with pytest.raises(DataError, match=reason):
            read_comparisons(tmp_path / name)


def test_a_truncated_archive_is_refused_where_it_ends(tmp_path):
    lines = (json.dumps({**GOOD, "chosen": f"{i:x}" * 9}) + "\n" for i in range(3000))
    whole = gzip.compress("".join(lines).encode())
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"unreadable after line [1-9]"):
        read_comparisons(tmp_path / "cut.jsonl.gz")


def test_a_malformed_parquet_row_is_named(tmp_path):
    pq.write_table(pa.Table.from_pylist([GOOD, {**GOOD, "chosen": None}]), tmp_path / "n.parquet")
    with pytest.raises(DataError, match="row 2: column 'chosen' is missing"):
        read_comparisons(tmp_path / "n.parquet")


def test_a_hub_name_that_cannot_be_reached_is_one_clear_line(monkeypatch):
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    hub = pytest.importorskip("huggingface_hub")
    monkeypatch.setattr(hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(DataError, match="as a hub name") as caught:
        read_comparisons("nobody/no-such-preferences")
    assert "\n" not in str(caught.value)


def test_a_missing_file_in_a_folder_is_not_taken_for_a_hub_name():
    with pytest.raises(DataError, match="no such file; give"):
        read_comparisons("folder/missing.jsonl")


def test_what_cannot_be_written_is_refused(tmp_path):
    rows = comparisons_of([(Prompt("p", "Why?", ""), "one", "two", 1.0)])
    with pytest.raises(DataError, match="end the name in"):
        write_comparisons(tmp_path / "rows.csv", rows)
    with pytest.raises(ValueError, match="2 extra rows for 1"):
        write_comparisons(tmp_path / "rows.jsonl", rows, [{}, {}])
    with pytest.raises(ValueError, match="'chosen' is a name of our own"):
        write_comparisons(tmp_path / "rows.jsonl", rows, [{"chosen": "x"}])
    odd = comparisons_of([(Prompt("p", "Why?", ""), "one", "two", 0.7)])
    with pytest.raises(ValueError, match="is not an answer"):
        write_comparisons(tmp_path / "rows.jsonl", odd)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not HARMLESS.exists(), reason="needs the shared data folder")
def test_real_human_comparisons_round_trip(tmp_path):
    table = read_comparisons(HARMLESS)
    pairs = table.comparisons.pairs
    assert len(pairs) == 2312
    with gzip.open(HARMLESS, "rt") as lines:
        for prompt, first, second, line in zip(
            pairs.prompts, pairs.first, pairs.second, lines, strict=True
        ):
            row = json.loads(line)
            assert prompt.text.endswith("\n\nAssistant:")
            assert prompt.text + first == row["chosen"]
            assert prompt.text + second == row["rejected"]
            # no later turn of the assistant is shared: it would belong to the prompt
            turn = first.find("\n\nAssistant:")
            assert turn < 0 or not second.startswith(first[: turn + len("\n\nAssistant:")])
    write_comparisons(tmp_path / "again.parquet", table.comparisons)
    assert_equal(read_comparisons(tmp_path / "again.parquet").comparisons, table.comparisons)
