"""Cells and what is counted over them, against plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.ops import cells as module
from looksgood.ops.cells import cells_of
from looksgood.ops.kept_rows import kept_rows
from looksgood.ops.numbered import numbered

pairs = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), max_size=30)


@pytest.mark.parametrize("room", [0, 1000])
@given(pairs)
def test_cells_are_the_pairs_that_occur_in_order_however_they_are_found(room, drawn):
    prompt = np.array([pair[0] for pair in drawn], np.int32)
    checkpoint = np.array([pair[1] for pair in drawn], np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "ROOM", room)
        found = cells_of(prompt, checkpoint, 3)
    names = sorted(set(drawn))
    assert list(zip(found.prompt.tolist(), found.checkpoint.tolist(), strict=True)) == names
    assert [names[cell] for cell in found.of_row.tolist()] == drawn
    assert found.rows().tolist() == [drawn.count(name) for name in names]
    values = np.arange(len(drawn), dtype=float)
    sums = [sum(v for v, pair in zip(values, drawn, strict=True) if pair == one) for one in names]
    assert found.sums(values).tolist() == sums


def test_prompts_of_one_row_each_are_not_tabled():
    """A table of 12 bytes a row would be larger than what it is to save."""
    prompt = np.arange(1000, dtype=np.int32)
    found = cells_of(prompt, prompt % 12, 12)
    assert found.of_row.tolist() == found.prompt.tolist() == prompt.tolist()


def test_nothing_has_no_numbers():
    number, names = numbered(np.zeros(0, np.int64))
    assert (len(number), len(names)) == (0, 0)


def test_all_rows_are_not_copied_and_some_are():
    one, other = np.arange(3), np.arange(3.0)
    assert kept_rows(np.ones(3, dtype=bool), one, other)[1] is other
    kept = kept_rows(np.array([True, False, True]), one, other)
    assert [column.tolist() for column in kept] == [[0, 2], [0.0, 2.0]]
