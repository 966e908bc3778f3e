"""One prefill per prompt: sharing it changes neither a log-probability nor a gradient."""

from dataclasses import replace

import pytest
import torch

from looksgood.core.errors import ModelError
from looksgood.core.seeds import Seed
from looksgood.models.branch import branch_hidden, branch_mask
from tests.tiny import ARCHITECTURES, PROMPTS, plain_logp, tiny_policy

SEED = Seed(("branch",))
each_architecture = pytest.mark.parametrize("kind", ARCHITECTURES)
each_attention = pytest.mark.parametrize("attention", ["sdpa", "eager"])


def drawn(kind: str, attention: str = "sdpa"):
    policy = tiny_policy(kind, response_tokens=12, attn_implementation=attention)
    return policy, policy.sample(PROMPTS, 3, SEED)


@each_architecture
@each_attention
def test_logp_equals_a_plain_forward_of_each_row(kind, attention):
    policy, samples = drawn(kind, attention)
    assert not samples.prompt_mask.all()  # prompts differ in length, so some are padded
    assert not samples.mask.all()
    with torch.no_grad():
        torch.testing.assert_close(
            policy.logp(samples), plain_logp(policy, samples), atol=1e-5, rtol=0
        )


@each_architecture
@each_attention
def test_gradients_equal_those_of_plain_rows(kind, attention):
    policy, samples = drawn(kind, attention)
    weights = torch.randn(samples.ids.shape, generator=SEED.torch())
    parameters = list(policy.model.parameters())
    shared = torch.autograd.grad((policy.logp(samples) * weights).sum(), parameters)
    plain = torch.autograd.grad((plain_logp(policy, samples) * weights).sum(), parameters)
    for one, other in zip(shared, plain, strict=True):
        torch.testing.assert_close(one, other, atol=2e-5, rtol=1e-4)


@each_architecture
def test_a_prompt_does_not_depend_on_how_far_it_is_padded(kind):
    policy, samples = drawn(kind)
    wider = replace(
        samples,
        prompt_ids=torch.nn.functional.pad(samples.prompt_ids, (4, 0), value=0),
        prompt_mask=torch.nn.functional.pad(samples.prompt_mask, (4, 0), value=False),
    )
    with torch.no_grad():
        torch.testing.assert_close(policy.logp(wider), policy.logp(samples), atol=1e-5, rtol=0)


def test_what_stands_after_the_end_of_a_response_is_not_seen():
    policy, samples = drawn("llama")
    changed = replace(samples, ids=torch.where(samples.mask, samples.ids, 7))
    with torch.no_grad():
        assert torch.equal(policy.logp(changed), policy.logp(samples))


def test_responses_of_one_token_are_scored():
    """A policy that has learned to say nothing ends every response at once."""
    policy, samples = drawn("llama")
    one = replace(
        samples, ids=samples.ids[:, :1], mask=samples.mask[:, :1], logp=samples.logp[:, :1]
    )
    torch.testing.assert_close(policy.logp(one), one.logp, atol=1e-5, rtol=0)
    policy.logp(one).sum().backward()


def test_a_response_token_sees_its_prompt_and_what_was_said_before():
    prompt_mask = torch.tensor([[False, True], [True, True]])
    found = branch_mask(prompt_mask, k=1, tokens=2)
    assert found.long().tolist() == [[[[0, 1, 1, 0], [0, 1, 1, 1]]], [[[1, 1, 1, 0], [1, 1, 1, 1]]]]


def test_more_tokens_than_positions_are_refused():
    policy = tiny_policy("gpt2", response_tokens=60)
    with pytest.raises(ModelError, match="64 positions, but a prompt with its response takes 67"):
        policy.sample(PROMPTS, 1, SEED)


def test_a_sliding_window_is_refused_only_where_it_would_bite():
    def policy(window):
        sliding = {"use_sliding_window": True, "sliding_window": window, "max_window_layers": 0}
        return tiny_policy("qwen2", **sliding)

    enough = policy(13)
    samples = enough.sample(PROMPTS, 2, SEED)
    with torch.no_grad():
        torch.testing.assert_close(samples.logp, plain_logp(enough, samples), atol=1e-5, rtol=0)
    with pytest.raises(ModelError, match="12 tokens of sliding window"):
        policy(12).sample(PROMPTS, 2, SEED)
    with pytest.raises(ModelError, match="sliding window"):
        branch_hidden(
            policy(5).model.base_model, samples.prompt_ids, samples.prompt_mask, samples.ids
        )
