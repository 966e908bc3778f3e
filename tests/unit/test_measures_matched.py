"""Values at a matched level, the two forms beside each other, and the frontier from a pool."""

import numpy as np
import pytest
import torch

from looksgood.core.seeds import Seed
from looksgood.measures.form_choice import aic_lead_of_rl, held_out_lead_of_rl
from looksgood.measures.matched import (
    at_first_reach,
    at_highest_common,
    first_step,
    root_kl,
)
from looksgood.measures.resample import resample, resample_runs
from looksgood.ops.kl_frontier import tilt_of_kl
from looksgood.optimizers.tilt import EFFECTIVE, LEAST_EFFECTIVE, frontier_points


def test_a_value_is_read_on_a_straight_line_at_the_first_reach():
    x = np.array([0.0, 1.0, 3.0, 2.0, 5.0])
    y = np.array([0.0, 10.0, 30.0, 99.0, 50.0])
    for level, expected in ((0.5, 5), (1, 10), (2, 20), (3, 30), (-1, 0)):
        assert at_first_reach(x, y, np.array(float(level))) == pytest.approx(expected)
    assert at_first_reach(x, y, np.array(4.0)) == pytest.approx(99 + (50 - 99) * 2 / 3)


def test_what_is_never_reached_is_not_extrapolated():
    x, y = np.array([[0.0, 1.0], [0.0, 3.0]]), np.array([[0.0, 1.0], [0.0, 1.0]])
    np.testing.assert_allclose(at_first_reach(x, y, np.array([2.0, 1.5])), [np.nan, 0.5])


def test_runs_are_read_at_the_highest_level_that_all_of_them_reach():
    # two seeds: the first run reaches 2 and 4, the second 3 and 1
    x = [np.array([[0.0, 2.0, 1.0], [0.0, 2.0, 4.0]]), np.array([[0.0, 1.0, 3.0], [0.0, 1.0, 0.0]])]
    y = [np.array([[0.0, 5.0, 9.0], [0.0, 6.0, 9.0]]), np.array([[0.0, 1.0, 2.0], [7.0, 8.0, 9.0]])]
    one, other = at_highest_common(x, y)
    np.testing.assert_allclose(one, [5.0, 3.0])
    np.testing.assert_allclose(other, [1.5, 8.0])


def test_what_never_comes_takes_at_least_all_steps():
    steps = np.array([0.0, 4.0, 8.0])
    there = np.array([[False, True, False], [False, False, False], [True, False, True]])
    np.testing.assert_array_equal(first_step(steps, there), [4.0, 8.0, 0.0])


def test_a_kl_estimated_below_zero_is_no_distance():
    np.testing.assert_array_equal(root_kl(np.array([-0.1, 0.0, 4.0])), [0.0, 0.0, 2.0])


def noisy(curve, sd=0.02):
    d = np.linspace(0.4, 5, 10)
    return d, curve(d) + Seed(("noise",)).numpy().normal(0, sd, (6, 10))


def test_each_form_wins_where_it_is_true_and_neither_on_a_line():
    log = noisy(lambda d: d * (0.5 - 0.3 * np.log(d)))
    linear = noisy(lambda d: d * (0.5 - 0.1 * d))
    line = noisy(lambda d: 0.3 * d)
    for lead, least in ((aic_lead_of_rl, 4), (held_out_lead_of_rl, 0)):
        assert lead(*log).min() > least
        assert lead(*linear).max() < -least
        assert abs(lead(*line)).mean() < 4


def test_runs_kept_apart_average_to_what_resampling_together_gives():
    table = {"x": Seed(("x",)).numpy().normal(size=(3, 4, 5))}
    together = resample(table, Seed(("b",)), draws=30)
    apart = resample_runs(table, Seed(("b",)), draws=30)
    assert apart.draws["x"].shape == (30, 3, 4)
    np.testing.assert_allclose(apart.draws["x"].mean(1), together.draws["x"])
    np.testing.assert_allclose(apart.mean["x"].mean(0), together.mean["x"])


def pool(k, prompts=8):
    rng = Seed(("pool", k)).numpy()
    proxy = torch.from_numpy(rng.normal(size=prompts * k))
    return {"proxy": proxy, "gold": 0.5 * proxy}


def test_the_frontier_of_a_gaussian_reward_is_known():
    """π_β ∝ e^{r/β} shifts N(0, 1) by 1/β: KL = 1/2β², proxy = 1/β."""
    points = frontier_points(pool(4000), 4000, (1.0, 2.0))
    assert [beta for beta, _ in points] == [2.0, 1.0]
    for beta, columns in points:
        assert float(columns["kl"].mean()) == pytest.approx(0.5 / beta**2, rel=0.1)
        assert float(columns["proxy"].mean()) == pytest.approx(1 / beta, rel=0.1)
        assert torch.allclose(columns["gold"], 0.5 * columns["proxy"])


def test_the_frontier_is_that_of_the_pool_itself():
    scores = pool(50, prompts=1)
    [(_, columns)] = frontier_points(scores, 50, (1.5,))
    found = tilt_of_kl(np.full(50, 1 / 50), scores["proxy"].numpy(), float(columns["kl"][0]))
    assert float(columns["proxy"][0]) == pytest.approx(found.reward, rel=1e-6)
    assert found.inverse_beta == pytest.approx(1 / 1.5, rel=1e-5)


def test_beyond_what_the_pool_can_tell_nothing_is_said():
    betas = (4.0, 2.0, 1.0, 0.5, 0.25)
    few, many = (frontier_points(pool(k), k, betas) for k in (64, 2000))
    assert 0 < len(few) < len(many) < len(betas)
    for _, columns in (*few, *many):
        assert float(1 / (1 / columns[EFFECTIVE]).mean()) >= LEAST_EFFECTIVE
    assert frontier_points(pool(20), 20, betas) == []


def test_no_penalty_has_no_frontier():
    with pytest.raises(ValueError, match="above 0"):
        frontier_points(pool(10), 10, (1.0, 0.0))
