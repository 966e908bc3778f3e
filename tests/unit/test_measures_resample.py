"""Intervals over seeds and prompts: unbiased, wide enough, paired, and refused where data lack."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.measures.resample import interval, resample, table_of

BOOTSTRAP = Seed(("bootstrap",))


def normal(shape, *where):
    return Seed(("data", *where)).numpy().normal(size=shape)


def test_the_mean_is_the_plain_mean_and_the_draws_lie_around_it():
    table = normal((5, 3, 40))
    found = resample({"gold": table}, BOOTSTRAP)
    np.testing.assert_allclose(found.mean["gold"], table.mean((0, 2)))
    assert found.draws["gold"].shape == (4000, 3)
    np.testing.assert_allclose(found.draws["gold"].mean(0), table.mean((0, 2)), atol=0.02)
    assert found.seeds == 5


def test_every_draw_weighs_all_prompts_of_a_seed_to_one():
    found = resample({"one": np.ones((3, 2, 7))}, BOOTSTRAP, draws=200)
    np.testing.assert_allclose(found.draws["one"], 1.0)


def test_columns_and_points_drawn_together_stay_paired():
    rater = normal((4, 2, 9))
    both = resample({"rater": rater, "gold": 2 * rater + 1}, BOOTSTRAP, draws=300)
    np.testing.assert_allclose(both.draws["gold"], 2 * both.draws["rater"] + 1)
    shifted = np.stack([rater[:, 0], rater[:, 0] - 3], axis=1)
    points = resample({"gold": shifted}, BOOTSTRAP, draws=300).draws["gold"]
    np.testing.assert_allclose(points[:, 0] - points[:, 1], 3.0)


def test_the_spread_is_that_of_seeds_and_prompts():
    seeds, prompts = 40, 50
    table = normal((seeds, 1, 1)) + 2 * normal((seeds, 1, prompts), "noise")
    draws = resample({"gold": table}, BOOTSTRAP, draws=1000).draws["gold"][:, 0]
    between = table.mean(2).var() / seeds
    within = table.var(2).mean() / prompts / seeds
    assert draws.std() == pytest.approx((between + within) ** 0.5, rel=0.1)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    covered = 0
    for trial in range(40):
        table = normal((12, 1, 1), trial) + normal((12, 1, 10), trial, "prompts")
        low, high = interval(resample({"x": table}, BOOTSTRAP, draws=300).draws["x"][:, 0])
        covered += low <= 0 <= high
    assert covered >= 33


def test_one_seed_has_no_interval():
    with pytest.raises(TooFew, match="1 seed: an anecdote, its error unknown, not 0"):
        resample({"gold": np.zeros((1, 3, 4))}, BOOTSTRAP)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=60))
def test_an_interval_lies_among_its_draws(draws):
    low, high = interval(np.array(draws))
    assert min(draws) <= low <= high <= max(draws)
    assert low in draws
    assert high in draws


def test_undefined_draws_speak_against_any_claim():
    few, many = np.linspace(0, 1, 1001), np.linspace(0, 1, 1001)
    few[:5] = many[:100] = np.nan
    assert interval(few)[0] >= 0
    assert interval(few)[1] <= 1
    assert interval(many) == (-np.inf, np.inf)


def rows(seeds=(3, 7), points=("base", 0.5), prompts=2):
    return [
        {"seed": seed, "point": point, "prompt": prompt, "gold": 100.0 * seed + 10 * i + prompt}
        for seed in seeds
        for i, point in enumerate(points)
        for prompt in range(prompts)
    ]


def test_rows_are_put_by_seed_point_and_prompt_whatever_their_order():
    table = table_of(rows()[::-1], ["base", 0.5], "gold")
    np.testing.assert_array_equal(table, [[[300, 301], [310, 311]], [[700, 701], [710, 711]]])


@pytest.mark.parametrize("break_it", ["drop", "null", "not a number"])
def test_missing_values_are_refused_never_taken_as_zero(break_it):
    broken = rows()
    if break_it == "drop":
        del broken[3]
    else:
        broken[3]["gold"] = None if break_it == "null" else float("nan")
    with pytest.raises(TooFew, match="gold: 1 measured values are missing"):
        table_of(broken, ["base", 0.5], "gold")
