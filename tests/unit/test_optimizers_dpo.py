"""DPO as a trainer: what the contract suite asks of the others, with comparisons for a reward."""

import math

import pytest
import torch

from looksgood.core.errors import ConfigError, TooFew
from looksgood.core.protocols import Trainer
from looksgood.core.records import Comparisons, Pairs, Prompt
from looksgood.core.seeds import Seed
from looksgood.core.spec import parse_spec
from looksgood.models.comparison_tokens import ComparisonTokens
from looksgood.optimizers.dpo_spec import DPOSpec
from tests.tiny import PROMPTS, TOKENIZER, WORDS, plain_logp

SEED = Seed(("dpo",))


def tea_is_better(count=120, ties=0) -> Comparisons:
    """One pair for each of many prompts: two words and tea, or two words and another."""
    draw = SEED.child("pairs").numpy()
    prompts, first, second, choice = [], [], [], []
    for i in range(count):
        words = " ".join(draw.choice(WORDS, 3))
        other = " ".join(draw.choice(WORDS[1:], 2))
        shown = [f"{other} tea", f"{other} cat"]
        swap = int(draw.integers(2))
        prompts.append(Prompt(str(i), f"say {words} {i}", ""))
        first.append(shown[swap])
        second.append(shown[1 - swap])
        choice.append(0.5 if i < ties else float(swap == 0))
    return Comparisons(Pairs(tuple(prompts), tuple(first), tuple(second)), torch.tensor(choice))


SHOWN = tea_is_better()


def trainer(base, shown=SHOWN, seed=SEED, **settings):
    settings = {"steps": 15, "learning_rate": 1e-2, "beta": 0.1} | settings
    return DPOSpec(**settings).build(base, shown, seed)


def weights_of(policy):
    return [weight.detach().clone() for weight in policy.model.parameters()]


def equal(one, other):
    return all(map(torch.equal, one, other))


def test_it_says_more_of_what_was_chosen_and_leaves_the_base_alone(base):
    before = weights_of(base)
    made = trainer(base)
    assert isinstance(made, Trainer)
    told = [made.step() for _ in range(15)]
    assert made.position == 15
    assert told[0]["loss"] == pytest.approx(math.log(2), abs=1e-5)
    assert told[0]["log_ratio"] == pytest.approx(0, abs=1e-5)
    assert told[-1]["accuracy"] > 0.9 > told[0]["accuracy"]  # of prompts it had not seen before
    assert told[-1]["loss"] < 0.6
    assert equal(weights_of(base), before)


def test_an_epoch_sees_every_prompt_once(base):
    made = trainer(base, steps=7)
    seen = torch.cat(made.parts_of_epoch)
    assert sorted(seen.tolist()) == list(range(len(SHOWN)))
    assert {len(part) for part in made.parts_of_epoch} == {17, 18}


def test_a_restored_run_goes_on_bit_for_bit(base):
    unbroken = trainer(base)
    unbroken.step()
    kept = unbroken.state()
    told = [unbroken.step() for _ in range(2)]
    resumed = trainer(base)
    resumed.step()
    resumed.restore(kept)
    assert [resumed.step() for _ in range(2)] == told
    assert equal(weights_of(resumed.policy), weights_of(unbroken.policy))


def test_cant_tell_is_left_out_and_ties_pull_nowhere(base):
    silent = Comparisons(SHOWN.pairs, SHOWN.choice.clone())
    silent.choice[:60] = math.nan
    assert len(trainer(base, silent).comparisons) == 60
    tied = trainer(base, tea_is_better(ties=120))
    before = weights_of(tied.policy)
    assert tied.step()["accuracy"] == 0.5
    moved = [(a - b).abs().max() for a, b in zip(weights_of(tied.policy), before, strict=True)]
    assert float(torch.stack(moved).max()) == 0.0


def test_fewer_prompts_than_steps_are_refused(base):
    with pytest.raises(TooFew, match=r"120 prompts .* no epoch of 200 steps"):
        trainer(base, steps=200)


@pytest.mark.parametrize("bad", [{"beta": 0}, {"steps": 0}, {"learning_rate": 0}])
def test_senseless_settings_are_refused_by_name(bad):
    with pytest.raises(ConfigError, match=next(iter(bad))):
        parse_spec(DPOSpec, bad)


def test_a_batch_holds_its_prompts_responses_and_their_pairs(base):
    """Prompts with two and with three responses: the shorter list repeats its last."""
    pairs = Pairs(
        (PROMPTS[0], PROMPTS[0], PROMPTS[1]), ("tea", "sea cat", "bad"), ("bad", "tea", "tea")
    )
    shown = Comparisons(pairs, torch.tensor([1.0, 0.0, 0.5]))
    tokens = ComparisonTokens.of(shown, TOKENIZER, 6)
    batch = tokens.batch(torch.tensor([1, 0]))
    said = batch.responses
    assert said.prompts == (PROMPTS[1], PROMPTS[0])
    assert said.texts == ("bad", "tea", "tea", "tea", "bad", "sea cat")
    named = {
        int(pair): (said.texts[i], said.texts[j])
        for pair, i, j in zip(batch.pairs, batch.first, batch.second, strict=True)
    }
    assert named == {0: ("tea", "bad"), 1: ("sea cat", "tea"), 2: ("bad", "tea")}
    torch.testing.assert_close(base.logp(said), plain_logp(base, said), atol=1e-4, rtol=1e-4)
