"""The auxiliary confidence loss, against values worked by hand."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.ops.confidence_loss import confidence_loss, hardened, warmed_up

logit = st.floats(-20, 20, width=32)
batches = st.lists(st.tuples(logit, st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=9).map(
    lambda rows: torch.tensor(rows).double().unbind(-1)
)
LOG_3 = math.log(3)
LOGITS = torch.tensor([LOG_3, -LOG_3, LOG_3, -LOG_3], dtype=torch.float64)
"""The student says 3/4, 1/4, 3/4, 1/4."""
WEAK = torch.tensor([1.0, 1.0, 0.0, 0.0], dtype=torch.float64)
"""The supervisor agrees with it on the first and on the last."""


@pytest.mark.parametrize(
    ("weight", "by_hand"),
    [
        # −log(3/4) where they agree, −log(1/4) where not
        (0.0, (2 * math.log(4 / 3) + 2 * math.log(4)) / 4),
        # its own answers are 1, 0, 1, 0: it agrees with itself throughout
        (1.0, math.log(4 / 3)),
        (0.25, 0.75 * (math.log(4 / 3) + math.log(4)) / 2 + 0.25 * math.log(4 / 3)),
    ],
)
def test_by_hand(weight, by_hand):
    assert confidence_loss(LOGITS, WEAK, weight).item() == pytest.approx(by_hand)


@given(batches)
def test_without_weight_it_is_the_cross_entropy_with_the_supervisor(batch):
    logits, weak = batch
    p = logits.sigmoid()
    expected = -(weak * p.log() + (1 - weak) * (-logits).sigmoid().log()).mean()
    torch.testing.assert_close(confidence_loss(logits, weak, 0.0), expected)


def test_own_answers_are_as_many_as_the_supervisors_whatever_the_student_leans_to():
    sure_of_all = torch.tensor([5.0, 9.0, 7.0, 6.0])
    assert hardened(sure_of_all, 0.5).tolist() == [0, 1, 1, 0]
    assert hardened(sure_of_all, 0.0).tolist() == [0, 0, 0, 0]
    assert hardened(-sure_of_all, 1.0).tolist() == [1, 1, 1, 1]


@given(batches, st.floats(0, 1))
def test_the_balance_of_the_classes_is_kept(batch, share):
    logits, _ = batch
    own = hardened(logits, share)
    assert own.sum() == round(share * len(logits))
    chosen, others = logits[own == 1], logits[own == 0]
    if len(chosen) and len(others):
        assert chosen.min() >= others.max()


def test_the_gradient_pulls_towards_the_mixed_target_and_not_through_own_answers():
    logits = LOGITS.clone().requires_grad_()
    confidence_loss(logits, WEAK, 0.5).backward()
    target = torch.tensor([1.0, 0.5, 0.5, 0.0], dtype=torch.float64)
    torch.testing.assert_close(logits.grad, (LOGITS.sigmoid() - target) / 4)


def test_the_weight_grows_linearly_and_then_stays():
    grown = [warmed_up(0.5, done, 0.2) for done in (0.0, 0.05, 0.1, 0.2, 1.0)]
    assert grown == pytest.approx([0.0, 0.125, 0.25, 0.5, 0.5])
    assert warmed_up(0.5, 0.0, 0.0) == 0.5


def test_what_has_no_meaning_is_refused():
    with pytest.raises(ValueError, match="no items"):
        confidence_loss(torch.zeros(0), torch.zeros(0), 0.5)
    with pytest.raises(ValueError, match=r"weight=1\.5"):
        confidence_loss(torch.zeros(1), torch.zeros(1), 1.5)
    with pytest.raises(ValueError, match="share=2"):
        hardened(torch.zeros(1), 2.0)
