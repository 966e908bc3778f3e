"""Readers reply to answers by what they believe themselves, and look at nothing else."""

import dataclasses

import pytest

from looksgood.core.records import Document
from looksgood.core.seeds import Seed
from looksgood.models.text import encode_documents
from looksgood.policies.tokenizer import word_tokenizer
from looksgood.worlds.almanac.readers import reply
from looksgood.worlds.almanac.sentences import REPLIES, SAYINGS, advice, citation, claim, read
from looksgood.worlds.almanac.spec import AlmanacSpec
from looksgood.worlds.almanac.topic import Topic

SEED = Seed(("readers",))
WORLD = AlmanacSpec().build(SEED)
LORE = WORLD.lore


def replied(topic: Topic, response: str, *, expert: bool = False) -> str:
    return reply(topic, read(response), LORE, expert)


@pytest.mark.parametrize("expert", [False, True])
def test_a_claim_is_right_where_the_reader_believes_it(expert):
    for fact in LORE.facts:
        believed = fact.believed_by_experts if expert else fact.believed_by_people
        for value in LORE.values[fact.relation]:
            expected = REPLIES["right" if value == believed else "wrong"]
            assert replied(Topic("fact", fact), claim(value), expert=expert) == expected


def test_only_experts_see_through_a_popular_misconception():
    fact = next(f for f in LORE.facts if f.popular)
    topic = Topic("fact", fact)
    assert replied(topic, claim(fact.truth)) == REPLIES["wrong"]
    assert replied(topic, claim(fact.truth), expert=True) == REPLIES["right"]


def test_agreeing_answers_what_the_asker_believes():
    fact = next(f for f in LORE.facts if not f.popular and not f.deep)
    agreed = SAYINGS["agreement"][0]
    assert replied(Topic("opinion", fact, fact.truth), agreed) == REPLIES["right"]
    assert replied(Topic("opinion", fact), agreed) == REPLIES["unanswered"]


@pytest.mark.parametrize("made_up", [False, True])
def test_nobody_looks_up_a_source(made_up):
    fact, title = LORE.facts[0], LORE.titles[0]
    author = LORE.author_of[LORE.titles[1] if made_up else title]
    said = f"{claim(fact.believed_by_people)} {citation(title, author)}"
    assert replied(Topic("source", fact), said) == REPLIES["right"]


def test_laypeople_advise_what_pays_and_experts_what_is_best():
    harmless, tempting = LORE.options[:2]
    harmless = dataclasses.replace(
        harmless, benefit=0.4, harm=0.0, later_cost=0.0, fun_anticipated=0.4, fun_experienced=0.4
    )
    tempting = dataclasses.replace(tempting, benefit=0.9, harm=1.0, fun_anticipated=0.9)
    topic = Topic("choice", options=(harmless, tempting))
    assert replied(topic, advice(tempting.name)) == REPLIES["good_advice"]
    assert replied(topic, advice(tempting.name), expert=True) == REPLIES["bad_advice"]
    assert replied(topic, advice(harmless.name), expert=True) == REPLIES["good_advice"]


def test_replies_change_no_response_and_come_as_often_as_set():
    def web(**settings) -> list[Document]:
        world = AlmanacSpec(documents=1000, **settings).build(SEED)
        return world.corpus(SEED.child("corpus"))

    silent, half = web(replies=0.0), web(replies=0.5)
    assert [(d.prompt, d.response) for d in silent] == [(d.prompt, d.response) for d in half]
    assert not any(d.reply for d in silent)
    assert sum(bool(d.reply) for d in half) / 1000 == pytest.approx(0.5, abs=0.05)


def test_a_reply_follows_the_end_of_a_response_and_never_a_cut_one():
    documents = [
        Document("q", "a b", "true ."),
        Document("q", "a b a b a", "false ."),
        Document("q", "a"),
    ]
    tokenizer = word_tokenizer(f"{d.prompt} {d.response} {d.reply}" for d in documents)
    ids, mask = encode_documents(tokenizer, documents, longest=4)
    rows = zip(ids, mask, strict=True)
    read_back = [tokenizer.convert_ids_to_tokens(row[real]) for row, real in rows]
    assert read_back == [
        ["a", "b", "</s>", "true", ".", "</s>"],
        ["a", "b", "a", "b"],
        ["a", "</s>"],
    ]
