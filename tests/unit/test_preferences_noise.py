"""Noise that is as often wrong as what it mimics, and wrong about nothing in particular."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.seeds import Seed
from looksgood.preferences.noise import equally_wrong

SEED = Seed(("noise",))
answers = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30).map(
    lambda rows: torch.tensor(rows).float().unbind(-1)
)


@given(answers)
def test_as_many_are_wrong(rows):
    truth, labels = rows
    noise = equally_wrong(truth, labels, SEED)
    assert (noise != truth).sum() == (labels != truth).sum()
    assert set(noise.tolist()) <= {0.0, 1.0}


def test_which_are_wrong_is_chance():
    truth = torch.tensor([1.0, 0.0]).repeat(500)
    labels = truth.clone()
    labels[:100] = 1 - labels[:100]  # the first ones only
    noise = equally_wrong(truth, labels, SEED)
    assert 2 <= int((noise != truth)[:100].sum()) <= 20
    assert not torch.equal(equally_wrong(truth, labels, SEED.child("other")), noise)
    assert torch.equal(equally_wrong(truth, truth, SEED), truth)
