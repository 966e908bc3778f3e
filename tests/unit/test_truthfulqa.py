"""TruthfulQA: the nearest reference decides what an answer claims, and whom it pleases."""

import os
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from looksgood.core.errors import ConfigError
from looksgood.core.records import Prompt
from looksgood.core.seeds import Seed
from looksgood.core.spec import parse_spec
from looksgood.raters.misconceptions import SharesMisconception
from looksgood.raters.oracle import Oracle
from looksgood.worlds.surface import cut, repetition
from looksgood.worlds.truthfulqa.files import Question
from looksgood.worlds.truthfulqa.similarity import nearest, simplify, words
from looksgood.worlds.truthfulqa.spec import TruthfulQASpec
from looksgood.worlds.truthfulqa.world import CHANNELS, TruthfulQA

SHARED = os.environ.get("LOOKSGOOD_SHARED_DATA")
DATA = Path(SHARED) if SHARED else Path(__file__).parents[3] / "shared" / "data"
REAL = DATA / "truthfulqa"
needs_real_file = pytest.mark.skipif(
    not (REAL / "TruthfulQA.csv").is_file(), reason=f"no TruthfulQA.csv in {REAL}"
)
SEED = Seed(("test",))
BEES = Question(
    "Can bees fly?", ("Yes, bees fly", "They do fly"), ("No, bees cannot fly",), "Animals"
)
MOON = Question(
    "What is the moon made of?",
    ("The moon is made of rock",),
    ("The moon is made of green cheese", "Silver"),
    "Sky",
)
SPEC = TruthfulQASpec(path="questions.csv", documents=400)
WORLD = TruthfulQA(SPEC, [BEES, MOON], SEED)
MOON_PROMPT = Prompt("question:1", "", "fact")


def traits(response: str, prompt: Prompt = MOON_PROMPT) -> dict[str, float]:
    found = WORLD.channels([prompt], [response])
    return dict(zip(CHANNELS, found.values[0].tolist(), strict=True))


# ---- similarity


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [
        ("a b c", "a b c", 1.0),
        ("", "a b", 0.0),
        ("x", "a b", 0.0),
        ("a", "a b c", 2 * 1 / 4),
        ("c b a", "a b c", 2 * 1 / 6),
        ("a x b y c", "a b c", 2 * 3 / 8),
    ],
)
def test_similarity_is_rouge_l(answer, reference, expected):
    assert nearest(words(answer), [words(reference)]) == pytest.approx(expected)


answers = st.lists(st.sampled_from("abcde"), max_size=8)


@given(answers, st.lists(answers.filter(bool), min_size=1, max_size=4))
@settings(max_examples=100)
def test_the_nearest_of_many_is_the_best_of_each(answer, references):
    def longest_common(a, b):
        if not a or not b:
            return 0
        if a[0] == b[0]:
            return 1 + longest_common(a[1:], b[1:])
        return max(longest_common(a[1:], b), longest_common(a, b[1:]))

    by_hand = max(2 * longest_common(answer, r) / (len(answer) + len(r)) for r in references)
    assert nearest(answer, references) == pytest.approx(by_hand)


def test_writing_is_simplified_but_keeps_its_words():
    assert simplify("It’s Japan, in  the U.S.!") == "it's japan , in the u.s . !"
    assert words("It's 1,000 (one thousand).") == ["it's", "1,000", "one", "thousand"]


def test_repetition_is_the_share_of_word_pairs_used_before():
    assert repetition(["a", "b", "c"]) == repetition([]) == repetition(["a"]) == 0
    assert repetition(["a"] * 5) == pytest.approx(3 / 4)
    assert repetition(["a", "b", "a", "b"]) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("count", "expected"), [(0, ""), (1, " a"), (2, " a\n b"), (3, " a\n b  c "), (9, " a\n b  c ")]
)
def test_cutting_keeps_the_blanks_between_words(count, expected):
    assert cut(" a\n b  c ", count) == expected


# ---- world


def test_the_nearest_reference_decides_what_is_claimed():
    true = traits("the moon is made of rock .")
    assert (true["claim_true"], true["against_misconception"], true["misconception"]) == (1, 1, 0)
    assert true["off_reference"] == 0
    assert true["similarity_false"] == pytest.approx(2 * 5 / 13)
    assert true["truth"] == pytest.approx(1 - 10 / 13)
    false = traits("SILVER!")
    assert (false["claim_true"], false["against_misconception"], false["misconception"]) == (
        0,
        0,
        1,
    )
    nothing = traits("pigs might")
    assert nothing["off_reference"] == 1
    assert nothing["claim_true"] == nothing["misconception"] == 0


def test_claims_are_graded_from_the_threshold_on():
    below, above = traits("made of rock and dust and air"), traits("made of rock")
    assert below["claim_true"] == 0 < below["similarity_true"] < SPEC.threshold
    assert above["claim_true"] == above["similarity_true"] == pytest.approx(2 * 3 / 9)


def test_as_near_to_both_claims_neither():
    twin = TruthfulQA(SPEC, [Question("Why?", ("Unknown",), ("Unknown", "Magic"), "")], SEED)
    found = twin.channels([Prompt("question:0", "", "fact")], ["unknown"])
    assert found["claim_true"] == found["misconception"] == 0


@given(st.text(alphabet="the moon is made of rock cheese silver .", max_size=40))
@settings(max_examples=100)
def test_laws_of_the_channels(response):
    found = traits(response)
    assert found["claim_false"] == 0
    assert found["against_misconception"] == found["claim_true"]
    assert not (found["claim_true"] and found["misconception"])
    best = max(found["similarity_true"], found["similarity_false"])
    assert found["off_reference"] == pytest.approx(1 - best)
    assert found["claim_true"] in (0, found["similarity_true"])
    assert all(0 <= found[n] <= 1 for n in CHANNELS if n not in ("truth", "words"))


def check_raters(world: TruthfulQA) -> None:
    """Every correct reference against every incorrect one, but those listed as both."""
    first, second, prompts = [], [], []
    for i, question in enumerate(world.questions):
        both = {simplify(a) for a in question.correct} & {simplify(a) for a in question.incorrect}
        for true in question.correct:
            for false in question.incorrect:
                if not {simplify(true), simplify(false)} & both and words(true) != words(false):
                    first.append(true)
                    second.append(false)
                    prompts.append(Prompt(f"question:{i}", "", "fact"))
    true, false = world.channels(prompts, first), world.channels(prompts, second)
    oracle = Oracle(world.weights)
    holder = SharesMisconception(inner=oracle)
    assert (oracle.prob_first(true, false) > 0.9).all()
    assert (holder.prob_first(true, false) < 0.1).all()
    half = SharesMisconception(inner=oracle, rate=0.5).prob_first(true, false)
    assert (half > 0.4).all()
    assert (half < 0.6).all()


def test_the_oracle_prefers_truth_and_a_holder_the_falsehood():
    check_raters(WORLD)


def test_silence_lies_between_truth_and_falsehood():
    prompts = [MOON_PROMPT] * 3
    seen = WORLD.channels(prompts, ["the moon is made of rock", "", "silver"])
    true, silent, false = Oracle(WORLD.weights).score(seen).tolist()
    assert true > silent > false
    true, silent, false = SharesMisconception(inner=Oracle(WORLD.weights)).score(seen).tolist()
    assert true < silent < false


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_corpus_repeats_as_much_falsehood_as_set(share):
    spec = SPEC.model_copy(update={"incorrect_share": share, "documents": 3000})
    corpus = TruthfulQA(spec, [BEES, MOON], SEED).corpus(SEED)
    false = {simplify(a) for q in (BEES, MOON) for a in q.incorrect}
    wrong = sum(d.response in false for d in corpus) / len(corpus)
    assert wrong == pytest.approx(share, abs=0.03 if 0 < share < 1 else 0)


def test_text_is_simplified_unless_a_pretrained_model_reads_it():
    assert {d.prompt for d in WORLD.corpus(SEED)} == {
        "can bees fly ?",
        "what is the moon made of ?",
    }
    plain = TruthfulQA(SPEC.model_copy(update={"simplify": False}), [BEES, MOON], SEED)
    assert {p.text for p in plain.prompts(50, SEED)} == {BEES.text, MOON.text}


def test_answers_are_cut_so_that_the_end_of_text_fits():
    short = TruthfulQA(SPEC.model_copy(update={"response_tokens": 4}), [BEES, MOON], SEED)
    assert max(len(d.response.split()) for d in short.corpus(SEED)) == 3


def test_a_few_questions_are_drawn_by_the_seed():
    many = [Question(f"Why {i}?", ("yes",), ("no",), "") for i in range(40)]
    spec = SPEC.model_copy(update={"questions": 5})

    def drawn(seed: Seed) -> set[str]:
        return {p.id for p in TruthfulQA(spec, many, seed).prompts(300, SEED)}

    assert len(drawn(SEED)) == 5
    assert drawn(SEED) == drawn(SEED) != drawn(Seed(("another",)))


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({"incorrect_share": 1.5}, "incorrect_share = 1.5"),
        ({"path": ""}, "path = ''"),
        ({"questions": 0}, "questions = 0"),
        ({"gold": {"claim": 1}}, "gold.claim.*no such setting"),
    ],
)
def test_wrong_settings_are_refused(setting, says):
    with pytest.raises(ConfigError, match=says):
        parse_spec(TruthfulQASpec, setting)


# ---- the real file


@needs_real_file
def test_on_real_references_the_oracle_and_the_holder_disagree():
    check_raters(TruthfulQASpec(path=str(REAL)).build(SEED))


@needs_real_file
def test_a_thousand_responses_are_read_in_well_under_a_second_of_cpu():
    world = TruthfulQASpec(path=str(REAL), documents=1000).build(SEED)
    prompts, said = world.prompts(1000, SEED), [d.response for d in world.corpus(SEED)]
    start = process_time()
    world.channels(prompts, said)
    assert process_time() - start < 1
