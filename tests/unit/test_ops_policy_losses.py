"""Policy losses, held against gradients that can be computed by enumeration."""

import itertools

import pytest
import torch

from looksgood.core.seeds import Seed
from looksgood.ops.masked_mean import masked_mean
from looksgood.ops.ppo_clip import clipped_policy_loss, clipped_value_loss
from looksgood.ops.reinforce import sequence_policy_loss
from looksgood.ops.rloo import rloo_advantages

MASK = torch.tensor([[1, 1, 1], [1, 0, 0]]).bool()


def normal(*shape, name="x"):
    return torch.randn(*shape, generator=Seed((name,)).torch(), dtype=torch.float64)


@pytest.mark.parametrize("k", [2, 3])
def test_rloo_descends_exactly_the_mean_reward(k):
    """Over all ways to draw k of 4 actions, the gradient averages to that of −E[reward]."""
    reward = torch.tensor([1.0, -2.0, 0.5, 3.0]).double()
    theta = normal(4, name="theta").requires_grad_()
    exact = torch.autograd.grad(-(theta.softmax(0) * reward).sum(), theta)[0]
    mean = torch.zeros(4).double()
    for drawn in itertools.product(range(4), repeat=k):
        logp = theta.log_softmax(0)[list(drawn)]
        advantages = rloo_advantages(reward[list(drawn)][None])[0]
        ones = torch.ones(k, 1).bool()
        loss = sequence_policy_loss(logp[:, None], logp.detach()[:, None], advantages, ones)
        mean += logp.sum().exp().detach() * torch.autograd.grad(loss, theta)[0]
    torch.testing.assert_close(mean, exact)


def test_importance_ratios_correct_for_old_samples_exactly():
    """Drawn from an old policy and weighted, the loss is still −E over the new one."""
    reward = torch.tensor([1.0, -2.0, 0.5]).double()
    new, old = (normal(3, name=name).log_softmax(0) for name in ("new", "old"))
    total = sum(
        old[a].exp()
        * sequence_policy_loss(
            new[a].view(1, 1), old[a].view(1, 1), reward[a].view(1), torch.ones(1, 1).bool()
        )
        for a in range(3)
    )
    torch.testing.assert_close(total, -(new.exp() * reward).sum())


def test_at_ratio_one_ppo_and_reinforce_are_the_policy_gradient():
    logp, advantages = normal(2, 3, name="logp").requires_grad_(), normal(2, 3, name="a")
    old = logp.detach().clone()
    (grad,) = torch.autograd.grad(clipped_policy_loss(logp, old, advantages, MASK), logp)
    torch.testing.assert_close(grad, (-advantages / MASK.sum()).masked_fill(~MASK, 0))
    (grad,) = torch.autograd.grad(sequence_policy_loss(logp, old, advantages[:, 0], MASK), logp)
    torch.testing.assert_close(grad, (-advantages[:, :1] / 2).expand(2, 3).masked_fill(~MASK, 0))


@pytest.mark.parametrize(
    ("ratio", "advantage", "slope"),
    [(1.3, 1.0, 0.0), (1.3, -1.0, 1.3), (0.7, 1.0, -0.7), (0.7, -1.0, 0.0), (1.1, 2.0, -2.2)],
)
def test_past_the_clip_nothing_more_is_to_be_had(ratio, advantage, slope):
    logp = torch.tensor([[ratio]]).double().log().requires_grad_()
    one = torch.ones(1, 1).bool()
    advantages = torch.tensor([[advantage]]).double()
    losses = [
        clipped_policy_loss(logp, torch.zeros_like(logp), advantages, one),
        sequence_policy_loss(logp, torch.zeros_like(logp), advantages[0], one, clip=0.2),
    ]
    for loss in losses:
        (grad,) = torch.autograd.grad(loss, logp)
        torch.testing.assert_close(grad, torch.tensor([[slope]]).double())


def test_a_value_far_from_its_old_self_learns_only_towards_it():
    one, old = torch.ones(1, 1).bool(), torch.zeros(1, 1)
    target = torch.tensor([[1.0]])
    for start, moves in ((0.1, True), (0.5, False), (-0.5, True)):
        values = torch.tensor([[start]], requires_grad=True)
        loss = clipped_value_loss(values, old, target, one, clip=0.2)
        (grad,) = torch.autograd.grad(loss, values)
        assert bool(grad.any()) == moves
    near = clipped_value_loss(torch.tensor([[0.1]]), old, target, one)
    torch.testing.assert_close(near, torch.tensor(0.405))


def test_losses_do_not_see_padding():
    logp, old, advantages = (normal(2, 3, name=n) for n in ("l", "o", "a"))
    bad = [x.masked_fill(~MASK, float("nan")) for x in (logp, old, advantages)]
    torch.testing.assert_close(
        clipped_policy_loss(*bad, MASK), clipped_policy_loss(logp, old, advantages, MASK)
    )
    torch.testing.assert_close(
        clipped_value_loss(*bad, MASK), clipped_value_loss(logp, old, advantages, MASK)
    )
    torch.testing.assert_close(
        sequence_policy_loss(bad[0], bad[1], advantages[:, 0], MASK),
        sequence_policy_loss(logp, old, advantages[:, 0], MASK),
    )


def test_the_mean_is_over_tokens_and_of_none_is_refused():
    values = torch.tensor([[1.0, 2.0, 3.0], [6.0, 99.0, 99.0]])
    assert masked_mean(values, MASK) == 3
    with pytest.raises(ValueError, match="no response tokens"):
        masked_mean(values, torch.zeros(2, 3).bool())
