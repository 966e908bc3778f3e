"""How likely a policy is to say something: against plain arithmetic, and against what is drawn."""

from dataclasses import replace

import pytest
import torch

from looksgood.core.errors import ModelError
from looksgood.core.seeds import Seed
from looksgood.measures.saying import chances_of_saying
from tests.tiny import PROMPTS, TOKENIZER, plain_logp, tiny_policy

ENDS = ("please",)
SAYINGS = {"ask": ["tea please"], "urge": ["good please", "cat please"]}


def answering(policy, text):
    """Samples of one prompt and one response, as given."""
    ids = torch.tensor([[*TOKENIZER(text, add_special_tokens=False).input_ids]])
    drawn = policy.sample(PROMPTS[:1], 1, Seed(("d",)))
    mask = torch.ones_like(ids, dtype=torch.bool)
    return replace(drawn, texts=(text,), ids=ids, mask=mask, logp=torch.zeros(ids.shape))


def chance_after(policy, beginning, saying):
    """The saying's probability right after a beginning, run as one row."""
    whole = answering(policy, f"{beginning} {saying}".strip())
    count = len(saying.split())
    return float(plain_logp(policy, whole)[0, -count:].sum().exp().detach())


def test_each_place_counts_up_to_where_it_is_first_said():
    policy = tiny_policy()
    said = answering(policy, "say please cat please tea")
    found = chances_of_saying(policy, said, SAYINGS, ENDS)
    places = ("", "say please", "say please cat please")
    asked = [chance_after(policy, place, "tea please") for place in places]
    assert found["ask"].tolist() == pytest.approx([sum(asked)], rel=1e-5)
    # "cat please" is said at the second place: what comes after it is no first time
    urged = [
        chance_after(policy, place, saying) for place in places[:2] for saying in SAYINGS["urge"]
    ]
    assert found["urge"].tolist() == pytest.approx([sum(urged)], rel=1e-5)


def test_what_does_not_fit_any_more_is_not_said():
    policy = tiny_policy(response_tokens=3)
    said = answering(policy, "say please cat")
    found = chances_of_saying(policy, said, SAYINGS, ENDS)["ask"]
    assert found.tolist() == pytest.approx([chance_after(policy, "", "tea please")], rel=1e-5)


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_the_mean_is_the_share_of_what_is_drawn_with_less_spread(kind):
    policy = tiny_policy(kind, response_tokens=5)
    samples = policy.sample(PROMPTS, 500, Seed(("many", kind)))
    found = chances_of_saying(policy, samples, SAYINGS, ENDS)

    def holds(text, kind):
        said = f"please {text} ".split("please ")  # sentences end in "please"
        return any(f"{sentence}please" in SAYINGS[kind] for sentence in said[:-1])

    for name, chances in found.items():
        drawn = torch.tensor([float(holds(text, name)) for text in samples.texts])
        assert 0 < drawn.mean() < 0.2
        apart = float((chances - drawn).mean())
        assert abs(apart) < 4 * float((chances - drawn).std() / len(drawn) ** 0.5)
        assert chances.std() < drawn.std() / 2


def test_what_there_are_no_words_for_is_never_said():
    policy = tiny_policy()
    samples = policy.sample(PROMPTS, 2, Seed(("s",)))
    found = chances_of_saying(policy, samples, {"bribe": ["money please"]}, ("please", "!"))
    assert found["bribe"].tolist() == [0.0] * 6
    both = chances_of_saying(policy, samples, {**SAYINGS, "bribe": ["money please"]}, ENDS)
    assert both["bribe"].tolist() == [0.0] * 6
    assert (both["ask"] > 0).all()


def test_a_mark_of_several_tokens_is_refused():
    policy = tiny_policy()
    samples = policy.sample(PROMPTS[:1], 2, Seed(("s",)))
    with pytest.raises(ModelError, match="'tea please' ends a sentence and is 2 tokens"):
        chances_of_saying(policy, samples, SAYINGS, ("tea please",))
