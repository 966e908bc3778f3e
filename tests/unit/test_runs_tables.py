import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import DataError
from looksgood.runs.tables import COLUMNS, as_table, merge_tables, read_table, write_table

POINT = {"study": "kl-sweep", "arm": "ordinary", "seed": 0, "step": 5}


def test_the_columns_of_points_are_those_of_the_design():
    assert list(COLUMNS["points"]) == [
        *("study", "arm", "seed", "optimizer", "beta", "step", "n", "kl", "kl_se"),
        *("proxy", "rater", "gold", "proxy_se", "rater_se", "gold_se", "samples"),
    ]
    assert list(COLUMNS["samples"])[:12] == [
        *("study", "arm", "seed", "step", "prompt_id", "prompt", "response"),
        *("logp_policy", "logp_base", "proxy", "rater", "gold"),
    ]


@pytest.mark.parametrize("kind", list(COLUMNS))
def test_unknown_is_null_never_zero(tmp_path, kind):
    write_table(tmp_path / "t.parquet", kind, [POINT, {**POINT, "gold": math.nan, "proxy": 0.0}])
    first, second = read_table(tmp_path / "t.parquet", kind).to_pylist()
    assert {name for name, value in first.items() if value is not None} == set(POINT)
    assert second["gold"] is None
    assert second["proxy"] == 0.0


@pytest.mark.parametrize("kind", list(COLUMNS))
def test_an_empty_table_has_its_types(tmp_path, kind):
    write_table(tmp_path / "t.parquet", kind, [])
    table = pq.read_table(tmp_path / "t.parquet")
    assert table.num_rows == 0
    assert table.schema.field("seed").type == pa.int64()
    assert table.schema.field("gold").type == pa.float64()
    assert table.schema.field("arm").type == pa.string()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=5))
def test_numbers_come_back_bit_for_bit(values):
    table = as_table("points", [{**POINT, "channel.x": np.float64(v)} for v in values])
    assert [row["channel.x"] for row in table.to_pylist()] == values


def test_a_column_that_the_table_does_not_have_is_refused():
    with pytest.raises(ValueError, match="'flattery'"):
        as_table("points", [{**POINT, "flattery": 1.0}])


def test_half_an_emoji_in_somebodys_file_stops_nobody():
    (row,) = as_table("samples", [{**POINT, "response": "so \ud83d nice"}]).to_pylist()
    assert row["response"] == "so ? nice"


def test_merging_unites_channels_and_keeps_the_order(tmp_path):
    write_table(tmp_path / "a", "points", [{**POINT, "channel.z": 1.0}])
    write_table(tmp_path / "b", "points", [{**POINT, "seed": 1, "channel.a": 2.0}])
    write_table(tmp_path / "c", "points", [])
    merged = merge_tables("points", [tmp_path / name for name in "abc"])
    assert merged.column_names == [*COLUMNS["points"], "channel.a", "channel.z"]
    rows = merged.to_pylist()
    assert [(r["seed"], r["channel.a"], r["channel.z"]) for r in rows] == [
        (0, None, 1.0),
        (1, 2.0, None),
    ]


def test_merging_nothing_gives_an_empty_table():
    assert merge_tables("samples", []).num_rows == 0


def test_what_a_foreign_table_lacks_is_null(tmp_path):
    pq.write_table(pa.Table.from_pylist([{**POINT, "kl": 2.0}]), tmp_path / "t")
    (row,) = read_table(tmp_path / "t", "points").to_pylist()
    assert (row["kl"], row["gold"]) == (2.0, None)


def test_bad_files_are_named(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        read_table(tmp_path / "none.parquet", "points")
    (tmp_path / "text.parquet").write_text("words")
    with pytest.raises(DataError, match="not a Parquet table"):
        read_table(tmp_path / "text.parquet", "points")
    pq.write_table(pa.table({"x": [1]}), tmp_path / "other.parquet")
    with pytest.raises(DataError, match="lacks the column 'study'"):
        read_table(tmp_path / "other.parquet", "points")
