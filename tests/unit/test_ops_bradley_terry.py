import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.ops.bradley_terry import bradley_terry_loss

reward = st.floats(-30, 30, width=32)
rows = st.lists(
    st.tuples(reward, reward, st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=8
).map(lambda r: torch.tensor(r).double().unbind(-1))
lapses = st.floats(0.0, 0.9)


@given(rows, reward, lapses)
def test_only_differences_matter(row, shift, lapse):
    first, second, choice = row
    moved = bradley_terry_loss(first + shift, second + shift, choice, lapse)
    torch.testing.assert_close(moved, bradley_terry_loss(first, second, choice, lapse))


@given(rows, lapses)
def test_the_order_shown_does_not_matter(row, lapse):
    first, second, choice = row
    swapped = bradley_terry_loss(second, first, 1 - choice, lapse)
    torch.testing.assert_close(swapped, bradley_terry_loss(first, second, choice, lapse))


@given(rows, lapses)
def test_it_is_the_cross_entropy_of_the_stated_probability(row, lapse):
    first, second, choice = row
    p = (1 - lapse) * (first - second).sigmoid() + lapse / 2
    q = (1 - lapse) * (second - first).sigmoid() + lapse / 2
    expected = -(choice * p.log() + (1 - choice) * q.log()).mean()
    torch.testing.assert_close(bradley_terry_loss(first, second, choice, lapse), expected)


def test_equal_rewards_score_log_two():
    coin = bradley_terry_loss(torch.zeros(3), torch.zeros(3), torch.tensor([1.0, 0.5, 0.0]))
    torch.testing.assert_close(coin, torch.tensor(math.log(2)))


def test_a_hopeless_margin_stays_finite_with_its_gradient():
    first = torch.tensor([-500.0], requires_grad=True)
    loss = bradley_terry_loss(first, torch.zeros(1), torch.ones(1))
    loss.backward()
    assert loss.item() == 500
    assert first.grad.item() == -1


def test_believing_in_lapses_caps_what_one_answer_can_cost():
    loss = bradley_terry_loss(torch.tensor([-500.0]), torch.zeros(1), torch.ones(1), lapse=0.1)
    torch.testing.assert_close(loss, torch.tensor(-math.log(0.05)))


def test_cant_tell_is_not_silently_an_answer():
    assert bradley_terry_loss(torch.zeros(1), torch.zeros(1), torch.tensor([math.nan])).isnan()


def test_what_has_no_mean_or_teaches_nothing_is_refused():
    with pytest.raises(ValueError, match="no pairs"):
        bradley_terry_loss(torch.zeros(0), torch.zeros(0), torch.zeros(0))
    with pytest.raises(ValueError, match="lapse=1"):
        bradley_terry_loss(torch.zeros(1), torch.zeros(1), torch.zeros(1), lapse=1.0)
