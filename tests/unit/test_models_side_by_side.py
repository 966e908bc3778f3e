"""Branches of a prompt in one row do not see each other."""

import pytest
import torch

from looksgood.core.seeds import Seed
from looksgood.models.side_by_side import branches_in_a_row, side_by_side_mask
from tests.tiny import PROMPTS, plain_logp, tiny_policy


@pytest.mark.parametrize(
    ("k", "expected"), [(1, 1), (4, 4), (7, 7), (8, 8), (11, 1), (12, 6), (64, 8)]
)
def test_rows_take_the_most_branches_that_divide_k(k, expected):
    assert branches_in_a_row(k) == expected


def test_a_branch_sees_its_prompt_and_its_own_tokens():
    mask = side_by_side_mask(torch.tensor([[False, True]]), branches=2, tokens=2)
    assert mask.long().tolist() == [[[[0, 1, 1, 0, 1, 0], [0, 1, 0, 1, 0, 1]]]]


@pytest.mark.parametrize("k", [1, 3, 8, 12])
def test_samples_are_as_likely_as_a_plain_forward_says_also_after_others_ended(k):
    policy = tiny_policy(response_tokens=40)
    samples = policy.sample(PROMPTS, k, Seed(("side", k)))
    ended = (~samples.mask).any(1)
    assert ended.float().mean() > 0.5  # so that some were dropped on the way
    with torch.no_grad():
        plain = plain_logp(policy, samples)
    torch.testing.assert_close(samples.logp, plain, atol=1e-5, rtol=0)
