"""RLOO and GRPO advantages, within-prompt sd."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.ops.grpo import grpo_advantages
from looksgood.ops.rloo import rloo_advantages
from looksgood.ops.within_prompt_sd import within_prompt_sd

reward = st.floats(-10, 10, width=32)


def tables(least_k=2):
    shapes = st.tuples(st.integers(1, 4), st.integers(least_k, 6))
    return shapes.flatmap(
        lambda s: st.lists(
            st.lists(reward, min_size=s[1], max_size=s[1]), min_size=s[0], max_size=s[0]
        )
    ).map(lambda rows: torch.tensor(rows, dtype=torch.float64))


@given(tables())
def test_rloo_subtracts_the_mean_of_the_siblings(rewards):
    advantages = rloo_advantages(rewards)
    for prompt in range(rewards.shape[0]):
        for i in range(rewards.shape[1]):
            siblings = torch.cat([rewards[prompt, :i], rewards[prompt, i + 1 :]])
            torch.testing.assert_close(
                advantages[prompt, i], rewards[prompt, i] - siblings.mean(), atol=1e-9, rtol=1e-7
            )


@given(tables(), reward)
def test_only_differences_within_a_prompt_matter(rewards, shift):
    for advantages in (rloo_advantages, grpo_advantages):
        moved = advantages(rewards + shift)
        torch.testing.assert_close(moved, advantages(rewards), atol=1e-6, rtol=1e-6)


@given(tables())
def test_advantages_of_a_prompt_sum_to_zero(rewards):
    for advantages in (rloo_advantages, grpo_advantages):
        total = advantages(rewards).sum(1)
        torch.testing.assert_close(total, torch.zeros_like(total), atol=1e-6, rtol=0)


@given(st.floats(1, 100), tables())
def test_grpo_forgets_the_scale_and_rloo_does_not(scale, rewards):
    torch.testing.assert_close(
        rloo_advantages(scale * rewards), scale * rloo_advantages(rewards), atol=1e-6, rtol=1e-6
    )
    torch.testing.assert_close(
        grpo_advantages(scale * rewards, epsilon=0.0), grpo_advantages(rewards, epsilon=0.0)
    )


def test_grpo_by_hand():
    advantages = grpo_advantages(torch.tensor([[1.0, 2.0, 3.0]]), epsilon=0.0)
    torch.testing.assert_close(advantages, torch.tensor([[-1.0, 0.0, 1.0]]))


@pytest.mark.parametrize("value", [0.0, 0.1, 1e8])
def test_a_constant_group_gives_exactly_nothing(value):
    assert not grpo_advantages(torch.full((2, 7), value)).any()


def test_one_response_per_prompt_is_refused():
    one = torch.zeros(3, 1)
    for function in (rloo_advantages, grpo_advantages):
        with pytest.raises(ValueError, match="k=1"):
            function(one)
    with pytest.raises(ValueError, match="1 responses"):
        within_prompt_sd(one)


@given(tables(), st.lists(reward, min_size=4, max_size=4))
def test_within_prompt_sd_ignores_what_differs_between_prompts(scores, shifts):
    moved = scores + torch.tensor(shifts, dtype=torch.float64)[: len(scores), None]
    torch.testing.assert_close(
        within_prompt_sd(moved), within_prompt_sd(scores), atol=1e-6, rtol=1e-6
    )


def test_within_prompt_sd_by_hand():
    # sums of squares 2 and 8 over 2 × (3 − 1) degrees of freedom
    scores = torch.tensor([[1.0, 2.0, 3.0], [10.0, 12.0, 14.0]])
    torch.testing.assert_close(within_prompt_sd(scores), torch.tensor(2.5).sqrt())
    assert within_prompt_sd(torch.ones(2, 3)) == 0
