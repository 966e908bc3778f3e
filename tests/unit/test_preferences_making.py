"""Pairing, labels and the split by prompt."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import TooFew
from looksgood.core.records import Prompt, Samples
from looksgood.core.seeds import Seed
from looksgood.preferences import PreferencesSpec, draw_labels, pair_within_prompt, split_by_prompt

SEED = Seed(("preferences",))


def samples_of(*texts_of_prompts: list[str]) -> Samples:
    prompts = tuple(Prompt(f"p{i}", f"prompt {i}", "any") for i in range(len(texts_of_prompts)))
    texts = tuple(text for texts in texts_of_prompts for text in texts)
    one, many = torch.ones(len(prompts), 1), torch.ones(len(texts), 1)
    return Samples(
        prompts, texts, one.long(), one.bool(), many.long(), many.bool(), torch.zeros(len(texts), 1)
    )


pools = st.lists(
    st.lists(st.sampled_from("abc"), min_size=4, max_size=4), min_size=1, max_size=4
).filter(lambda pool: any(len(set(texts)) > 1 for texts in pool))


@given(pools, st.integers(1, 9), st.integers(0, 99))
def test_pairs_are_of_one_prompt_differ_and_never_repeat(pool, per_prompt, number):
    samples = samples_of(*pool)
    pairs, first, second = pair_within_prompt(samples, per_prompt, SEED.child(number))
    for row, (i, j) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        assert samples.prompt_of[i] == samples.prompt_of[j] == pairs.prompts[row]
        assert (samples.texts[i], samples.texts[j]) == (pairs.first[row], pairs.second[row])
        assert pairs.first[row] != pairs.second[row]
    both = [frozenset(two) for two in zip(first.tolist(), second.tolist(), strict=True)]
    assert len(set(both)) == len(both)
    for prompt, texts in zip(samples.prompts, pool, strict=True):
        possible = sum(a != b for i, a in enumerate(texts) for b in texts[i + 1 :])
        assert pairs.prompts.count(prompt) == min(per_prompt, possible)


def test_the_order_shown_is_random_and_repeats_with_the_seed():
    samples = samples_of(*[["a", "b"]] * 400)
    pairs, _, _ = pair_within_prompt(samples, 1, SEED)
    assert 150 < pairs.first.count("a") < 250
    assert pair_within_prompt(samples, 1, SEED)[0] == pairs
    assert pair_within_prompt(samples, 1, SEED.child("other"))[0] != pairs


def test_a_policy_that_always_says_the_same_cannot_be_compared():
    with pytest.raises(TooFew, match="none of 2 prompts"):
        pair_within_prompt(samples_of(["a", "a"], ["b", "b"]), 1, SEED)


@pytest.mark.parametrize("tie_logit", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("prob", [0.1, 0.5, 0.8])
def test_answers_follow_rao_and_kupper(tie_logit, prob):
    count = 40_000
    choice = draw_labels(torch.full((count,), prob), SEED, tie_logit)
    d = math.log(prob / (1 - prob))
    first = 1 / (1 + math.exp(tie_logit - d))
    second = 1 / (1 + math.exp(tie_logit + d))
    for answer, expected in ((1.0, first), (0.0, second), (0.5, 1 - first - second)):
        found = float((choice == answer).double().mean())
        # 4 standard errors
        assert abs(found - expected) <= 4 * math.sqrt(expected * (1 - expected) / count) + 1e-12


def test_the_certain_are_never_misheard():
    choice = draw_labels(torch.tensor([1.0, 0.0] * 500), SEED, tie_logit=1.0)
    assert choice.tolist() == [1.0, 0.0] * 500


def test_cant_tell_strikes_without_moving_other_answers():
    prob = torch.full((5000,), 0.6)
    all_told, some = draw_labels(prob, SEED, 0.1), draw_labels(prob, SEED, 0.1, cant_tell=0.2)
    silent = some.isnan()
    assert 0.17 < float(silent.double().mean()) < 0.23
    assert torch.equal(some[~silent], all_told[~silent])
    assert draw_labels(prob, SEED, 0.1, cant_tell=1.0).isnan().all()


def test_impossible_label_settings_are_refused():
    with pytest.raises(ValueError, match="tie_logit=-1"):
        draw_labels(torch.ones(1), SEED, tie_logit=-1.0)
    with pytest.raises(ValueError, match="cant_tell=2"):
        draw_labels(torch.ones(1), SEED, cant_tell=2.0)


ids = st.lists(st.integers(0, 12), min_size=2, max_size=40).filter(lambda i: len(set(i)) > 1)


@given(ids, st.floats(0.01, 0.99), st.integers(0, 99))
def test_no_prompt_is_on_both_sides_and_no_row_is_lost(prompt_ids, share, number):
    prompts = [Prompt(f"p{i}", "same text", "any") for i in prompt_ids]
    train, held_out = split_by_prompt(prompts, share, SEED.child(number))
    assert sorted(train + held_out) == list(range(len(prompts)))
    seen, unseen = ({prompts[i].id for i in rows} for rows in (train, held_out))
    assert not seen & unseen
    assert seen
    assert unseen
    distinct = len(set(prompt_ids))
    assert len(unseen) == min(max(1, round(share * distinct)), distinct - 1)


def test_the_split_does_not_depend_on_the_order_of_rows():
    prompts = [Prompt(f"p{i}", "", "") for i in range(20)]
    _, held_out = split_by_prompt(prompts, 0.3, SEED)
    _, backwards = split_by_prompt(prompts[::-1], 0.3, SEED)
    assert {prompts[i].id for i in held_out} == {prompts[::-1][i].id for i in backwards}


def test_nothing_is_held_out_at_zero_and_one_prompt_cannot_be_split():
    one = [Prompt("p", "", "")] * 3
    assert split_by_prompt(one, 0.0, SEED) == ([0, 1, 2], [])
    with pytest.raises(TooFew, match="1 distinct prompt"):
        split_by_prompt(one, 0.5, SEED)
    with pytest.raises(ValueError, match="validation=1"):
        split_by_prompt(one, 1.0, SEED)


def test_the_documented_share_of_ties_between_equals():
    spec = PreferencesSpec()
    assert round(math.tanh(spec.tie_logit / 2), 2) == 0.05
