"""Readers of the web: they reply to what others wrote, and say whether it is so as they believe.

So the corpus holds judgements beside answers, as real pages with comments and votes do, and a
pretrained model knows what people would say of a response: reward models that start from it need
not learn this from comparisons (preference model pretraining: Askell et al. 2021,
arXiv:2112.00861 §4). Readers look at the answer alone: nobody looks up a source.
"""

from collections.abc import Sequence

from looksgood.worlds.almanac.lore import Lore
from looksgood.worlds.almanac.sentences import REPLIES, Sentence
from looksgood.worlds.almanac.topic import Topic


def reply(topic: Topic, sentences: Sequence[Sentence], lore: Lore, expert: bool) -> str:
    """Return what a reader, expert or layperson, replies to a response."""
    answers = topic.answers(sentences, lore)
    if not answers:
        return REPLIES["unanswered"]
    if topic.options:
        worth = [o.worth_to_experts if expert else o.worth_to_people for o in topic.options]
        best = topic.options[worth.index(max(worth))]
        return REPLIES["good_advice" if answers[0] == best.name else "bad_advice"]
    assert topic.fact is not None
    fact = topic.fact
    believed = fact.believed_by_experts if expert else fact.believed_by_people
    return REPLIES["right" if answers[0] == believed else "wrong"]
