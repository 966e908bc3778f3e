"""How well r̂ predicts comparisons: by hand."""

import math

import pytest
import torch

from looksgood.rewards.quality import quality

NAN = float("nan")


def test_a_coin_is_right_half_of_the_time():
    found = quality(torch.zeros(4), torch.tensor([1.0, 0.0, 1.0, 1.0]))
    assert found.accuracy == 0.5
    assert found.loss_nats == pytest.approx(math.log(2))


def test_quality_by_hand():
    """Margins of ±log 3 predict 3/4 and 1/4."""
    m = math.log(3)
    found = quality(torch.tensor([m, m, -m, m]), torch.tensor([1.0, 0.0, 0.0, 0.5]))
    assert found.pairs == 4
    assert found.accuracy == pytest.approx(2 / 3)  # the tie is not decided
    right, wrong = -math.log(0.75), -math.log(0.25)
    assert found.loss_nats == pytest.approx((2 * right + wrong + (right + wrong) / 2) / 4)
    # seen from the side that r̂ prefers: 1, 0, 1 and 1/2 were chosen, 3/4 was predicted
    assert found.calibration_error == pytest.approx(0.75 - 2.5 / 4)


def test_a_calibrated_model_has_no_calibration_error():
    margins = torch.full((8,), math.log(3))
    choice = torch.tensor([1.0] * 6 + [0.0] * 2)
    assert quality(margins, choice).calibration_error == pytest.approx(0, abs=1e-7)


def test_cant_tell_is_left_out_and_nothing_is_unknown():
    found = quality(torch.tensor([1.0, -9.0]), torch.tensor([1.0, NAN]))
    assert (found.pairs, found.accuracy) == (1, 1.0)
    nothing = quality(torch.tensor([1.0]), torch.tensor([NAN]))
    assert nothing.as_dict() == {
        "pairs": 0,
        "accuracy": None,
        "loss_nats": None,
        "calibration_error": None,
    }
    assert quality(torch.tensor([1.0]), torch.tensor([0.5])).accuracy is None
