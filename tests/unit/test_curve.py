"""Means at checkpoints with their joint error: closed forms, and what must not matter."""

import numpy as np
import pytest

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.clustered import clustered_mean
from looksgood.ops.curve import curve_of_means, curve_of_ratios, curve_of_several


def balanced(table):
    """Return the curve of a table (prompts, checkpoints), one response in each cell."""
    prompts, points = table.shape
    places = np.tile(np.arange(points), prompts)
    return curve_of_means(
        np.arange(points, dtype=float), table.ravel(), places, np.repeat(np.arange(prompts), points)
    )


def drawn(*shape):
    return Seed(("curve", *shape)).numpy().standard_normal(shape)


def test_balanced_prompts_give_the_textbook_covariance():
    table = drawn(20, 3) + drawn(20, 1)
    curve = balanced(table)
    assert curve.mean == pytest.approx(table.mean(axis=0))
    assert curve.covariance == pytest.approx(np.cov(table.T) / 20)
    assert curve.dof == pytest.approx([19, 19, 19])


def test_each_checkpoint_has_the_error_of_its_own_clustered_mean():
    rng = Seed(("unequal",)).numpy()
    prompt = rng.integers(15, size=200)
    place = rng.integers(3, size=200)
    values = rng.standard_normal(200) + prompt / 3
    curve = curve_of_means(np.arange(3.0), values, place, prompt)
    for point in range(3):
        alone = clustered_mean(values[place == point], prompt[place == point])
        assert curve.mean[point] == pytest.approx(alone.value)
        assert curve.se[point] == pytest.approx(alone.se)
        assert curve.dof[point] == pytest.approx(alone.dof)


def test_what_a_prompt_adds_everywhere_cancels_in_a_difference():
    table = drawn(30, 2)
    easy = balanced(table + 100 * drawn(30, 1))
    contrast = np.array([1, -1])
    assert contrast @ easy.covariance @ contrast == pytest.approx(
        contrast @ balanced(table).covariance @ contrast
    )


def test_checkpoints_without_shared_prompts_are_independent():
    values, place, prompt = drawn(40), np.repeat([0, 1], 20), np.arange(40)
    assert curve_of_means(np.arange(2.0), values, place, prompt).covariance[0, 1] == 0


def test_a_ratio_is_the_mean_among_the_rows_that_count():
    bottom = (drawn(60) > 0).astype(float)
    top = bottom * (drawn(60, 1)[:, 0] > 0.5)
    place, prompt = np.tile([0, 1], 30), np.repeat(np.arange(30), 2)
    among = bottom > 0
    ratio = curve_of_ratios(np.arange(2.0), top, bottom, place, prompt)
    mean = curve_of_means(np.arange(2.0), top[among], place[among], prompt[among])
    assert ratio.mean == pytest.approx(mean.mean)
    assert ratio.covariance == pytest.approx(mean.covariance)
    assert ratio.n.sum() == among.sum()


def test_several_ratios_are_one_curve_of_more_checkpoints():
    """The first of 40 prompts, the second of 25 of them, at one checkpoint all alike."""
    place, prompt = np.tile([0, 1], 40), np.repeat(np.arange(40), 2)
    some = prompt < 25
    one = (drawn(80), np.ones(80), place, prompt)
    values = np.where(place[some] == 1, 7.0, drawn(50))
    other = (2 * values, np.full(50, 2.0), place[some], prompt[some])
    found = curve_of_several(np.arange(2.0), [one, other])
    moved = (*other[:2], other[2] + 2, other[3])
    stacked = curve_of_ratios(
        np.arange(4.0), *(np.concatenate(parts) for parts in zip(one, moved, strict=True))
    )
    assert found.x.tolist() == [0, 1, 0, 1]
    for part in ("mean", "covariance", "dof", "n"):
        assert getattr(found, part) == pytest.approx(getattr(stacked, part))
    assert found.se[3] > 0


def test_all_right_is_not_known_without_error():
    table = np.array([[1.0, 0.0]] * 10)
    curve = balanced(table)
    assert (curve.se > 0.05).all()
    assert (curve.se < 0.1).all()


def test_where_nothing_varies_there_is_no_error():
    assert balanced(np.ones((5, 3))).se == pytest.approx(np.zeros(3))


def test_few_prompts_and_nonsense_are_refused():
    with pytest.raises(TooFew, match="checkpoint 2 of 2 has too few prompts"):
        curve_of_means(
            np.arange(2.0), drawn(5), np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 3, 3])
        )
    with pytest.raises(ValueError, match="NaN"):
        balanced(np.array([[1.0, np.nan], [0.0, 1.0]]))
    with pytest.raises(ValueError, match="negative"):
        curve_of_ratios(np.arange(1.0), drawn(3), -np.ones(3), np.zeros(3, dtype=int), np.arange(3))


def test_limits_are_those_of_each_mean_alone():
    table = drawn(12, 2)
    low, high = balanced(table).limits()
    alone = clustered_mean(table[:, 0], np.arange(12))
    assert (low[0], high[0]) == pytest.approx((alone.low, alone.high))
