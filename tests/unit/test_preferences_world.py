"""A world of somebody's comparisons: all of them, both sides, and no gold."""

import pytest
import torch

from looksgood.core.errors import ConfigError, DataError
from looksgood.core.records import Comparisons, Pairs, Prompt
from looksgood.core.seeds import Seed
from looksgood.core.spec import parse_spec
from looksgood.worlds.preferences.spec import PreferencesWorldSpec

SEED = Seed(("test",))
SPEC = PreferencesWorldSpec(path="comparisons.jsonl", response_tokens=8)
TEA, SEA = Prompt("a", "Human: tea?\n\nAssistant:", ""), Prompt("b", "Human: sea?", "")
LONG = "one two\n\nthree four five six seven eight nine"
COMPARISONS = Comparisons(
    Pairs((TEA, TEA, SEA), ("Yes.", LONG, "Salt."), ("No.", "Yes.", "")),
    torch.tensor([1.0, 0.5, float("nan")]),
)
WORLD = SPEC.build(SEED, COMPARISONS)


def test_comparisons_come_back_as_they_were():
    held = WORLD.comparisons()
    assert held.pairs == COMPARISONS.pairs
    torch.testing.assert_close(held.choice, COMPARISONS.choice, equal_nan=True)


def test_the_corpus_is_both_sides_once_and_cut_at_words():
    corpus = WORLD.corpus(SEED)
    cut = "one two\n\nthree four five six seven"
    assert sorted((d.prompt, d.response) for d in corpus) == sorted(
        [(TEA.text, r) for r in ("Yes.", "No.", cut, "Yes.")]
        + [(SEA.text, r) for r in ("Salt.", "")]
    )


def test_each_prompt_is_equally_likely_however_often_it_was_compared():
    drawn = WORLD.prompts(4000, SEED)
    assert set(drawn) == {TEA, SEA}
    assert drawn.count(TEA) / 4000 == pytest.approx(0.5, abs=0.03)


def test_only_the_surface_is_known():
    seen = WORLD.channels([TEA, TEA], ["", "so so so so"])
    assert seen.names == ("words", "repetition")
    assert seen["words"].tolist() == [0, 4]
    assert seen["repetition"].tolist() == pytest.approx([0, 2 / 3])
    assert WORLD.has_gold is False
    assert WORLD.weights == {}


def test_a_file_without_comparisons_is_refused():
    none = Comparisons(Pairs((), (), ()), torch.empty(0))
    with pytest.raises(DataError, match=r"comparisons\.jsonl: holds no comparisons"):
        SPEC.build(SEED, none)


def test_a_study_that_needs_gold_is_told_which_one_does_not():
    with pytest.raises(ConfigError, match=r"no ground truth.*reward-fit") as caught:
        SPEC.build(SEED)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({}, "path.*required"),
        ({"path": "x", "max_tokens": 64, "response_tokens": 64}, "leaves no room for a prompt"),
        ({"path": "x", "max_tokens": 3}, "max_tokens = 3"),
    ],
)
def test_wrong_settings_are_refused(setting, says):
    with pytest.raises(ConfigError, match=says):
        parse_spec(PreferencesWorldSpec, setting)
