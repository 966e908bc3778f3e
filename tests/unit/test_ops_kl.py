"""The KL of sequences, enumerated: every estimator is held against the sum over all of them."""

import math

import pytest
import torch

from looksgood.core.seeds import Seed
from looksgood.ops.kl import (
    kl_exact_per_position_nats,
    kl_k1_nats,
    kl_k2_nats,
    kl_k3_nats,
)

VOCABULARY, LONGEST, END = 3, 3, 0


def all_sequences(prefix=()):
    """Every response: ends with END, or is as long as may be."""
    if prefix and (prefix[-1] == END or len(prefix) == LONGEST):
        return [prefix]
    return [s for token in range(VOCABULARY) for s in all_sequences((*prefix, token))]


class Enumerated:
    """Two autoregressive models over all responses, padding filled with NaN."""

    def __init__(self, number: int, scale: float) -> None:
        draw = Seed(("kl", number)).torch()
        self.sequences = all_sequences()
        shape = (len(self.sequences), LONGEST, VOCABULARY)
        self.logits, self.base = (torch.full(shape, math.nan).double() for _ in range(2))
        self.mask = torch.zeros(shape[:2], dtype=torch.bool)
        tables: dict[tuple[int, ...], torch.Tensor] = {}
        for row, sequence in enumerate(self.sequences):
            for t in range(len(sequence)):
                both = tables.setdefault(
                    sequence[:t], torch.randn(2, VOCABULARY, generator=draw).double() * scale
                )
                self.logits[row, t], self.base[row, t] = both
                self.mask[row, t] = True
        ids = torch.tensor([[*s, *[0] * (LONGEST - len(s))] for s in self.sequences])
        self.logp = self.logits.log_softmax(-1).gather(2, ids[..., None])[..., 0]
        self.logq = self.base.log_softmax(-1).gather(2, ids[..., None])[..., 0]
        self.log_prob = self.logp.masked_fill(~self.mask, 0).sum(1)
        base_log_prob = self.logq.masked_fill(~self.mask, 0).sum(1)
        self.kl = self.mean(self.log_prob - base_log_prob)

    def mean(self, each):
        return (self.log_prob.exp() * each).sum()


each_pair = pytest.mark.parametrize(
    "models", [Enumerated(i, s) for i in range(3) for s in (0.3, 2)]
)


@each_pair
def test_the_enumeration_is_a_distribution(models):
    torch.testing.assert_close(models.log_prob.exp().sum(), torch.tensor(1.0).double())
    assert models.kl > 0


@each_pair
@pytest.mark.parametrize("estimator", [kl_k1_nats, kl_k3_nats])
def test_k1_and_k3_are_unbiased(models, estimator):
    each = estimator(models.logp, models.logq, models.mask)
    torch.testing.assert_close(models.mean(each), models.kl)


@each_pair
def test_the_sum_over_positions_is_unbiased_and_never_negative(models):
    each = kl_exact_per_position_nats(models.logits, models.base, models.mask)
    torch.testing.assert_close(models.mean(each), models.kl)
    assert (each >= 0).all()


@each_pair
def test_k2_and_k3_are_never_negative(models):
    assert (kl_k2_nats(models.logp, models.logq, models.mask) >= 0).all()
    assert (kl_k3_nats(models.logp, models.logq, models.mask) >= 0).all()


def test_k2_is_good_near_zero_and_biased_far_away():
    near, far = Enumerated(0, 0.05), Enumerated(0, 2.0)
    off = [abs(float(m.mean(kl_k2_nats(m.logp, m.logq, m.mask)) / m.kl) - 1) for m in (near, far)]
    assert off[0] < 0.1 < off[1]


def test_all_are_zero_between_equals():
    logp = torch.randn(2, 4, generator=Seed(("equal",)).torch())
    mask = torch.tensor([[1, 1, 1, 0], [1, 0, 0, 0]]).bool()
    for estimator in (kl_k1_nats, kl_k2_nats, kl_k3_nats):
        assert not estimator(logp, logp, mask).any()
    logits = logp[..., None].expand(2, 4, 3)
    assert not kl_exact_per_position_nats(logits, logits, mask).any()


def test_by_hand():
    logp, logq = torch.tensor([[math.log(0.5)]]), torch.tensor([[math.log(0.25)]])
    mask = torch.tensor([[True]])
    torch.testing.assert_close(kl_k1_nats(logp, logq, mask), torch.tensor([math.log(2)]))
    torch.testing.assert_close(kl_k2_nats(logp, logq, mask), torch.tensor([math.log(2) ** 2 / 2]))
    torch.testing.assert_close(kl_k3_nats(logp, logq, mask), torch.tensor([math.log(2) - 0.5]))
    exact = kl_exact_per_position_nats(
        torch.tensor([[[0.5, 0.5]]]).log(), torch.tensor([[[0.25, 0.75]]]).log(), mask
    )
    torch.testing.assert_close(exact, torch.tensor([0.5 * math.log(2) + 0.5 * math.log(2 / 3)]))


def test_padding_may_hold_anything():
    logp = torch.tensor([[-1.0, -math.inf], [-1.0, math.nan]])
    logq = torch.tensor([[-2.0, -math.inf], [-2.0, 0.0]])
    mask = torch.tensor([[True, False], [True, False]])
    assert kl_k1_nats(logp, logq, mask).tolist() == [1.0, 1.0]
    assert kl_k3_nats(logp, logq, mask).isfinite().all()


def test_excluded_tokens_add_nothing_and_keep_the_gradient_finite():
    allowed = torch.tensor([[[0.3, 1.2]]])
    wide = torch.tensor([[[0.3, 1.2, -math.inf]]], requires_grad=True)
    base = torch.tensor([[[1.0, 0.5, -math.inf]]])
    mask = torch.tensor([[True]])
    kl = kl_exact_per_position_nats(wide, base, mask)
    torch.testing.assert_close(kl, kl_exact_per_position_nats(allowed, base[..., :2], mask))
    kl.sum().backward()
    assert wide.grad.isfinite().all()


def test_what_only_the_base_excludes_is_infinitely_far():
    base = torch.tensor([[[0.0, -math.inf]]])
    assert (
        kl_exact_per_position_nats(torch.zeros(1, 1, 2), base, torch.tensor([[True]])) == math.inf
    )


def test_a_probability_that_underflows_is_not_nan():
    policy = torch.tensor([[[0.0, -500.0]]])
    base = torch.tensor([[[0.0, -math.inf]]])
    assert kl_exact_per_position_nats(policy, base, torch.tensor([[True]])) == 0


def test_a_response_without_tokens_has_no_kl():
    nothing = torch.zeros(2, 3, dtype=torch.bool)
    assert not kl_exact_per_position_nats(torch.randn(2, 3, 4), torch.randn(2, 3, 4), nothing).any()


def test_the_gradient_is_that_of_the_kl():
    logits = torch.randn(1, 1, 4, generator=Seed(("grad",)).torch(), dtype=torch.float64)
    base = torch.zeros(1, 1, 4, dtype=torch.float64)
    mask = torch.tensor([[True]])
    assert torch.autograd.gradcheck(
        lambda x: kl_exact_per_position_nats(x, base, mask), logits.requires_grad_()
    )
