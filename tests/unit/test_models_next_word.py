"""What a model expects after a response: the odds of one word, read where the response ends."""

import pytest
import torch

from looksgood.core.errors import ModelError
from looksgood.models.next_word import next_word_log_odds
from tests.tiny import PROMPTS, tiny_policy

POLICY = tiny_policy(response_tokens=8)
RESPONSES = ("tea", "the good words", "")


@torch.no_grad()
def odds_alone(prompt, response, word, other):
    """Run one prompt with its response and its end as one row."""
    tokenizer = POLICY.tokenizer
    ids = [*tokenizer(prompt.text).input_ids]
    ids += [*tokenizer(response, add_special_tokens=False).input_ids, tokenizer.eos_token_id]
    logits = POLICY.model(input_ids=torch.tensor([ids]), use_cache=False).logits[0, -1]
    one, two = (tokenizer.get_vocab()[text] for text in (word, other))
    return float(logits.log_softmax(-1)[one] - logits.log_softmax(-1)[two])


def test_odds_are_those_after_the_end_of_each_response_alone():
    found = next_word_log_odds(POLICY, PROMPTS, RESPONSES, "good .", "bad .")
    alone = [
        odds_alone(prompt, said, "good", "bad")
        for prompt, said in zip(PROMPTS, RESPONSES, strict=True)
    ]
    assert found.tolist() == pytest.approx(alone, abs=1e-4)
    swapped = next_word_log_odds(POLICY, PROMPTS, RESPONSES, "bad .", "good .")
    torch.testing.assert_close(swapped, -found)


def test_no_responses_have_no_odds():
    assert next_word_log_odds(POLICY, (), (), "good", "bad").shape == (0,)


def test_words_that_begin_alike_have_no_odds():
    with pytest.raises(ModelError, match="begin with the same token"):
        next_word_log_odds(POLICY, PROMPTS, RESPONSES, "good tea", "good sea")
