"""r̂ of clips: it finds what raters go by, on a known scale, and survives an interruption."""

import math

import numpy as np
import pytest
import torch

from looksgood.core.control import Clips, FrameReward
from looksgood.core.errors import NotFinite, TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.bradley_terry import bradley_terry_loss
from looksgood.rewards.clips.ensemble import ClipEnsemble
from looksgood.rewards.clips.spec import ClipEnsembleSpec, ClipGoldSpec, ClipRandomSpec

SEED = Seed(("clips",))
FEATURES = 4
SMALL = ClipEnsembleSpec(hidden=8, steps=3, first_steps=5, batch=16)
NAN = float("nan")


def clips(count: int, seed: Seed, frames: int = 5) -> Clips:
    """Observations with a scale and an offset of their own for each feature."""
    normal = seed.numpy().normal(size=(count, frames, FEATURES))
    observations = normal * [1, 10, 0.1, 1] + [0, 50, 0, -3]
    return Clips(observations, np.zeros((count, frames, 1)))


def standard(observations: np.ndarray) -> np.ndarray:
    return (observations - [0, 50, 0, -3]) / [1, 10, 0.1, 1]


def linear(observations: np.ndarray) -> np.ndarray:
    return standard(observations) @ np.array([1.0, -1.0, 0.5, 0.0])


def quadratic(observations: np.ndarray) -> np.ndarray:
    return -(standard(observations)[..., :2] ** 2).sum(-1)


def answers(first: Clips, second: Clips, reward, seed: Seed, lapse: float = 0.1) -> torch.Tensor:
    """What a rater says who chooses the clip of higher reward but for a share of coins."""
    better = reward(first.observations).sum(1) > reward(second.observations).sum(1)
    draw = seed.numpy()
    coins = draw.random(len(better)) < lapse
    return torch.from_numpy(np.where(coins, draw.random(len(better)) < 0.5, better)).float()


def compared(count: int, reward, seed: Seed) -> tuple[Clips, Clips, torch.Tensor]:
    first, second = clips(count, seed.child("first")), clips(count, seed.child("second"))
    return first, second, answers(first, second, reward, seed.child("answers"))


def flat(side: Clips) -> np.ndarray:
    return side.observations.reshape(-1, FEATURES)


def same(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


@pytest.fixture(scope="module")
def fitted() -> ClipEnsemble:
    ensemble = SMALL.build(FEATURES, SEED)
    first, second, choice = compared(60, linear, SEED)
    ensemble.fit(first, second, choice)
    ensemble.standardise(flat(first))
    return ensemble


# ---- fitting


@pytest.mark.parametrize("reward", [linear, quadratic])
def test_a_planted_reward_is_recovered_although_a_tenth_of_answers_are_coins(reward):
    ensemble = ClipEnsembleSpec(hidden=32, first_steps=250, batch=128).build(FEATURES, SEED)
    shown = compared(800, reward, SEED.child(reward.__name__))
    ensemble.fit(*shown)
    fresh = flat(clips(200, SEED.child("fresh")))
    assert np.corrcoef(ensemble.score(fresh), reward(fresh))[0, 1] > 0.9
    accuracy = ensemble.accuracy(*shown)
    assert accuracy is not None
    assert 0.8 < accuracy < 0.99  # nobody can foresee coins: at best 0.95 of them all


def test_a_clip_is_worth_the_sum_of_its_frames(fitted):
    first, second = clips(20, SEED.child("a")), clips(20, SEED.child("b"))

    def sums(side: Clips) -> np.ndarray:
        frames = fitted._raw(flat(side)).mean(0).numpy()  # before standardising: in logits
        return frames.reshape(20, -1).sum(1)

    expected = torch.from_numpy(sums(first) - sums(second))
    found = fitted._margins(first, second).mean(0).double()
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


def test_each_member_computes_what_it_would_alone(fitted):
    rows = torch.randn(2, 7, FEATURES, generator=SEED.torch()).repeat(2, 1, 1)[:3]
    together = fitted.nets(rows)
    for member in range(3):
        x = rows[member]
        layers = list(zip(fitted.nets.weights, fitted.nets.biases, strict=True))
        for i, (weight, bias) in enumerate(layers):
            x = x @ weight[member] + bias[member]
            if i < len(layers) - 1:
                x = torch.where(x > 0, x, 0.01 * x)
        torch.testing.assert_close(together[member], x[:, 0])


def test_the_loss_of_equal_sums_and_of_certain_ones_is_that_of_the_closed_form():
    """With lapses at 0.1, P' = 0.9 P + 0.05: ln 2 at P = ½, and −ln 0.05 when surely wrong."""
    same_sum, apart = torch.zeros(1), torch.tensor([100.0])
    one, half = torch.ones(1), torch.full((1,), 0.5)
    for choice in (one, half, 1 - one):
        assert bradley_terry_loss(same_sum, same_sum, choice, 0.1).item() == pytest.approx(
            math.log(2)
        )
    assert bradley_terry_loss(-apart, same_sum, one, 0.1).item() == pytest.approx(-math.log(0.05))
    assert bradley_terry_loss(apart, same_sum, one, 0.1).item() == pytest.approx(-math.log(0.95))


def test_the_fit_is_of_that_loss():
    """The first step of linear members, drawn and summed again by hand."""
    spec = ClipEnsembleSpec(layers=0, first_steps=1, batch=64)
    shown = compared(40, linear, SEED.child("by hand"))
    ensemble = spec.build(FEATURES, SEED)
    before = [p.detach().clone() for p in ensemble.nets.parameters()]
    loss = ensemble.fit(*shown)
    draw = SEED.child("fit", 0).numpy()
    rows = [pool[draw.integers(len(pool), size=64)] for pool in ensemble._pools(shown[2])]
    means = []
    for member in range(3):
        at = [ensemble._inputs(side.observations[rows[member]]) for side in shown[:2]]
        sums = [(x @ before[0][member]).sum((1, 2)) for x in at]
        means.append(bradley_terry_loss(sums[0], sums[1], shown[2][rows[member]], 0.1))
    assert loss == pytest.approx(torch.stack(means).mean().item(), rel=1e-4)


def test_ties_pull_sums_together():
    first, second = clips(100, SEED.child("t1")), clips(100, SEED.child("t2"))
    decided = answers(first, second, linear, SEED, lapse=0.0)
    spec = ClipEnsembleSpec(hidden=16, first_steps=100, batch=64)
    one, other = (spec.build(FEATURES, SEED) for _ in range(2))
    one.fit(first, second, decided)
    other.fit(first, second, torch.full((100,), 0.5))
    tied, plain = (e._margins(first, second).mean(0).abs().mean() for e in (other, one))
    assert tied < plain / 4


def test_cant_tell_never_trains_and_normalises_nothing():
    first, second, choice = compared(30, linear, SEED)
    wild = Clips(first.observations.copy(), first.states)
    wild.observations[20:] = 1e9
    choice[20:] = NAN
    one, other = SMALL.build(FEATURES, SEED), SMALL.build(FEATURES, SEED)
    one.fit(first, second, choice)
    other.fit(wild, second, choice)
    assert same(one.state(), other.state())


def test_too_few_answers_to_train_on_are_refused():
    first, second, _ = compared(5, linear, SEED)
    with pytest.raises(TooFew, match="0 answered comparisons"):
        SMALL.build(FEATURES, SEED).fit(first, second, torch.full((5,), NAN))


def test_nan_in_what_was_seen_stops_the_fit_and_leaves_it_as_it_was(fitted):
    first, second, choice = compared(60, linear, SEED)
    broken = Clips(np.full_like(first.observations, NAN), first.states)
    before = fitted.state()
    with pytest.raises(NotFinite, match="step 0 of 3 of fit 1"):
        fitted.fit(broken, second, choice)
    assert same(before, fitted.state())


# ---- what is held out


def test_held_out_answers_do_not_train_their_member():
    """Turning round every answer that member 0 holds out leaves member 0 as it is."""
    first, second, choice = compared(60, linear, SEED)
    one, other = SMALL.build(FEATURES, SEED), SMALL.build(FEATURES, SEED)
    held = one._held_out(60)[0]
    one.fit(first, second, choice)
    other.fit(first, second, torch.where(held, 1 - choice, choice))
    for mine, theirs in zip(one.nets.parameters(), other.nets.parameters(), strict=True):
        assert torch.equal(mine[0], theirs[0])
    assert not torch.equal(one.nets.weights[0][1], other.nets.weights[0][1])


def test_accuracy_is_of_held_out_decided_answers_alone(fitted):
    first, second, choice = compared(60, linear, SEED)
    held, margins = fitted._held_out(60), fitted._margins(first, second)
    right = [
        float((margins[m, i] > 0) == (choice[i] == 1))
        for m in range(3)
        for i in range(60)
        if held[m, i] and i >= 10
    ]
    choice[:10] = 0.5
    assert fitted.accuracy(first, second, choice) == pytest.approx(np.mean(right))
    assert fitted.accuracy(first, second, torch.full((60,), 0.5)) is None


# ---- scale and disagreement


def test_scores_are_standardised_and_look_at_observations_only(fitted):
    assert isinstance(fitted, FrameReward)
    frames = flat(clips(60, SEED.child("scale")))
    fitted.standardise(frames)
    scores = fitted.score(frames, np.full((len(frames), 2), NAN))
    assert scores.mean() == pytest.approx(0, abs=1e-9)
    assert scores.std() == pytest.approx(1)


def test_members_disagree_by_the_variance_of_their_probabilities(fitted):
    first, second = clips(30, SEED.child("d1")), clips(30, SEED.child("d2"))
    found = fitted.disagreement(first, second)
    expected = fitted._margins(first, second).sigmoid().numpy().var(0)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(fitted.disagreement(second, first), found, rtol=1e-4, atol=1e-7)
    assert fitted.disagreement(first, first).max() == 0


def test_a_reward_that_is_not_finite_is_no_reward(fitted):
    frames = flat(clips(4, SEED))
    frames[3] = NAN
    with pytest.raises(NotFinite, match="on 1 of 20 frames"):
        fitted.score(frames)
    with pytest.raises(NotFinite, match="cannot be standardised"):
        fitted.standardise(np.ones((10, FEATURES)))


def test_a_resumed_fit_equals_an_unbroken_one():
    shown = compared(60, linear, SEED)
    unbroken = SMALL.build(FEATURES, SEED)
    unbroken.fit(*shown)
    unbroken.standardise(flat(shown[0]))
    saved = unbroken.state()
    resumed = SMALL.build(FEATURES, SEED)
    resumed.restore(saved)
    for ensemble in (unbroken, resumed):
        ensemble.fit(*shown)
        ensemble.standardise(flat(shown[1]))
    assert same(unbroken.state(), resumed.state())
    assert not same(saved, resumed.state())
    frames = flat(clips(10, SEED))
    np.testing.assert_array_equal(unbroken.score(frames), resumed.score(frames))


# ---- controls


def test_a_random_reward_is_standardised_and_does_not_move_with_the_policy():
    reward = ClipRandomSpec().build(FEATURES, SEED)
    early, late = flat(clips(50, SEED)), flat(clips(50, SEED.child("late"))) * 3 + 1
    reward.standardise(early)
    before = reward.score(late)
    reward.standardise(late)
    after = reward.score(late)
    assert after.std() == pytest.approx(1)
    assert np.corrcoef(before, after)[0, 1] > 0.98  # members are weighed anew, no more
    other = ClipRandomSpec().build(FEATURES, SEED.child("other"))
    other.standardise(late)
    assert abs(np.corrcoef(other.score(late), after)[0, 1]) < 0.98


def test_a_resumed_random_reward_is_the_same():
    reward = ClipRandomSpec().build(FEATURES, SEED)
    frames = flat(clips(50, SEED))
    reward.standardise(frames)
    resumed = ClipRandomSpec().build(FEATURES, SEED)
    resumed.restore(reward.state())
    for one in (reward, resumed):
        one.standardise(frames * 2)
    np.testing.assert_array_equal(reward.score(frames), resumed.score(frames))


def test_gold_looks_at_states_only_and_survives_being_constant():
    reward = ClipGoldSpec().build(lambda states: states[:, 0])
    nothing, states = np.full((40, FEATURES), NAN), SEED.numpy().normal(3, 2, size=(40, 1))
    assert isinstance(reward, FrameReward)
    reward.standardise(nothing, states)
    scores = reward.score(nothing, states)
    assert scores.mean() == pytest.approx(0, abs=1e-9)
    assert scores.std() == pytest.approx(1)
    resumed = ClipGoldSpec().build(lambda states: states[:, 0])
    resumed.restore(reward.state())
    np.testing.assert_array_equal(resumed.score(nothing, states), scores)
    reward.standardise(nothing, np.zeros((40, 1)))
    assert reward.score(nothing, np.zeros((40, 1))).max() == 0
    with pytest.raises(NotFinite, match="gold"):
        reward.standardise(nothing, np.full((40, 1), NAN))
