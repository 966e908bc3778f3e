"""The unit of every score: the base's within-prompt sd, whatever prompts differ by."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import NotFinite
from looksgood.core.seeds import Seed
from looksgood.measures.scale import Scale

POOL = torch.randn(8 * 5, generator=Seed(("scores",)).torch()) * 3 + 7


def test_the_base_has_mean_0_and_within_prompt_sd_1():
    scaled = Scale.of(POOL, 5).apply(POOL).reshape(8, 5)
    assert float(scaled.mean()) == pytest.approx(0, abs=1e-9)
    assert float(scaled.var(1).mean()) == pytest.approx(1)


@given(st.floats(-50, 50), st.floats(0.01, 20))
def test_units_do_not_matter(shift, stretch):
    moved = POOL.double() * stretch + shift
    torch.testing.assert_close(Scale.of(moved, 5).apply(moved), Scale.of(POOL, 5).apply(POOL))


def test_what_prompts_differ_by_is_no_part_of_the_unit():
    easier = torch.arange(8.0).repeat_interleave(5) * 100
    assert Scale.of(POOL + easier, 5).sd == pytest.approx(Scale.of(POOL, 5).sd, rel=1e-5)


@given(st.floats(-1e6, 1e6), st.integers(2, 9))
def test_where_no_response_differs_the_unit_is_one_point(score, k):
    scale = Scale.of(torch.full((3 * k,), score, dtype=torch.float64), k)
    assert scale.sd == 1
    assert float(scale.apply(torch.tensor([score + 2.0], dtype=torch.float64))) == pytest.approx(2)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_score_that_is_not_finite_is_refused(bad):
    scores = POOL.clone()
    scores[3] = bad
    with pytest.raises(NotFinite, match="NaN or infinite"):
        Scale.of(scores, 5)
