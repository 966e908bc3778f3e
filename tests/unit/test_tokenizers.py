"""Tokenizers trained here: what goes in comes out, and prompts are marked."""

import unicodedata

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import ModelError
from looksgood.models.language_model import LanguageModel
from looksgood.models.text import (
    decode_responses,
    encode_prompts,
    encode_responses,
    end_of,
    pad_of,
)
from looksgood.policies.tokenizer import SPECIAL, bpe_tokenizer, word_tokenizer
from tests.tiny import TOKENIZER, WORDS, tiny_model

BPE = bpe_tokenizer(["the cat drinks tea , the cat drinks more tea"] * 5, vocabulary=300)
sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=10).map(" ".join)


def said_back(tokenizer, text: str) -> str:
    ids, mask = encode_responses(tokenizer, [text], longest=10_000)
    assert mask.all()
    assert ids[0, -1] == end_of(tokenizer)
    return decode_responses(tokenizer, ids)[0]


@given(sentences)
def test_words_come_back(text):
    assert said_back(TOKENIZER, text) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_from_bytes(text):
    text = " ".join(text.split())
    assert said_back(BPE, text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("tokenizer", [TOKENIZER, BPE], ids=["word", "bpe"])
def test_a_prompt_is_marked_on_both_sides_and_a_response_is_not(tokenizer):
    begin, answer = tokenizer.convert_tokens_to_ids(["<s>", "<answer>"])
    prompt = tokenizer("the cat").input_ids
    assert prompt[0] == begin
    assert prompt[-1] == answer
    response = tokenizer("the cat", add_special_tokens=False).input_ids
    assert prompt[1:-1] == response


@pytest.mark.parametrize("tokenizer", [TOKENIZER, BPE], ids=["word", "bpe"])
def test_special_tokens_are_first_and_different(tokenizer):
    assert tokenizer.convert_tokens_to_ids(SPECIAL) == list(range(len(SPECIAL)))
    assert pad_of(tokenizer) != end_of(tokenizer)
    ids = torch.tensor([list(range(len(SPECIAL)))])
    assert decode_responses(tokenizer, ids) == ("",)


def test_an_unknown_word_is_one_unknown_token():
    unknown = TOKENIZER.convert_tokens_to_ids("<unk>")
    assert TOKENIZER("coffee", add_special_tokens=False).input_ids == [unknown]


def test_more_words_than_fit_are_refused_with_a_way_out():
    with pytest.raises(ModelError, match=r"3 different words, more than 2: use .*bpe"):
        word_tokenizer(["a b", "c a"], largest=2)


def test_prompts_are_padded_on_the_left_and_keep_their_end():
    ids, mask = encode_prompts(TOKENIZER, ["tea", "say the good words please"], longest=5)
    assert mask.tolist() == [[False, False, True, True, True], [True] * 5]
    last = TOKENIZER("say the good words please").input_ids[-5:]
    assert ids[1].tolist() == last


def test_a_long_response_is_cut_and_then_has_no_end():
    ids, mask = encode_responses(TOKENIZER, ["tea tea tea", "tea"], longest=3)
    end = end_of(TOKENIZER)
    assert mask.tolist() == [[True, True, True], [True, True, False]]
    assert end not in ids[0]
    assert ids[1, 1] == end


def test_an_empty_prompt_is_an_end_of_text_where_nothing_is_added():
    plain = word_tokenizer(["tea"])
    plain.backend_tokenizer.post_processor = None
    ids, mask = encode_prompts(plain, ["", "tea"])
    assert mask.all()
    assert ids[0].tolist() == [end_of(plain)]


def test_a_larger_vocabulary_than_the_models_is_refused():
    larger = word_tokenizer([" ".join(WORDS) + " coffee"])
    expected = f"tokenizer has {len(larger)} tokens but the model embeds {len(TOKENIZER)}"
    with pytest.raises(ModelError, match=expected):
        LanguageModel(tiny_model(), larger, 6)


def test_a_tokenizer_without_an_end_is_refused():
    endless = word_tokenizer(["tea"])
    endless.eos_token = None
    with pytest.raises(ModelError, match="no eos token"):
        end_of(endless)
