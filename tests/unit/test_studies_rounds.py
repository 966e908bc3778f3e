"""Rounds of comparisons: what later ones add, and whom they ask about."""

import pytest
import torch

from looksgood.core.records import Comparisons, Pairs
from looksgood.core.seeds import Seed
from looksgood.runs import Stages
from looksgood.studies.asking import SimulatedAsker
from looksgood.studies.rounds import Rounds
from looksgood.studies.shared import Shared
from tests.sweeps import tiny_spec

CHANGES = {
    "preferences.prompts": 40,
    "preferences.round_beta": 0.0,
    "reward.epochs": 3.0,
    "optimizer.steps": 25,
    "optimizer.prompts": 8,
}


@pytest.fixture(scope="module")
def rounds(tmp_path_factory):
    stages = Stages(tmp_path_factory.mktemp("run"))

    def make(number, **changes):
        spec = tiny_spec(**CHANGES, **{"preferences.rounds": number}, **changes)
        shared = Shared(spec, Seed((0,)), stages)
        world = shared.world()
        base, folder = shared.base(world)
        pool = base.sample(world.prompts(8, Seed(("held",))), 8, Seed(("pool",)))
        asker = SimulatedAsker(spec.rater.build(world.weights), world, spec.preferences)
        return Rounds(shared, world, base, folder, asker, pool)

    return make


def texts(comparisons):
    return list(zip(comparisons.pairs.first, comparisons.pairs.second, strict=True))


def test_a_second_round_adds_to_the_first(rounds):
    one, two = ([*texts(t), *texts(h)] for t, h in (rounds(n).comparisons() for n in (1, 2)))
    assert len(two) > 1.5 * len(one)
    assert set(one) <= set(two)


def test_no_prompt_of_any_round_both_trains_and_tests(rounds):
    train, held_out = rounds(2).comparisons()
    assert held_out.pairs.prompts
    assert not {p.id for p in train.pairs.prompts} & {p.id for p in held_out.pairs.prompts}


def test_the_second_round_asks_about_what_the_first_taught_to_say(rounds):
    first = rounds(1)
    reward = first.reward(first.comparisons()[0])
    base = rounds(1)._asked(1).pairs
    later = rounds(2)._asked(2).pairs
    count = min(len(base), len(later))
    pairs = Pairs(later.prompts[:count], later.first[:count], base.first[:count])
    assert reward.margins(Comparisons(pairs, torch.zeros(count))).mean() > 0.3


def test_only_later_rounds_hang_on_r_hat_and_the_optimizer(rounds):
    plain = rounds(2).shared
    for change in ({"reward.epochs": 4.0}, {"optimizer.steps": 3}, {"preferences.round_beta": 1.0}):
        spec = tiny_spec(**{**CHANGES, "preferences.rounds": 2, **change})
        other = Shared(spec, plain.seed, plain.stages)
        assert other.comparisons_key(1) == plain.comparisons_key(1)
        assert other.comparisons_key(2) != plain.comparisons_key(2)
