"""The almanac's small English: what is written is read back, and nothing else is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from looksgood.worlds.almanac.sentences import SAYINGS, Sentence, advice, citation, claim, read

word = st.sampled_from(["alpha", "beta", "gamma"])
forms = st.one_of(
    word.map(lambda v: (claim(v), Sentence("claim", ("it", "is", v, "."), ("", "", v)))),
    st.tuples(word, word, word).map(
        lambda t: (
            claim(t[0], t[1], t[2]),
            Sentence("claim", ("the", t[1], "of", t[2], "is", t[0], "."), (t[1], t[2], t[0])),
        )
    ),
    st.tuples(word, word).map(
        lambda t: (citation(*t), Sentence("citation", ("see", t[0], "by", t[1], "."), t))
    ),
    word.map(lambda o: (advice(o), Sentence("advice", ("take", "the", o, "."), (o,)))),
    st.sampled_from([(k, s) for k, said in SAYINGS.items() for s in said]).map(
        lambda ks: (ks[1], Sentence(ks[0], tuple(ks[1].split())))
    ),
)


def test_one_saying_belongs_to_one_kind():
    said = [saying for sayings in SAYINGS.values() for saying in sayings]
    assert len(said) == len(set(said))


@given(st.lists(forms, max_size=6))
@settings(max_examples=100)
def test_what_is_written_is_read_back(sentences):
    assert read(" ".join(text for text, _ in sentences)) == [meant for _, meant in sentences]


@given(st.lists(st.sampled_from(["the", "it", "is", "take", "see", "by", "pls", ".", "!", "???"])))
@settings(max_examples=100)
def test_reading_keeps_every_word_in_order(words):
    assert [w for s in read(" ".join(words)) for w in s.words] == words


def test_only_the_last_sentence_can_be_unfinished():
    assert [s.kind for s in read("it is alpha . the capital of")] == ["claim", "unfinished"]
    assert [s.kind for s in read("of is the . it is alpha .")] == ["garbled", "claim"]
    assert read("") == []
