import math

import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.seeds import Seed
from looksgood.ops.gae import gae

MASK = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]]).bool()
rates = st.floats(0.0, 1.0)


def any_rewards_and_values(number):
    return torch.randn(2, *MASK.shape, generator=Seed(("gae", number)).torch()).double()


@given(st.integers(0, 99), rates, rates)
def test_it_is_the_discounted_sum_of_surprises(number, gamma, lam):
    rewards, values = any_rewards_and_values(number)
    advantages, returns = gae(rewards, values, MASK, gamma, lam)
    for row, length in enumerate(MASK.sum(1).tolist()):
        after = [*values[row, 1:length].tolist(), 0.0]
        surprise = [
            float(rewards[row, t]) + gamma * after[t] - float(values[row, t]) for t in range(length)
        ]
        for t in range(length):
            expected = sum((gamma * lam) ** (s - t) * surprise[s] for s in range(t, length))
            assert math.isclose(advantages[row, t], expected, abs_tol=1e-9)
    torch.testing.assert_close(returns[MASK], (advantages + values)[MASK])


@given(st.integers(0, 99), rates)
def test_with_lambda_one_returns_are_rewards_to_go_whatever_the_values(number, gamma):
    rewards, values = any_rewards_and_values(number)
    _, returns = gae(rewards, values, MASK, gamma, 1.0)
    _, without = gae(rewards, torch.zeros_like(values), MASK, gamma, 1.0)
    torch.testing.assert_close(returns, without)


def test_by_hand():
    rewards = torch.tensor([[0.0, 0.0, 1.0]])
    values = torch.tensor([[0.5, 0.5, 0.5]])
    advantages, returns = gae(rewards, values, torch.ones(1, 3).bool(), 1.0, 0.5)
    torch.testing.assert_close(advantages, torch.tensor([[0.125, 0.25, 0.5]]))
    torch.testing.assert_close(returns, torch.tensor([[0.625, 0.75, 1.0]]))


def test_padding_may_hold_anything_and_gets_nothing():
    rewards, values = any_rewards_and_values(0)
    clean = gae(rewards, values, MASK)
    dirty = gae(rewards.masked_fill(~MASK, math.nan), values.masked_fill(~MASK, math.inf), MASK)
    for one, other in zip(clean, dirty, strict=True):
        assert torch.equal(one, other)
        assert not one[~MASK].any()
