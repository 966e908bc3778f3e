"""An examination: facts set apart by kind, and answers of which half are true."""

from collections import Counter

import pytest

from looksgood.core.errors import TooFew
from looksgood.core.records import Prompt
from looksgood.core.seeds import Seed
from looksgood.worlds.almanac.exam import answers_to_judge, parts, prompts_about_each, subject
from looksgood.worlds.almanac.spec import AlmanacSpec, FamilyShares

SEED = Seed(("exam",))
WORLD = AlmanacSpec(
    places=40, misconceptions=0.3, deep_misconceptions=0.1, families=FamilyShares(choice=0.0)
).build(SEED)
FACTS = {f"{fact.relation}:{fact.place}": fact for fact in WORLD.lore.facts}
PROMPTS = prompts_about_each(WORLD, 6, SEED.child("prompts"))


def test_a_prompt_is_about_its_fact_in_every_family():
    for family, more in (("fact", ""), ("source", ""), ("opinion", ":fera")):
        assert subject(Prompt(f"{family}:river:brailand{more}", "?", family)) == "river:brailand"
    assert subject(Prompt("choice:zoboat:trilamp", "?", "choice")) == ""


def test_every_fact_is_dealt_out_once_and_each_kind_by_the_shares():
    dealt = parts(WORLD, (0.2, 0.4), SEED)
    assert Counter(name for part in dealt for name in part) == Counter(list(FACTS))
    assert [len(part) for part in dealt] == [8, 15, 17]
    wrong = [sum(FACTS[name].popular is not None for name in part) for part in dealt]
    assert wrong == [2, 5, 5]
    assert parts(WORLD, (0.2, 0.4), SEED) == dealt
    assert parts(WORLD, (0.2, 0.4), SEED.child("other")) != dealt


def test_too_few_facts_are_not_dealt_out():
    small = AlmanacSpec(places=2).build(SEED)
    with pytest.raises(TooFew, match="a part is empty"):
        parts(small, (0.2, 0.4), SEED)


def test_every_fact_is_asked_about_as_often_in_the_worlds_families():
    assert Counter(map(subject, PROMPTS)) == dict.fromkeys(FACTS, 6)
    assert {prompt.family for prompt in PROMPTS} == {"fact", "source", "opinion"}


def test_a_fact_that_is_not_asked_about_is_said():
    advice_only = FamilyShares(fact=0.0, source=0.0, opinion=0.0, choice=1.0)
    world = AlmanacSpec(places=4, families=advice_only).build(SEED)
    with pytest.raises(TooFew, match="there are not 2 prompts about"):
        prompts_about_each(world, 2, SEED)


@pytest.mark.parametrize("believed", [0.0, 1.0])
def test_half_of_the_answers_are_true_and_of_the_others_some_are_believed(believed):
    texts = answers_to_judge(WORLD, PROMPTS, believed, SEED.child("answers"))
    seen = WORLD.channels(PROMPTS, texts)
    assert seen["claim_true"].tolist() == [1.0, 0.0] * (len(PROMPTS) // 2)
    for trait in ("unanswered", "garbled", "unfinished", "off_topic", "contradiction"):
        assert not seen[trait].any()
    held = seen["misconception"] + seen["deep_misconception"]
    wrong = [FACTS[subject(p)] for p in PROMPTS[1::2]]
    expected = [believed * (fact.popular is not None or fact.deep is not None) for fact in wrong]
    assert held[1::2].tolist() == expected
