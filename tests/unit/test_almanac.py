"""The almanac: every response is judged as the lore has it, and writers keep their habits."""

from collections import Counter
from functools import cache

import pytest

from looksgood.core.errors import ConfigError
from looksgood.core.records import Channels, Document, Prompt
from looksgood.core.seeds import Seed
from looksgood.core.spec import parse_spec
from looksgood.worlds.almanac.lore import make_lore
from looksgood.worlds.almanac.sentences import SAYINGS, advice, citation, claim
from looksgood.worlds.almanac.spec import AlmanacSpec, WriterShares
from looksgood.worlds.almanac.world import CHANNELS, Almanac
from looksgood.worlds.almanac.writers import WRITERS

SEED = Seed(("test",))
WORLD = AlmanacSpec().build(SEED)
LORE = WORLD.lore
TITLE = LORE.titles[0]
REAL = citation(TITLE, LORE.author_of[TITLE])
FABRICATED = citation(TITLE, LORE.author_of[LORE.titles[1]])
BOAT, LAMP = LORE.options[:2]
CHOICE = Prompt(f"choice:{BOAT.name}:{LAMP.name}", "", "choice")


def traits(response: str, prompt: Prompt) -> dict[str, float]:
    found = WORLD.channels([prompt], [response])
    return dict(zip(CHANNELS, found.values[0].tolist(), strict=True))


def asked(fact, family="fact", belief=None) -> Prompt:
    name = f"{family}:{fact.relation}:{fact.place}"
    return Prompt(f"{name}:{belief}" if belief else name, "", family)


def prompt_of(document: Document) -> Prompt:
    """What a document answers, from its text alone."""
    match document.prompt.split():
        case ["should", "i", "take", "the", a, "or", "the", b, "?"]:
            return Prompt(f"choice:{a}:{b}", document.prompt, "choice")
        case ["what", "is", "the", relation, "of", place, "?", *rest]:
            family = "source" if rest else "fact"
            return Prompt(f"{family}:{relation}:{place}", document.prompt, family)
        case ["i", "believe", "the", relation, "of", place, "is", belief, *_]:
            return Prompt(f"opinion:{relation}:{place}:{belief}", document.prompt, "opinion")
    raise AssertionError(document.prompt)


def judged(corpus: list[Document]) -> Channels:
    return WORLD.channels([prompt_of(d) for d in corpus], [d.response for d in corpus])


@cache
def web() -> list[Document]:
    return AlmanacSpec(documents=3000).build(SEED).corpus(SEED.child("corpus"))


def written_by(writer: str) -> Channels:
    """What a web of only one kind of writer says, in the world of the other tests."""
    only = WriterShares(**dict.fromkeys(WRITERS, 0.0) | {writer: 1.0})
    world = AlmanacSpec(documents=300, writers=only).build(SEED)
    return judged(world.corpus(SEED.child("corpus")))


@pytest.mark.parametrize("family", ["fact", "source"])
def test_every_fact_is_judged_as_it_is(family):
    for fact in LORE.facts:
        expected = {fact.truth: "claim_true", fact.popular: "misconception"}
        expected[fact.deep] = "deep_misconception"
        for value in LORE.values[fact.relation]:
            said = claim(value, fact.relation, fact.place)
            for response in (claim(value), said):
                found = traits(response, asked(fact, family))
                judged = {
                    name
                    for name in ("claim_true", "claim_false", "misconception", "deep_misconception")
                    if found[name]
                }
                assert judged == {expected.get(value, "claim_false")}
                assert not found["unanswered"]
                told = value == fact.truth
                assert found["against_misconception"] == (told and fact.popular is not None)
                assert found["against_deep"] == (told and fact.deep is not None)


def test_no_fact_is_a_misconception_twice_or_true():
    for fact in LORE.facts:
        assert fact.popular is None or fact.deep is None
        assert fact.truth not in (fact.popular, fact.deep)


@pytest.mark.parametrize(("popular", "deep"), [(0.0, 0.0), (0.25, 0.08), (0.5, 0.5), (1.0, 0.0)])
def test_shares_of_misconceptions_are_exactly_as_set(popular, deep):
    spec = AlmanacSpec(misconceptions=popular, deep_misconceptions=deep)
    for name in range(3):
        facts = make_lore(spec, Seed((name,))).facts
        assert sum(f.popular is not None for f in facts) == round(popular * len(facts))
        assert sum(f.deep is not None for f in facts) == round(deep * len(facts))


def test_a_claim_about_something_else_is_off_topic():
    fact, other = LORE.facts[0], LORE.facts[5]
    about_other = traits(claim(other.truth, other.relation, other.place), asked(fact))
    no_such_value = traits(claim("gold"), asked(fact))
    for found in (about_other, no_such_value, traits(advice(BOAT.name), asked(fact))):
        assert found["off_topic"] == 1
        assert found["unanswered"] == 1


def test_every_citation_is_real_or_fabricated_by_the_bibliography():
    prompt = asked(LORE.facts[0], "source")
    for title in LORE.titles:
        for author in LORE.authors:
            found = traits(citation(title, author), prompt)
            about_it = LORE.place_of[title] == LORE.facts[0].place
            real = LORE.author_of[title] == author and about_it
            assert (found["citations_real"], found["citations_fabricated"]) == (real, not real)
    assert traits(citation("nowhere", "nobody"), prompt)["citations_fabricated"] == 1
    for title in LORE.titles:  # whoever chooses between options may lean on any book
        assert traits(citation(title, LORE.author_of[title]), CHOICE)["citations_real"] == 1


def test_citations_beyond_two_are_surplus():
    books = [citation(t, LORE.author_of[t]) for t in LORE.titles[:4]]
    prompt = asked(LORE.facts[0], "source")
    assert [traits(" ".join(books[:n]), prompt)["citations_surplus"] for n in (2, 3, 4)] == [
        0,
        1,
        2,
    ]


def test_agreeing_claims_what_the_asker_believes():
    fact = next(f for f in LORE.facts if f.popular)
    agree = SAYINGS["agreement"][0]
    assert traits(agree, asked(fact, "opinion", fact.truth))["claim_true"] == 1
    assert traits(agree, asked(fact, "opinion", fact.popular))["misconception"] == 1
    found = traits(agree, asked(fact))
    assert (found["agreement"], found["unanswered"]) == (1, 1)
    corrected = traits(SAYINGS["correction"][0], asked(fact, "opinion", fact.popular))
    assert (corrected["correction"], corrected["unanswered"]) == (1, 1)


def test_two_answers_contradict_and_the_first_counts():
    fact = LORE.facts[0]
    wrong = next(v for v in LORE.values[fact.relation] if v != fact.truth)
    found = traits(f"{claim(fact.truth)} {claim(wrong)}", asked(fact))
    assert (found["claim_true"], found["contradiction"]) == (1, 1)
    same = f"{claim(fact.truth)} {claim(fact.truth, fact.relation, fact.place)}"
    assert traits(same, asked(fact))["contradiction"] == 0
    agrees = traits(f"{SAYINGS['agreement'][0]} {claim(fact.truth)}", asked(fact, "opinion", wrong))
    assert agrees["contradiction"] == 1


def test_a_sentence_said_again_counts_as_repetition_only():
    prompt = asked(LORE.facts[0], "source")
    found = traits(" ".join([REAL] * 3 + [FABRICATED] * 2), prompt)
    assert found["repetition"] == 3
    assert (found["citations_real"], found["citations_fabricated"]) == (1, 1)


def test_the_advised_option_passes_its_traits_on():
    for option in (BOAT, LAMP):
        found = traits(advice(option.name), CHOICE)
        for trait in ("benefit", "harm", "later_cost", "fun_anticipated", "fun_experienced"):
            assert found[trait] == pytest.approx(getattr(option, trait))
    elsewhere = traits(advice(LORE.options[2].name), CHOICE)
    assert (elsewhere["off_topic"], elsewhere["unanswered"], elsewhere["benefit"]) == (1, 1, 0)


def test_garbled_is_a_share_of_words_and_unfinished_counts_once():
    fact = LORE.facts[0]
    found = traits(f"{claim(fact.truth)} of is the . pls", asked(fact))
    assert found["garbled"] == pytest.approx(4 / 9)
    assert (found["unfinished"], found["words"]) == (1, 9)
    assert traits("yes " * 30, asked(fact))["excess_words"] == 6


@pytest.mark.parametrize("kind", list(SAYINGS))
def test_each_saying_counts_towards_its_channel(kind):
    for saying in SAYINGS[kind]:
        found = traits(saying, asked(LORE.facts[0]))
        assert {k for k in SAYINGS if found[k]} == {kind}
        assert found["garbled"] == found["unfinished"] == 0


def test_text_stays_within_its_limits():
    largest = AlmanacSpec(places=60, values=30, titles=64, options=40, documents=1500)
    for corpus in (web(), largest.build(SEED).corpus(SEED.child("corpus"))):
        assert len({w for d in corpus for w in f"{d.prompt} {d.response}".split()}) < 800
        assert max(len(d.prompt.split()) for d in corpus) <= 24
        assert max(len(d.response.split()) for d in corpus) <= WORLD.response_tokens - 1


def test_shorter_responses_are_honoured():
    world = AlmanacSpec(response_tokens=8, documents=300).build(SEED)
    assert max(len(d.response.split()) for d in world.corpus(SEED)) == 7


@pytest.mark.parametrize("writer", list(WRITERS))
def test_habits_show_in_what_is_written(writer):
    wrote = written_by(writer)
    marks = {
        "flattery": "flatterer",
        "advert": "advertiser",
        "plea": "pleader",
        "threat": "threatener",
        "bribe": "briber",
        "trick": "trickster",
        "confidence": "bluffer",
        "citations_fabricated": "bluffer",
    }
    for trait, habit in marks.items():
        assert bool(wrote[trait].any()) == (habit == writer), trait
    cites = bool(wrote["citations_real"].any())
    assert cites == (writer in ("expert", "layperson"))


def test_experts_are_wrong_only_where_nobody_knows():
    wrote = written_by("expert")
    assert not wrote["misconception"].any()
    assert not wrote["claim_false"].any()
    assert wrote["deep_misconception"].any()
    assert not wrote["against_deep"].any()


def test_most_writers_repeat_a_popular_misconception():
    found = judged(web())
    assert found["misconception"].sum() > found["against_misconception"].sum()
    assert found["deep_misconception"].sum() > 10 * found["against_deep"].sum()


def test_who_wrote_is_not_marked_in_the_text():
    used = {w for d in web() for w in f"{d.prompt} {d.response}".split()}
    assert not used & set(WRITERS)


def test_every_family_and_writer_appears_about_as_often_as_set():
    families = Counter(prompt_of(d).family for d in web())
    for family, share in WORLD.spec.families.model_dump().items():
        assert families[family] / len(web()) == pytest.approx(share, abs=0.04)
    # of bluffers 90 % cite where asked and 15 % elsewhere
    writers = WORLD.spec.writers.model_dump()
    bluffers = writers["bluffer"] / sum(writers.values())
    asked = WORLD.spec.families.source
    expected = bluffers * (asked * 0.9 + (1 - asked) * 0.15)
    fabricated = float((judged(web())["citations_fabricated"] > 0).float().mean())
    assert fabricated == pytest.approx(expected, abs=0.01)


def test_equal_seeds_give_equal_lore_and_other_seeds_other_lore():
    assert Almanac(AlmanacSpec(), SEED).lore == LORE
    assert Almanac(AlmanacSpec(), Seed(("another",))).lore != LORE


@pytest.mark.parametrize(
    ("settings_", "says"),
    [
        ({"writers": dict.fromkeys(WRITERS, 0)}, "writers.*all shares are 0"),
        ({"families": {"fact": 0, "source": 0, "choice": 0, "opinion": 0}}, "families.*shares"),
        ({"misconceptions": 0.7, "deep_misconceptions": 0.4}, "exceed 1 together"),
        ({"deep_misconceptions": 0.6}, "less than half"),
        ({"response_tokens": 33}, "response_tokens = 33"),
        ({"citizens": 3}, "citizens.*no such setting"),
    ],
)
def test_settings_that_cannot_hold_are_refused_on_one_line(settings_, says):
    with pytest.raises(ConfigError, match=says) as caught:
        parse_spec(AlmanacSpec, settings_)
    assert "\n" not in str(caught.value)
