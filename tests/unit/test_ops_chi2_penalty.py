"""χ² of whole responses and its gradient, held against a policy small enough to be enumerated."""

import itertools
import math

import pytest
import torch

from looksgood.core.seeds import Seed
from looksgood.ops.chi2_penalty import Chi2, chi2_per_position, log_mean_ratio_nats
from looksgood.ops.reinforce import sequence_policy_loss

WORDS, TOKENS = 3, 2
RESPONSES = torch.tensor(list(itertools.product(range(WORDS), repeat=TOKENS)))
MASK = torch.ones(len(RESPONSES), TOKENS).bool()
REWARD = torch.tensor([1.0, -2.0, 0.5, 3.0, 0.0, -1.0, 2.0, 0.3, -0.7]).double()
FAR = 80.0


def logits(name, sd=1.0):
    """Return a table of next-token logits: one row for the start, one after each first word."""
    generator = Seed((name,)).torch()
    return sd * torch.randn(1 + WORDS, WORDS, generator=generator, dtype=torch.float64)


def by_response(table):
    """Return each response's logits, and the log-probability of its tokens."""
    rows = torch.stack([torch.zeros(len(RESPONSES)).long(), 1 + RESPONSES[:, 0]], 1)
    all_logits = table[rows]
    logp = all_logits.log_softmax(-1).gather(-1, RESPONSES[..., None])[..., 0]
    return all_logits, logp


BASE, BASE_LOGP = by_response(logits("base"))


def chi2_of(table, cap=FAR) -> tuple[Chi2, torch.Tensor]:
    ours, logp = by_response(table)
    return chi2_per_position(ours, BASE, logp.detach() - BASE_LOGP, MASK, cap), logp


def exact_chi2(table):
    logp = by_response(table)[1].sum(1)
    return (2 * logp - BASE_LOGP.sum(1)).exp().sum() - 1


@pytest.mark.parametrize("sd", [0.1, 1.0, 3.0])
def test_its_mean_over_all_responses_is_chi2(sd):
    table = logits("policy", sd)
    chi2, logp = chi2_of(table)
    torch.testing.assert_close((logp.sum(1).exp() * chi2.estimate).sum(), exact_chi2(table))
    assert not chi2.is_clamped.any()
    assert (chi2.estimate > 0).all()


@pytest.mark.parametrize("beta", [0.0, 0.05, 2.0])
def test_the_penalised_policy_gradient_is_the_exact_one(beta):
    """The penalty depends on the policy: by what is drawn, and by what it says of what is drawn."""
    table = logits("policy").requires_grad_()
    p = by_response(table)[1].sum(1).exp()
    objective = (p * REWARD).sum() - beta * exact_chi2(table)
    exact = torch.autograd.grad(-objective, table)[0]
    chi2, logp = chi2_of(table)
    rewards = REWARD - 2 * beta * chi2.estimate
    total = torch.zeros_like(exact)
    for i in range(len(RESPONSES)):  # one response at a time, weighted by how often it is drawn
        one = slice(i, i + 1)
        loss = sequence_policy_loss(logp[one], logp[one].detach(), rewards[one], MASK[one])
        loss = loss + beta * chi2.surrogate[i]
        total += p[i].detach() * torch.autograd.grad(loss, table, retain_graph=True)[0]
    torch.testing.assert_close(total, exact)


def test_it_vanishes_at_the_base_where_drawn_ratios_are_noise():
    chi2, _ = chi2_of(logits("base"))
    torch.testing.assert_close(chi2.estimate, torch.zeros(len(RESPONSES)).double())


def test_it_is_less_noisy_than_ratios_of_drawn_responses():
    chi2, logp = chi2_of(logits("base") + 0.3 * logits("away"))
    p, ratio = logp.sum(1).exp(), (logp - BASE_LOGP).sum(1).exp()

    def variance(x):
        return (p * x**2).sum() - (p * x).sum() ** 2

    assert variance(chi2.estimate) < 0.5 * variance(ratio)


def test_padding_counts_for_nothing_whatever_it_holds():
    table = logits("policy")
    ours, logp = by_response(table)
    first_only = MASK.clone()
    first_only[:, 1] = False
    ratio = logp - BASE_LOGP
    short = chi2_per_position(ours[:, :1], BASE[:, :1], ratio[:, :1], MASK[:, :1], FAR)
    ours, ratio = ours.clone(), ratio.clone()
    ours[:, 1], ratio[:, 1] = math.nan, math.nan
    padded = chi2_per_position(ours, BASE, ratio, first_only, FAR)
    torch.testing.assert_close(padded.estimate, short.estimate)
    torch.testing.assert_close(padded.surrogate, short.surrogate)


def test_what_is_far_out_is_clamped_said_and_still_pushed_away():
    table = logits("base")
    table[:, 0] += 400.0
    table.requires_grad_()
    chi2, logp = chi2_of(table, cap=0.5)
    said = RESPONSES[:, 0] == 0
    assert chi2.is_clamped[(RESPONSES == 0).all(1)].all()
    assert torch.isfinite(chi2.estimate).all()
    assert torch.isfinite(chi2.surrogate).all()
    assert float(chi2.estimate.max()) <= 2 * math.exp(0.5) * (1 + 1e-9)
    assert float(chi2.estimate[said].min()) > 0
    assert torch.isfinite(torch.autograd.grad(chi2.surrogate.sum() + logp.sum(), table)[0]).all()


@pytest.mark.parametrize("cap", [0.0, -1.0, math.nan])
def test_a_cap_that_clamps_everything_is_refused(cap):
    with pytest.raises(ValueError, match="log_cap"):
        chi2_of(logits("policy"), cap)


def test_the_mean_ratio_is_taken_in_logarithms():
    log_ratio = torch.tensor([[0.0, math.log(3)], [1000.0, 1000.0], [-5.0, -5.0]])
    expected = torch.tensor([math.log(2), 1000.0, -5.0]).double()
    torch.testing.assert_close(log_mean_ratio_nats(log_ratio), expected)
