"""Draws follow the softmax, and say how likely they were."""

import pytest
import torch
from scipy import stats

from looksgood.core.errors import NotFinite
from looksgood.core.seeds import Seed
from looksgood.models.draw import draw

SEED = Seed(("test", "draw"))


def test_tokens_are_drawn_as_often_as_the_softmax_says():
    logits = torch.tensor([0.0, 1.0, -2.0, 3.0, -float("inf"), 0.5])
    drawn, _ = draw(logits.expand(20_000, -1), SEED.torch())
    found = torch.bincount(drawn, minlength=6)
    assert found[4] == 0
    likely = [0, 1, 2, 3, 5]
    expected = logits.double().softmax(-1)[likely] * len(drawn)
    assert stats.chisquare(found[likely].numpy(), expected.numpy()).pvalue > 0.001


def test_each_draw_comes_with_its_log_probability():
    logits = torch.randn(50, 30, generator=SEED.torch()) * 4
    drawn, logp = draw(logits, SEED.torch())
    expected = logits.log_softmax(-1).gather(1, drawn[:, None])[:, 0]
    torch.testing.assert_close(logp, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("certain", [0, 3, 6])
def test_a_token_of_probability_one_is_always_drawn(certain):
    logits = torch.full((500, 7), -float("inf"))
    logits[:, certain] = 2.0
    drawn, logp = draw(logits, SEED.torch())
    assert drawn.tolist() == [certain] * 500
    assert logp.tolist() == [0.0] * 500


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_bad_logit_is_refused(bad):
    logits = torch.zeros(3, 5)
    logits[1, 2] = bad
    with pytest.raises(NotFinite, match="nothing can be sampled"):
        draw(logits, SEED.torch())
