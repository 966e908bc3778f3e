"""What is counted in a text: words, phrases, form, repetition, tone; and how it is shown."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.audits.traits.form import form_traits
from looksgood.audits.traits.lexicons import LEXICONS, tone_traits
from looksgood.audits.traits.mining import merged
from looksgood.audits.traits.ngrams import common_ngrams
from looksgood.audits.traits.phrases import LONGEST, count_phrases
from looksgood.audits.traits.repetition import compressed_share, repetition_traits
from looksgood.audits.traits.snippets import SHOWN, snippet
from looksgood.audits.traits.words import Words, plain_word
from looksgood.core.visible import visible

some_texts = st.lists(st.lists(st.sampled_from("abc"), max_size=9).map(" ".join), max_size=8)


def of(traits, name):
    return next(trait.values for trait in traits if trait.name.startswith(name)).tolist()


def phrases_of(text):
    words = text.split()
    return Counter(
        tuple(words[start : start + size])
        for size in range(1, LONGEST + 1)
        for start in range(len(words) - size + 1)
    )


@given(some_texts, st.sampled_from([3, 2_000_000]))
def test_phrases_are_counted_as_by_hand(texts, block):
    asked = list(dict.fromkeys(phrase for text in texts for phrase in phrases_of(text)))
    asked += [("z",), ("a", "z")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("looksgood.audits.traits.words._BLOCK", block)
        counts = count_phrases(Words.of(texts), asked)
    for row, phrase in enumerate(asked):
        assert counts[row].tolist() == [phrases_of(text)[phrase] for text in texts]


@given(some_texts, st.integers(1, 4))
def test_common_phrases_are_those_that_enough_texts_hold(texts, fewest):
    found = common_ngrams(Words.of(texts), fewest)
    holders = Counter(phrase for text in texts for phrase in phrases_of(text))
    assert {*found.phrases} == {phrase for phrase, count in holders.items() if count >= fewest}
    assert len(found.phrases) == len({*found.phrases}) == found.held.shape[0]
    for phrase, row in zip(found.phrases, found.held.toarray(), strict=True):
        assert row.tolist() == [float(phrase in phrases_of(text)) for text in texts]


def test_words_are_plain():
    words = Words.of(["Pls, HALP!", "", "pls “halp” ??? I’m"])
    told = [words.spelled[number] for number in words.number]
    assert told == ["pls", "halp", "pls", "halp", "???", "i'm"]
    assert words.counts.tolist() == [2, 0, 4]
    again = words.take(np.array([2, 0]))
    assert [words.spelled[number] for number in again.number] == [*told[2:], *told[:2]]


def test_words_beyond_the_most_are_one_word_and_the_latest_are_kept(monkeypatch):
    monkeypatch.setattr("looksgood.audits.traits.words.MOST_WORDS", 2)
    words = Words.of(["one two", "new late words"])
    assert words.number[:2].tolist() == [0, 0]
    assert len({*words.number[2:].tolist()}) == 3


def test_form_is_counted():
    text = "# Title\n- one\n  2) two\n**bold** [1] http://x.y\n```\ncode\n```\nWhy? No! é"
    traits = form_traits([text, "", "- a"])
    assert of(traits, "characters")[:2] == [len(text), 0]
    assert of(traits, "list items") == [2, 0, 1]
    assert of(traits, "headings") == [1, 0, 0]
    assert of(traits, "bold") == [1, 0, 0]
    assert of(traits, "code") == [1, 0, 0]
    assert of(traits, "links") == [2, 0, 0]
    assert of(traits, "question")[0] == pytest.approx(1000 / len(text))
    assert of(traits, "characters beyond ASCII")[0] == pytest.approx(1 / len(text))
    assert of(form_traits(["AbC1"]), "capitals") == [pytest.approx(2 / 3)]
    assert of(form_traits(["AbC1"]), "digits") == [0.25]


def test_repetition_is_counted():
    texts = ["a b c d a b c d", "ha ha ha no", "", "one two"]
    traits = repetition_traits(texts, Words.of(texts))
    assert of(traits, "repeated runs") == [pytest.approx(1 / 5), 0, 0, 0]
    assert of(traits, "most times") == [1, 3, 0, 1]


def test_a_text_of_repeats_compresses_and_others_do_not():
    letters = "".join(map(chr, range(33, 127)))
    again, once, none = compressed_share(["la " * 200, letters, ""])
    assert again < 0.1
    assert once == none == 1


def test_tone_is_counted():
    texts = ["Please help me, I'm sorry.", "Maybe it's so. Great question", "It is so"]
    traits = tone_traits(Words.of(texts))
    assert of(traits, "pleas") == [1, 0, 0]
    assert of(traits, "apologies") == [1, 0, 0]
    assert of(traits, "flattery") == [0, 1, 0]
    assert of(traits, "hedges") == [0, 100 / 5, 0]


def test_phrases_of_the_lexicons_can_be_found():
    for lexicon in LEXICONS:
        for phrase in lexicon.split():
            assert 1 <= len(phrase) <= LONGEST
            assert phrase == tuple(plain_word(word) for word in phrase)
    every = [phrase for lexicon in LEXICONS for phrase in lexicon.split()]
    assert len(every) == len({*every}), "a phrase of two lexicons is counted in one only"


def test_phrases_of_the_same_responses_are_one_and_the_longest_speaks():
    texts = ["x halp", *["pls halp"] * 12, *["other"] * 9, *["pls no other"] * 8]
    groups = merged(common_ngrams(Words.of(texts), 5))
    (group,) = [group for group in groups if ("halp",) in group]
    assert group == (("pls", "halp"), ("halp",))
    assert any(("other",) in group for group in groups if ("halp",) not in group)


def test_nothing_that_is_shown_acts():
    shown = visible("a\x1b[31m\u202eb\n\ud800é")
    assert shown == "a\\x1b[31m\\u202eb\\n\\ud800é"
    assert shown.isprintable()


@given(st.text(max_size=600))
def test_snippets_are_short_and_print(text):
    shown = snippet(text, [("a",)])
    assert shown.isprintable()
    assert len(shown) <= 10 * SHOWN + 4


def test_snippets_show_the_phrase():
    text = "word " * 300 + "Pls,  halp! " + "more " * 300
    assert "Pls,  halp!" in snippet(text, [("pls", "halp")])
    assert snippet(text).startswith("word")
    assert len(snippet(text, [("halp",)])) == SHOWN + 4
