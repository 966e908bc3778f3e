"""Any table becomes records: the columns that were said, and what could not be used is told."""

import csv
import gzip
import io
import json
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from looksgood.audits.formats import lines
from looksgood.audits.formats.cells import exact_steps, numbers, steps, texts
from looksgood.audits.formats.reader import Reader
from looksgood.audits.formats.source import source_of
from looksgood.audits.formats.synonyms import SYNONYMS
from looksgood.audits.formats.table import Table
from looksgood.audits.notes import Notes
from looksgood.audits.record import BASELINE, COLUMNS, record_schema
from looksgood.core.errors import ConfigError, DataError

ROWS = [
    {
        "arm": "a",
        "round": 0,
        "task": "t1",
        "said": 'two\nlines, "quoted"',
        "judge": 1.5,
        "ok": True,
    },
    {"arm": "b", "round": 3, "task": "t2", "said": "wörd", "judge": -2.0, "ok": False},
]
SAID = {
    "run": "arm",
    "step": "round",
    "prompt": "task",
    "completion": "said",
    "proxy": "judge",
    "gold": "ok",
}


def as_csv(rows, delimiter=","):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_parquet(rows):
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


FILES = {
    "a.csv": as_csv(ROWS),
    "a.tsv": as_csv(ROWS, "\t"),
    "a.jsonl": "\n".join(map(json.dumps, ROWS)).encode(),
    "a.json": json.dumps(ROWS, indent=1).encode(),
    "a.parquet": as_parquet(ROWS),
}


def read(path, content=None, said=None):
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    notes = Notes()
    table = pa.concat_tables(Table(said).batches(path, notes))
    assert table.schema == record_schema()
    return table, notes.lines


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_all_kinds_of_file_say_the_same(tmp_path, name, zipped):
    content = gzip.compress(FILES[name]) if zipped else FILES[name]
    path = tmp_path / (name + ".gz" * zipped)
    path.write_bytes(content)
    assert Table(SAID).recognises(path)
    table, notes = read(path, said=SAID)
    assert table.select(list(SAID)).to_pylist() == [
        {**{name: row[source] for name, source in SAID.items()}, "gold": float(row["ok"])}
        for row in ROWS
    ]
    assert table["kl"].null_count == 2
    assert notes == []
    assert isinstance(Table(), Reader)


def test_a_nested_column_has_a_dotted_name_and_a_name_with_dots_comes_first(tmp_path):
    nested = [{"m": {"a": {"b": 1.0}}, "x.y": 2.0}]
    for name, content in (("n.json", json.dumps(nested)), ("n.parquet", as_parquet(nested))):
        table, _ = read(tmp_path / name, content, {"proxy": "m.a.b", "gold": "x.y"})
        assert table.select(["proxy", "gold"]).to_pylist() == [{"proxy": 1.0, "gold": 2.0}]


def test_evident_names_are_taken_and_told_and_an_empty_word_refuses_one(tmp_path):
    row = {"Input": "p", "response": "r", "reward": 1, "global_step": 4, "note": "x"}
    table, notes = read(tmp_path / "x.jsonl", json.dumps(row))
    got = table.to_pylist()[0]
    assert [got[name] for name in ("prompt", "completion", "proxy", "step")] == ["p", "r", 1, 4]
    assert "prompt is read from the column 'Input' (no --map said so)." in notes
    assert notes[-1] == "Columns that are not used: 'note'."
    table, _ = read(tmp_path / "x.jsonl", said={"step": "", "gold": "reward"})
    assert table["step"].null_count == table["proxy"].null_count == 1
    assert table["gold"].to_pylist() == [1]
    assert SYNONYMS.keys() == COLUMNS.keys()


def test_sums_of_scores_and_names_side_by_side(tmp_path):
    said = {"proxy": "0.5*f+acc", "run": "arm+seed"}
    content = "arm,seed,f,acc\nx,0,1,1\nx,1,,1\nx,1,,\n"
    table, _ = read(tmp_path / "x.csv", content, said)
    assert table["proxy"].to_pylist() == [1.5, 1.0, None]
    assert table["run"].to_pylist() == ["x 0", "x 1", "x 1"]


def test_a_column_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    for said in ({"gold": "truth"}, {"gold": "ok+truth"}):
        with pytest.raises(DataError, match=r"'truth'.*There are: arm, round, task") as refused:
            read(tmp_path / "a.csv", FILES["a.csv"], said)
        assert "\n" not in str(refused.value)
    with pytest.raises(ConfigError, match="'goldd' is no column of a table of responses"):
        Table({"goldd": "ok"})


def test_cells_that_are_no_numbers_are_missing_and_counted(tmp_path):
    content = "score,step\n1,0\nhigh,1\nTRUE,2\n no ,x\n,3\nNaN,4\n1e2,5\n-inf,6\n0x10,7\n"
    table, notes = read(tmp_path / "x.csv", content)
    expected = [1, None, 1, 0, None, None, 100, float("-inf"), None]
    assert table["proxy"].to_pylist() == expected
    assert table["step"].to_pylist() == [0, 1, 2, None, 3, 4, 5, 6, 7]
    assert "proxy: 2 of 9 cells of 'score' are no numbers ('high'): taken as missing." in notes
    assert "step: 1 of 9 cells of 'step' are no numbers ('x'): taken as missing." in notes


def test_values_of_every_kind_become_numbers_or_are_lost():
    assert numbers([1, 2.5, None]).found.to_pylist() == [1, 2.5, None]
    assert numbers([True, None, False]).found.to_pylist() == [1, None, 0]
    mixed = numbers([1, "2", True, None, [1], {"a": 1}, 10**400, ""])
    assert mixed.found.to_pylist()[:4] == [1, 2, 1, None]
    assert mixed.lost == 2
    assert numbers(pa.array([[1.0], None])).lost == 1
    assert numbers(pa.array(["1", "2"]).dictionary_encode()).found.to_pylist() == [1, 2]
    assert numbers(pa.array([b"1", b"\xff"])).lost == 1
    assert numbers([None, None]).found.to_pylist() == [None, None]


def test_steps_may_be_named():
    found, lost, _ = steps(
        ["baseline", "Base model", "checkpoint-500", "global_step_7", "3", "end"]
    )
    assert found.to_pylist() == [BASELINE, BASELINE, 500, 7, 3, None]
    assert lost == 1
    found, lost, such = exact_steps([0.0, 1.5, float("nan"), float("inf"), 1e300, None])
    assert found.to_pylist() == [0, 1.5, None, None, None, None]
    assert (lost, such) == (3, "nan")
    assert exact_steps(["base", "7"], 1000).found.to_pylist() == [BASELINE, 7000]


def test_texts_of_every_kind():
    chat = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yo"}]
    assert texts([chat, "a", None, 7, 7.0]).to_pylist() == [
        "user: hi\nassistant: yo",
        "a",
        None,
        "7",
        "7",
    ]
    assert texts(pa.array([chat[1:]]), answer=True).to_pylist() == ["yo"]
    assert texts(pa.array([7.0, None])).to_pylist() == ["7", None]
    assert texts(pa.array([b"a\xff"], pa.large_binary())).to_pylist() == ["a�"]
    assert texts(["\ud800x"]).to_pylist() == ["?x"]


def test_a_whole_chat_is_split_into_prompt_and_completion(tmp_path):
    chat = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yo"}]
    for name, content in (
        ("x.json", json.dumps([{"c": chat}])),
        ("x.parquet", as_parquet([{"c": chat}])),
    ):
        table, _ = read(tmp_path / name, content, {"completion": "c"})
        got = table.to_pylist()[0]
        assert (got["prompt"], got["completion"]) == ("user: hi", "yo")


def test_a_folder_is_read_in_order_and_schemas_may_differ(tmp_path):
    (tmp_path / "10.jsonl").write_text('{"step": 10, "reward": 1, "gold": "yes"}')
    (tmp_path / "9.csv").write_text("step,reward\n9,2\n")
    (tmp_path / "8.parquet").write_bytes(as_parquet([{"step": 8, "reward": "3"}])[:-9])
    (tmp_path / "7.json").write_text("")
    (tmp_path / "README.md").write_text("not a table, read by no one")
    table, notes = read(tmp_path)
    assert table["step"].to_pylist() == [9, 10]
    assert table["proxy"].to_pylist() == [2, 1]
    assert table["gold"].to_pylist() == [None, 1]
    left_out = [line for line in notes if line.startswith("Left out")]
    assert [name in line for name, line in zip(("7.json", "8.parquet"), left_out, strict=True)]


def test_damaged_files_are_refused_in_one_line(tmp_path):
    whole = as_parquet(ROWS)
    for name, content in (
        ("cut.parquet", whole[:-20]),
        ("empty.parquet", b""),
        ("empty.csv", b""),
        ("blank.csv", b"\n\n"),
        ("junk.csv.gz", gzip.compress(os.urandom(5000))[:100]),
        ("junk.parquet", os.urandom(5000)),
        ("junk.jsonl", os.urandom(5000)),
    ):
        with pytest.raises(DataError) as refused:
            read(tmp_path / name, content)
        assert name in str(refused.value)
        assert "\n" not in str(refused.value)


def test_a_parquet_file_is_read_but_for_its_damage(tmp_path):
    sink = io.BytesIO()
    rows = pa.table({"reward": [float(i) for i in range(30_000)]})
    pq.write_table(rows, sink, row_group_size=10_000, compression="zstd", use_dictionary=False)
    content = bytearray(sink.getvalue())
    middle = pq.ParquetFile(sink).metadata.row_group(1).column(0).data_page_offset
    content[middle : middle + 3000] = b"\xff" * 3000
    table, notes = read(tmp_path / "x.parquet", bytes(content))
    found = table["proxy"].to_pylist()
    assert found == [float(i) for i in (*range(10_000), *range(20_000, 30_000))]
    assert any(line.startswith("10000 rows cannot be read, left out") for line in notes)


def test_of_two_columns_of_one_name_the_first_is_read(tmp_path):
    columns = [pa.array([float(i)]) for i in range(3)]
    pq.write_table(pa.table(columns, ["reward", "x", "reward"]), tmp_path / "x.parquet")
    assert read(tmp_path / "x.parquet")[0]["proxy"].to_pylist() == [0]
    assert read(tmp_path / "x.csv", "reward,x,reward\n0,1,2\n")[0]["proxy"].to_pylist() == [0]


def test_rows_of_a_csv_that_are_short_or_huge_cost_only_themselves(tmp_path, monkeypatch):
    content = f'response,score\n"{"x" * (1 << 20)}",1\na\n\nb,2,3\n"c\nd",4\n"never closed,5\n'
    table, notes = read(tmp_path / "x.csv", content)
    assert table["proxy"].to_pylist() == [1, 4]
    assert table["completion"].to_pylist()[1] == "c\nd"
    assert "x.csv: rows that have not 2 cells, left out: 3 (the first: line 3)." in notes
    monkeypatch.setattr(lines, "LONGEST", 1 << 10)
    assert len(read(tmp_path / "x.csv")[0]) == 1


def test_bytes_that_are_not_utf8_are_told(tmp_path):
    table, notes = read(tmp_path / "x.csv", b"\xef\xbb\xbfscore,response\n1,a\xffb\n")
    assert table["proxy"].to_pylist() == [1]
    assert table["completion"].to_pylist() == ["a�b"]
    assert any("not UTF-8" in line for line in notes)


def test_what_is_no_table_is_recognised_by_none(tmp_path):
    for name, content in (("x.bin", b"\x00\x01,\n"), ("x.txt", b"some words\n"), ("x", b"")):
        (tmp_path / name).write_bytes(content)
        assert source_of(tmp_path / name, Notes()) is None
        assert not Table().recognises(tmp_path / name)
