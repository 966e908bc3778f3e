"""Sampling draws from the model's own softmax, and says with what probability."""

import copy
from collections import Counter

import pytest
import torch
from scipy import stats

from looksgood.core.errors import NotFinite
from looksgood.core.protocols import Policy
from looksgood.core.seeds import Seed
from looksgood.models.language_model import PROMPTS_AT_ONCE, LanguageModel
from tests.tiny import ARCHITECTURES, PROMPTS, TOKENIZER, plain_logp, tiny_model, tiny_policy

SEED = Seed(("generate",))
END = TOKENIZER.eos_token_id


def test_a_language_model_is_a_policy(base):
    assert isinstance(base, Policy)


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_log_probabilities_are_those_of_a_fresh_forward(kind):
    policy = tiny_policy(kind)
    samples = policy.sample(PROMPTS, 4, SEED)
    assert len(samples) == 12
    assert samples.k == 4
    with torch.no_grad():
        torch.testing.assert_close(samples.logp, policy.logp(samples), atol=1e-5, rtol=0)


def test_dropping_ended_rows_changes_no_log_probability():
    policy = tiny_policy(response_tokens=40)
    samples = policy.sample(PROMPTS, 20, SEED)
    live = samples.mask.sum(0)
    assert live[-1] * 4 < live[0]  # so rows have been dropped twice, at halves
    with torch.no_grad():
        torch.testing.assert_close(samples.logp, plain_logp(policy, samples), atol=2e-5, rtol=0)


def test_equal_seeds_draw_equally_and_other_seeds_otherwise(base):
    drawn = base.sample(PROMPTS, 4, SEED)
    again = base.sample(PROMPTS, 4, SEED)
    assert torch.equal(drawn.ids, again.ids)
    assert torch.equal(drawn.logp, again.logp)
    assert drawn.texts != base.sample(PROMPTS, 4, SEED.child("other")).texts


def test_sampling_touches_no_ambient_randomness(base):
    before = torch.get_rng_state()
    base.sample(PROMPTS, 2, SEED)
    assert torch.equal(torch.get_rng_state(), before)


def test_frequencies_match_exact_probabilities():
    """Chi-square over all responses of at most two tokens, against their enumeration."""
    policy = tiny_policy(response_tokens=2)
    samples = policy.sample(PROMPTS[:1], 6000, SEED)
    found = Counter(
        tuple(ids[m].tolist()) for ids, m in zip(samples.ids, samples.mask, strict=True)
    )

    def next_probabilities(*said: int) -> torch.Tensor:
        prompt = samples.prompt_ids[0].tolist()
        tokens = torch.tensor([[*prompt, *said]])
        with torch.no_grad():
            return policy.model(input_ids=tokens).logits[0, -1].double().softmax(-1)

    exact = {}
    for first, p in enumerate(next_probabilities().tolist()):
        if first == END:
            exact[(first,)] = p
        else:
            exact |= {(first, t): p * q for t, q in enumerate(next_probabilities(first).tolist())}
    assert sum(exact.values()) == pytest.approx(1)
    assert set(found) <= set(exact)
    common = [said for said, p in exact.items() if p * len(samples) >= 5]
    observed = [found[said] for said in common]
    expected = [exact[said] * len(samples) for said in common]
    observed.append(len(samples) - sum(observed))
    expected.append(len(samples) - sum(expected))
    assert len(common) > 30
    assert stats.chisquare(observed, expected).pvalue > 0.001


def test_no_response_is_longer_than_asked_and_ends_once(base):
    samples = base.sample(PROMPTS, 60, SEED)
    lengths = samples.mask.sum(1)
    assert int(lengths.max()) == base.response_tokens
    assert int(lengths.min()) >= 1
    for ids, mask in zip(samples.ids, samples.mask, strict=True):
        said = ids[mask]
        assert (said[:-1] != END).all()
        assert len(said) == base.response_tokens or said[-1] == END


def test_the_mask_has_no_gaps_and_padding_says_nothing(base):
    samples = base.sample(PROMPTS, 20, SEED)
    assert (samples.mask[:, 1:] <= samples.mask[:, :-1]).all()
    assert (samples.logp[~samples.mask] == 0).all()
    assert (samples.logp[samples.mask] < 0).all()
    assert (samples.ids[~samples.mask] == TOKENIZER.pad_token_id).all()


@pytest.mark.parametrize("pad", [TOKENIZER.eos_token, None])
def test_a_tokenizer_that_pads_with_its_end_loses_no_end(pad):
    """As GPT-2's users do; or it has no padding token at all."""
    tokenizer = copy.deepcopy(TOKENIZER)
    tokenizer.pad_token = pad
    policy = LanguageModel(tiny_model(), tokenizer, 6)
    padded, usual = policy.sample(PROMPTS, 20, SEED), tiny_policy().sample(PROMPTS, 20, SEED)
    assert torch.equal(padded.mask, usual.mask)
    assert torch.equal(padded.ids[padded.mask], usual.ids[usual.mask])
    assert padded.texts == usual.texts
    with torch.no_grad():
        torch.testing.assert_close(policy.logp(padded), padded.logp, atol=1e-5, rtol=0)


def test_many_prompts_are_drawn_in_pieces(base):
    prompts = [PROMPTS[i % 3] for i in range(PROMPTS_AT_ONCE + 3)]
    samples = base.sample(prompts, 2, SEED)
    assert len(samples) == 2 * len(prompts)
    with torch.no_grad():
        torch.testing.assert_close(samples.logp, base.logp(samples), atol=1e-5, rtol=0)


def test_a_broken_model_draws_nothing():
    policy = tiny_policy()
    next(policy.model.parameters()).data.fill_(float("nan"))
    with pytest.raises(NotFinite, match="NaN"):
        policy.sample(PROMPTS, 2, SEED)


def test_a_token_of_probability_zero_is_no_breakage():
    policy = tiny_policy("llama", tie_word_embeddings=False)
    head = policy.model.get_output_embeddings()
    head.bias = torch.nn.Parameter(torch.zeros(len(TOKENIZER)))
    head.bias.data[0] = -torch.inf
    samples = policy.sample(PROMPTS, 50, SEED)
    assert (samples.ids[samples.mask] != 0).all()


def test_copies_are_independent(base):
    other = base.copy()
    next(other.model.parameters()).data.add_(1.0)
    assert not torch.equal(next(other.model.parameters()), next(base.model.parameters()))
