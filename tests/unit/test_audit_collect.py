"""Batches of records become numbers for all rows and texts for a sample, and nothing is hidden."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from looksgood.audits.fingerprints import of_completions, of_prompts
from looksgood.audits.notes import Notes
from looksgood.audits.reading import collect as collecting
from looksgood.audits.reading.collect import collect
from looksgood.audits.reading.growing import Growing
from looksgood.audits.reading.text_sample import TextSample
from looksgood.audits.record import BASELINE, K1_FROM_LOGP
from looksgood.core.errors import DataError
from looksgood.ops.numbered import numbered


def rows(**columns):
    return pa.table({"prompt": ["p"] * len(next(iter(columns.values()))), **columns})


def read(*batches):
    notes = Notes()
    return collect(batches, notes), notes


def test_columns_come_through_over_batches():
    first = rows(
        run=["a", "b"], step=[0, 1], completion=["xé", None], proxy=[1, None], extra=[1, 2]
    )
    second = rows(run=["b"], step=[2], completion=["xé"], gold=[0.5])
    got, notes = read(first, second)
    assert got.runs == ("a", "b")
    assert got.run.tolist() == [0, 1, 1]
    assert got.step.tolist() == [0, 1, 2]
    assert got.length.tolist() == [2, 0, 2]
    assert got.digest[0] == got.digest[2] != got.digest[1] == 0
    np.testing.assert_array_equal(got.proxy, [1, np.nan, np.nan])
    np.testing.assert_array_equal(got.gold, [np.nan, np.nan, 0.5])
    assert not got.has("kl")
    assert got.texts.row.tolist() == [0, 2]
    assert list(got.texts.completions) == ["xé", "xé"]
    assert notes.lines == ["Columns that are not used: 'extra'."]


def test_prompts_are_equal_but_for_white_space():
    prompts = ["a  b", "\ta b\n", "a\u00a0b", "ab", "A b"]
    got, _ = read(pa.table({"prompt": prompts}))
    assert got.prompt[0] == got.prompt[1] == got.prompt[2]
    assert len(set(got.prompt.tolist())) == 3


def test_groups_stand_in_for_prompts_and_rows_with_neither_stand_alone():
    prompts, groups = ["7", "7", None, None, "", None], ["x", "y", "7", "7", None, None]
    got, notes = read(pa.table({"prompt": prompts, "group": groups}))
    places = got.prompt.tolist()
    assert places[0] == places[1]
    assert places[2] == places[3] != places[0]
    assert len(set(places)) == 4
    assert notes.lines[0].startswith("2 of 6 rows have neither prompt nor group")


def test_what_is_not_finite_is_missing_and_counted():
    got, notes = read(rows(step=[0] * 5, proxy=[np.nan, np.inf, -np.inf, None, 1.0]))
    np.testing.assert_array_equal(got.proxy, [np.nan] * 4 + [1.0])
    assert notes.lines == [
        "proxy: 3 of 5 values are NaN, infinite or beyond 1e+60: taken as missing."
    ]


def test_kl_is_computed_where_both_log_probabilities_are_there():
    logp = rows(logp=[-1.0, -2.0], logp_base=[-3.0, -2.5], kl=[9.0, 9.0])
    got, notes = read(logp)
    assert got.kl.tolist() == [2.0, 0.5]
    assert notes.kl_means == K1_FROM_LOGP
    half = rows(logp=[-1.0, None, -np.inf], logp_base=[-3.0, -2.5, -np.inf], kl=[9.0, 8.0, 7.0])
    got, notes = read(half)
    assert got.kl.tolist() == [2.0, 8.0, 7.0]
    assert notes.kl_means == ""
    assert "logp − logp_base in 1 rows" in notes.lines[0]


def test_rows_without_a_step_are_left_out_only_where_others_have_one():
    got, notes = read(rows(step=[None, 3, None], completion=["a", "b", "c"], proxy=[1.0, 2.0, 3.0]))
    assert got.step.tolist() == [3]
    assert got.proxy.tolist() == [2.0]
    assert list(got.texts.completions) == ["b"]
    assert notes.lines == ["2 of 3 rows lack a step and are left out."]
    got, notes = read(rows(proxy=[1.0, 2.0]))
    assert got.step.tolist() == [0, 0]
    assert "step 0" in notes.lines[0]


def test_a_named_baseline_is_step_0_where_0_is_free():
    got, notes = read(rows(run=["a", "a", "b", "b"], step=[BASELINE, 0, BASELINE, 4]))
    assert got.step.tolist() == [-1, 0, 0, 4]
    assert "baseline" in notes.lines[0]


def test_rows_said_twice_are_kept_and_counted():
    once = rows(step=[0, 0], completion=["a", "b"], proxy=[1.0, 2.0])
    got, notes = read(once, once, rows(step=[1], completion=["a"], proxy=[1.0]))
    assert len(got) == 5
    assert notes.lines[0].startswith("2 of 5 rows repeat an earlier one")


def test_nothing_and_a_column_that_names_no_runs_are_refused(monkeypatch):
    with pytest.raises(DataError, match="no row"):
        read()
    with pytest.raises(DataError, match="no row"):
        read(rows(proxy=pa.array([], pa.float64())))
    monkeypatch.setattr(collecting, "MOST_RUNS", 3)
    with pytest.raises(DataError, match="more than 3 different names"):
        read(rows(run=list("abcd")))


def test_broken_utf8_is_counted_hashed_and_shown():
    raw = pa.array([b"\xff\xfe", b"ok\x1b[31m"]).view(pa.string())
    got, _ = read(pa.table({"prompt": raw, "completion": raw}))
    assert list(got.texts.completions) == ["��", "ok\x1b[31m"]
    assert len(set(got.digest.tolist())) == 2
    assert got.length.tolist() == [2, 7]


@settings(max_examples=25)
@given(st.lists(st.text(max_size=5) | st.none(), min_size=1), st.integers(0, 3))
def test_fingerprints_tell_texts_apart_wherever_the_array_starts(texts, skip):
    try:
        array = pa.array(texts, pa.string()).slice(skip)
    except UnicodeEncodeError:
        return
    cut = texts[skip:]
    found = of_completions(array).tolist()
    numbers = dict(zip(cut, found, strict=True))
    assert [numbers[text] for text in cut] == found
    assert len(set(numbers.values())) == len(numbers)
    normal = {" ".join((text or "").split()) for text in cut}
    assert len(set(of_prompts(array).tolist())) == len(normal)


def test_the_sample_is_uniform_bounded_and_the_same_however_rows_are_batched():
    completions = pa.array([f"text {i}" for i in range(20_000)])
    prompts = pa.nulls(len(completions), pa.string())
    samples = []
    for size in (20_000, 700):
        sample = TextSample(most=1000)
        for first in range(0, len(completions), size):
            sample.add(first, prompts.slice(first, size), completions.slice(first, size))
        samples.append(sample.texts())
    assert samples[0].row.tolist() == samples[1].row.tolist()
    row = samples[0].row
    assert len(row) == 1000
    assert [f"text {i}" for i in row] == list(samples[0].completions)
    counts = np.histogram(row, bins=20, range=(0, 20_000))[0]
    assert ((counts - 50) ** 2 / 50).sum() < 43.8  # χ² of 19 degrees, at 0.1 %
    short = TextSample(most_characters=5000)
    short.add(0, prompts, completions)
    kept = short.texts()
    assert 4900 < sum(map(len, kept.completions)) <= 5000


@pytest.mark.parametrize("size", [20_000, 700])
def test_texts_with_a_label_are_kept_where_they_are_few_and_the_others_are_as_before(size):
    completions = pa.array([f"text {i}" for i in range(20_000)])
    prompts = pa.nulls(len(completions), pa.string())

    def rows_kept(labelled):
        sample = TextSample(most=1000)
        for first in range(0, len(completions), size):
            some = slice(first, first + size)
            sample.add(
                first,
                prompts.slice(first, size),
                completions.slice(first, size),
                None if labelled is None else labelled[some],
            )
        kept = sample.texts()
        assert [f"text {i}" for i in kept.row] == list(kept.completions)
        return set(kept.row.tolist())

    plain, few = rows_kept(None), np.zeros(20_000, dtype=bool)
    few[17_000:17_500] = True
    kept, labelled = rows_kept(few), set(range(17_000, 17_500))
    assert len(kept) == 1000
    assert labelled <= kept
    assert kept - labelled <= plain
    assert len(plain & labelled) < 100
    few[17_500] = True
    assert rows_kept(few) == plain


@settings(max_examples=25)
@given(st.lists(st.lists(st.integers(-3, 3), max_size=5), max_size=6))
def test_a_growing_column_is_its_chunks_joined_and_numbers_tell_equal_from_unequal(chunks):
    column = Growing()
    for chunk in chunks:
        column.add(np.array(chunk, np.int64))
    joined = [value for chunk in chunks for value in chunk]
    assert column.whole().tolist() == joined
    if joined:
        keys, numbers = np.unique(joined, return_inverse=True)
        found = numbered(column.whole())
        assert (found[0].tolist(), found[1].tolist()) == (numbers.tolist(), keys.tolist())
