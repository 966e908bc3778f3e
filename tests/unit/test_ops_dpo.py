import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.ops.bradley_terry import bradley_terry_loss
from looksgood.ops.dpo import dpo_loss

ratio = st.floats(-30, 30, width=32)
rows = st.lists(
    st.tuples(ratio, ratio, st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=8
).map(lambda r: torch.tensor(r).double().unbind(-1))
betas = st.floats(0.01, 2.0)


@given(rows, betas)
def test_it_is_bradley_terry_of_the_rewards_whose_optimum_the_policy_is(row, beta):
    first, second, choice = row
    expected = bradley_terry_loss(beta * first, beta * second, choice)
    torch.testing.assert_close(dpo_loss(first, second, choice, beta), expected)


def test_at_the_base_it_is_log_two_whatever_was_chosen():
    zeros = torch.zeros(3)
    loss = dpo_loss(zeros, zeros, torch.tensor([1.0, 0.0, 0.5]), 0.3)
    torch.testing.assert_close(loss, torch.tensor(math.log(2)))


def test_one_pair_by_hand():
    """β = ½, a margin of 2 log 3 nats: the odds are 3 to 1."""
    first, second = torch.tensor([math.log(9.0)]), torch.tensor([0.0])
    for choice, p in ((1.0, 3 / 4), (0.0, 1 / 4)):
        loss = dpo_loss(first, second, torch.tensor([choice]), 0.5)
        torch.testing.assert_close(loss, torch.tensor(-math.log(p)))
    tie = dpo_loss(first, second, torch.tensor([0.5]), 0.5)
    torch.testing.assert_close(tie, torch.tensor(-math.log(3 / 16) / 2))


def test_its_gradient_is_that_of_the_paper():
    """−β σ(−m) for the chosen and the opposite for the other (eq. 7's gradient, §4)."""
    first = torch.tensor([0.7], requires_grad=True)
    second = torch.tensor([-0.4], requires_grad=True)
    grads = torch.autograd.grad(dpo_loss(first, second, torch.ones(1), 0.3), (first, second))
    size = 0.3 / (1 + math.exp(0.3 * 1.1))
    torch.testing.assert_close(torch.cat(grads), torch.tensor([-size, size]))


def test_its_minimum_over_a_table_is_the_kl_optimal_policy():
    """Answers as an exact Bradley-Terry rater gives them: π ∝ π₀ e^{r/β} (§4)."""
    reward, beta = torch.tensor([1.0, -0.5, 0.2]).double(), 0.4
    base = torch.tensor([0.2, 0.5, 0.3]).double().log()
    table = base.clone().requires_grad_()
    pairs = torch.tensor([(i, j) for i in range(3) for j in range(3) if i != j])
    choice = (reward[pairs[:, 0]] - reward[pairs[:, 1]]).sigmoid()
    fit = torch.optim.LBFGS([table], max_iter=200, tolerance_grad=1e-12, tolerance_change=0)

    def loss():
        fit.zero_grad()
        ratios = table.log_softmax(0) - base
        found = dpo_loss(ratios[pairs[:, 0]], ratios[pairs[:, 1]], choice, beta)
        found.backward()
        return found

    fit.step(loss)
    torch.testing.assert_close(
        table.detach().softmax(0), (base + reward / beta).softmax(0), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("beta", [0.0, -1.0, math.nan])
def test_without_a_penalty_nothing_is_told_apart(beta):
    with pytest.raises(ValueError, match="beta"):
        dpo_loss(torch.zeros(1), torch.zeros(1), torch.ones(1), beta)


def test_no_pairs_are_refused():
    with pytest.raises(ValueError, match="no pairs"):
        dpo_loss(torch.zeros(0), torch.zeros(0), torch.zeros(0), 0.1)
