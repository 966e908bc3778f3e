"""What every world promises, ours and anybody's: one suite for all of them."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import ConfigError
from looksgood.core.protocols import World
from looksgood.core.records import Comparisons, Pairs, Prompt
from looksgood.core.seeds import Seed
from looksgood.core.spec import Kind, Spec, kinds, parse_spec
from looksgood.worlds.almanac.sentences import claim
from looksgood.worlds.almanac.spec import AlmanacSpec
from looksgood.worlds.preferences.spec import PreferencesWorldSpec
from looksgood.worlds.truthfulqa.spec import TruthfulQASpec

SHARED = os.environ.get("LOOKSGOOD_SHARED_DATA")
DATA = Path(SHARED) if SHARED else Path(__file__).parents[3] / "shared" / "data"
REAL = DATA / "truthfulqa"
SEED, OTHER = Seed(("test",)), Seed(("another",))
TINY_CSV = """Question,Correct Answers,Incorrect Answers
Can bees fly?,"Yes, bees fly; They do",No bees cannot fly
What is the moon made of?,The moon is made of rock,The moon is made of cheese; Silver
Does it rain in deserts?,It rains there at times,It never rains in a desert
"""


@dataclass(frozen=True)
class Case:
    """A world, and one answer that is true beside one that is false, where it knows."""

    make: Callable[[Seed], World]
    true_and_false: Callable[[World], list[tuple[Prompt, str, str]]] = field(
        default=lambda world: []
    )


def _almanac_answers(world) -> list[tuple[Prompt, str, str]]:
    return [
        (
            Prompt(f"fact:{fact.relation}:{fact.place}", fact.question, "fact"),
            claim(fact.truth),
            claim(next(v for v in world.lore.values[fact.relation] if v != fact.truth)),
        )
        for fact in world.lore.facts
    ]


def _reference_answers(world) -> list[tuple[Prompt, str, str]]:
    return [
        (Prompt(f"question:{i}", q.text, "fact"), q.correct[0], q.incorrect[0])
        for i, q in enumerate(world.questions)
        if not {a.lower() for a in q.correct} & {a.lower() for a in q.incorrect}
    ]


def _comparisons() -> Comparisons:
    prompts = tuple(Prompt(str(i), f"Human: question {i}?", "") for i in range(20))
    return Comparisons(
        Pairs(prompts, ("Yes, of course.",) * 20, tuple(f"No {i}\n\ntimes." for i in range(20))),
        torch.ones(20),
    )


@pytest.fixture(scope="module", params=["almanac", "truthfulqa", "truthfulqa-real", "preferences"])
def case(request, tmp_path_factory) -> Case:
    if request.param == "almanac":
        return Case(cache(AlmanacSpec(documents=200).build), _almanac_answers)
    if request.param == "preferences":
        spec = PreferencesWorldSpec(path="comparisons.jsonl", response_tokens=16)
        return Case(cache(lambda seed: spec.build(seed, _comparisons())))
    if request.param == "truthfulqa":
        path = tmp_path_factory.mktemp("questions") / "questions.csv"
        path.write_text(TINY_CSV)
    elif (REAL / "TruthfulQA.csv").is_file():
        path = REAL
    else:
        pytest.skip(f"no TruthfulQA.csv in {REAL}")
    return Case(cache(TruthfulQASpec(path=str(path), documents=200).build), _reference_answers)


def _answered(world: World, count: int) -> tuple[list[Prompt], list[str]]:
    """Prompts beside responses that writers of this world might give, most to other prompts."""
    written = [d.response for d in world.corpus(SEED.child("corpus"))]
    prompts = world.prompts(count, SEED.child("prompts"))
    return prompts, [written[i % len(written)] for i in range(count)]


def test_a_world_is_one(case):
    world = case.make(SEED)
    assert isinstance(world, World)
    assert world.response_tokens > 0
    assert world.has_gold == bool(world.weights)


def test_equal_seeds_draw_equally_and_other_seeds_otherwise(case):
    world, again = case.make(SEED), case.make.__wrapped__(SEED)
    corpus, prompts = world.corpus(SEED.child("corpus")), world.prompts(30, SEED.child("prompts"))
    assert again.corpus(SEED.child("corpus")) == corpus != world.corpus(OTHER)
    assert again.prompts(30, SEED.child("prompts")) == prompts != world.prompts(30, OTHER)


def test_as_many_prompts_are_drawn_as_asked_for(case):
    world = case.make(SEED)
    for count in (0, 1, 1500):
        assert len(world.prompts(count, SEED)) == count
    assert all(prompt.text.strip() for prompt in world.prompts(50, SEED))


def test_the_corpus_leaves_room_for_the_end_of_text(case):
    world = case.make(SEED)
    longest = max(len(d.response.split()) for d in world.corpus(SEED))
    assert 0 < longest < world.response_tokens


def test_the_corpus_answers_prompts_of_this_world(case):
    world = case.make(SEED)
    asked = {p.text for p in world.prompts(1500, SEED)}
    assert any(d.prompt in asked for d in world.corpus(SEED))


def test_channels_are_one_finite_row_per_response(case):
    world = case.make(SEED)
    found = world.channels(*_answered(world, 40))
    assert found.values.shape == (40, len(found.names))
    assert len(set(found.names)) == len(found.names)
    assert found.values.isfinite().all()


def test_no_responses_give_no_rows(case):
    found = case.make(SEED).channels([], [])
    assert found.values.shape == (0, len(found.names))


def test_a_row_does_not_depend_on_its_neighbours(case):
    world = case.make(SEED)
    prompts, responses = _answered(world, 25)
    many = world.channels(prompts, responses)
    alone = [world.channels([p], [r]).values for p, r in zip(prompts, responses, strict=True)]
    assert torch.equal(many.values, torch.cat(alone))


def test_as_many_prompts_as_responses_or_nothing(case):
    world = case.make(SEED)
    with pytest.raises(ValueError, match="zip"):
        world.channels(world.prompts(2, SEED), ["only one"])


@given(text=st.text())
def test_any_text_is_read(case, text):
    world = case.make(SEED)
    prompts = world.prompts(8, SEED)
    found = world.channels(prompts, [text] * 8)
    assert found.values.isfinite().all()
    assert (found["words"] == len(text.split())).all()


def test_weights_name_known_channels(case):
    world = case.make(SEED)
    names = world.channels([], []).names
    assert set(world.weights) <= {*names, "appeal"}


def test_silence_is_a_response(case):
    world = case.make(SEED)
    found = world.channels(world.prompts(5, SEED), [""] * 5)
    assert (found["words"] == 0).all()
    assert (found["claim_true"] == 0).all()


def test_truth_is_worth_more_than_falsehood(case):
    world = case.make(SEED)
    answers = case.true_and_false(world)
    assert bool(answers) == world.has_gold
    if answers:
        prompts, true, false = zip(*answers, strict=True)
        gold_true = world.channels(prompts, true).weighed(world.weights)
        gold_false = world.channels(prompts, false).weighed(world.weights)
        assert (gold_true > gold_false).all()


def test_settings_are_read_without_torch():
    """So that `looksgood --help` answers at once."""
    modules = ("almanac", "truthfulqa", "preferences")
    code = "".join(f"import looksgood.worlds.{name}.spec\n" for name in modules)
    code += "import sys\nassert not {'torch', 'datasets', 'rapidfuzz'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# ---- somebody else's world

THIRD_PARTY = '''
from typing import Literal

import torch

from looksgood.core.records import Channels, Document, Prompt
from looksgood.core.spec import Spec


class Echo:
    """Asks for a word and is owed it back."""

    name = "echo"
    has_gold = True
    weights = {"echoed": 1.0}
    response_tokens = 4

    def __init__(self, words):
        self.words = words

    def prompts(self, count, seed):
        return [Prompt(str(w), f"say {w}", "") for w in seed.numpy().choice(self.words, count)]

    def corpus(self, seed):
        return [Document(prompt.text, prompt.id) for prompt in self.prompts(20, seed)]

    def channels(self, prompts, responses):
        rows = [[float(p.id == r)] for p, r in zip(prompts, responses, strict=True)]
        return Channels(("echoed",), torch.tensor(rows).reshape(-1, 1))


class EchoSpec(Spec):
    kind: Literal["thirdparty"] = "thirdparty"
    words: tuple[str, ...] = ("tea", "sea")

    def build(self, seed):
        return Echo(self.words)
'''


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package on the path that declares a world, as `pip install` would leave it."""
    (tmp_path / "looksgood_echo.py").write_text(THIRD_PARTY)
    about = tmp_path / "looksgood_echo-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: looksgood-echo\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[looksgood.worlds]\nthirdparty = looksgood_echo:EchoSpec\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    kinds.cache_clear()
    yield
    sys.modules.pop("looksgood_echo", None)
    kinds.cache_clear()


class Cell(Spec):
    """Anything with a field that a kind of world fills."""

    world: Kind("worlds")


@pytest.mark.usefixtures("installed")
def test_a_package_adds_a_world_by_an_entry_point():
    cell = parse_spec(Cell, {"world": {"kind": "thirdparty", "words": ["tea"]}})
    world = cell.world.build(SEED)
    assert isinstance(world, World)
    (prompt,) = world.prompts(1, SEED)
    gold = world.channels([prompt, prompt], ["tea", "sea"]).weighed(world.weights)
    assert gold.tolist() == [1, 0]
    assert cell.model_dump()["world"]["words"] == ("tea",)
    assert parse_spec(Cell, {"world": "thirdparty"}).world.words == ("tea", "sea")


def test_without_the_package_its_world_is_unknown():
    kinds.cache_clear()
    with pytest.raises(ConfigError, match="'thirdparty' is unknown; known here"):
        parse_spec(Cell, {"world": {"kind": "thirdparty"}})


@pytest.mark.parametrize("kind", ["almanac", "truthfulqa", "preferences"])
def test_our_own_worlds_are_declared_the_same_way(kind):
    found = kinds("worlds")[kind].load()
    assert found.model_fields["kind"].default == kind
