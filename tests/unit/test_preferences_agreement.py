"""Agreement statistics against hand-worked cases from their sources."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import TooFew
from looksgood.preferences import cohen_kappa, krippendorff_alpha, share_agreeing

NAN = math.nan
answers = st.lists(st.tuples(*[st.sampled_from([0.0, 0.5, 1.0])] * 2), min_size=3, max_size=20).map(
    lambda rows: torch.tensor(rows).T
)


def test_cohens_kappa_by_hand():
    # 50 items: both yes 20, both no 15, 5 and 10 apart: agreement 0.7, chance 0.5
    one = torch.tensor([1.0] * 20 + [0.0] * 15 + [1.0] * 5 + [0.0] * 10)
    other = torch.tensor([1.0] * 20 + [0.0] * 15 + [0.0] * 5 + [1.0] * 10)
    assert math.isclose(share_agreeing(one, other), 0.7)
    assert math.isclose(cohen_kappa(one, other), 0.4)


def test_krippendorffs_binary_case():
    """Krippendorff (2011) §A: two observers, ten items, α = 0.095."""
    one = torch.tensor([0, 1, 0, 0, 0, 0, 0, 0, 1, 0.0])
    other = torch.tensor([1, 1, 1, 0, 0, 1, 0, 0, 0, 0.0])
    assert round(krippendorff_alpha(torch.stack([one, other])), 3) == 0.095


def test_krippendorffs_case_with_missing_answers():
    """Krippendorff (2011) §C: four observers, twelve items, nominal α = 0.743."""
    table = torch.tensor(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
            [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
        ]
    )
    assert round(krippendorff_alpha(table), 3) == 0.743


@given(answers)
def test_alpha_of_two_complete_raters_is_scotts_pi_corrected_for_size(two):
    n = two.numel()
    agreed = share_agreeing(two[0], two[1])
    shares = [float((two == a).double().mean()) for a in (0.0, 0.5, 1.0)]
    chance = sum(s * s for s in shares)
    alpha = krippendorff_alpha(two)
    if chance == 1:
        assert math.isnan(alpha)
    else:
        expected = 1 - (1 - agreed) * (n - 1) / (n * (1 - chance))
        assert math.isclose(alpha, expected, abs_tol=1e-9)


@given(answers)
def test_agreement_does_not_depend_on_who_is_who_or_what_answers_are_called(two):
    renamed = 7 - two
    for statistic in (share_agreeing, cohen_kappa):
        values = [statistic(*rows) for rows in (two, two.flip(0), renamed)]
        assert all(math.isclose(v, values[0]) or math.isnan(values[0]) for v in values)
    alphas = [krippendorff_alpha(rows) for rows in (two, two.flip(0), renamed)]
    assert all(math.isclose(a, alphas[0], abs_tol=1e-12) or math.isnan(a) for a in alphas)


@given(answers)
def test_missing_answers_do_not_count(two):
    more = torch.cat([two, torch.tensor([[NAN, 1.0, NAN], [1.0, NAN, NAN]])], dim=1)
    assert share_agreeing(*more) == share_agreeing(*two)
    assert krippendorff_alpha(more) == pytest.approx(krippendorff_alpha(two), nan_ok=True)


def test_perfect_agreement_is_one_and_constant_answers_say_nothing():
    mixed = torch.tensor([1.0, 0.0, 0.5])
    assert cohen_kappa(mixed, mixed) == krippendorff_alpha(torch.stack([mixed] * 3)) == 1
    same = torch.ones(4)
    assert share_agreeing(same, same) == 1
    assert math.isnan(cohen_kappa(same, same))
    assert math.isnan(krippendorff_alpha(torch.stack([same, same])))


def test_raters_who_share_no_item_cannot_be_compared():
    apart = torch.tensor([[1.0, NAN], [NAN, 0.0]])
    for statistic in (share_agreeing, cohen_kappa):
        with pytest.raises(TooFew, match="in common"):
            statistic(*apart)
    with pytest.raises(TooFew, match="two answers"):
        krippendorff_alpha(apart)
