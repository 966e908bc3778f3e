import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from looksgood.core.errors import DataError
from looksgood.measures.curves import curves, mean_and_interval


def point(seed=0, **more):
    row = {"study": "s", "arm": "ordinary", "seed": seed, "optimizer": "rloo", "beta": 0.1}
    row |= {"step": 10, "n": None, "kl": 4.0, "proxy": 3.0, "rater": 2.0, "gold": 0.5}
    return row | more


def test_seeds_of_one_checkpoint_become_one_row_with_its_t_interval():
    (row,) = curves([point(0, gold=1.0), point(1, gold=2.0), point(2, gold=6.0)])
    assert (row["gold"], row["seeds"], row["gold_count"]) == (3.0, 3, 3)
    # t(2 degrees of freedom, 0.975) = 4.30265; sd = √7; half width = 4.30265 * √(7/3)
    assert row["gold_low"] == pytest.approx(3.0 - 4.302653 * math.sqrt(7 / 3), abs=1e-5)
    assert row["gold_high"] == pytest.approx(3.0 + 4.302653 * math.sqrt(7 / 3), abs=1e-5)
    assert [seed["gold"] for seed in row["by_seed"]] == [1.0, 2.0, 6.0]


def test_gaps_are_differences_within_a_seed_so_shared_ups_and_downs_cancel():
    rows = [point(0, proxy=3.0, rater=2.0), point(1, proxy=13.0, rater=12.0)]
    (row,) = curves(rows)
    assert (row["gap_1"], row["gap_1_low"], row["gap_1_high"]) == (1.0, 1.0, 1.0)
    assert row["gap_2"] == 6.5


def test_one_seed_has_no_interval():
    (row,) = curves([point()])
    assert (row["gold"], row["gold_low"], row["gold_high"]) == (0.5, None, None)


def test_unknown_is_never_zero():
    (row,) = curves([point(0, gold=None, rater=math.nan), point(1, gold=None, rater=2.0)])
    assert row["gold"] is row["gold_low"] is row["gap_2"] is None
    assert (row["gold_count"], row["rater"], row["rater_count"]) == (0, 2.0, 1)
    assert row["rater_low"] is None


def test_kl_is_averaged_before_its_root_is_taken():
    (row,) = curves([point(0, kl=-0.2), point(1, kl=8.2)])
    assert row["d"] == pytest.approx(2.0)
    assert [seed["d"] for seed in row["by_seed"]] == [0.0, math.sqrt(8.2)]


def test_the_last_step_of_each_line_is_final_and_lines_come_in_order():
    rows = [
        point(step=20),
        point(step=10),
        point(beta=1.0, step=5),
        point(arm="gold"),
        point(optimizer="base", beta=None, step=0),
        *(point(optimizer="best_of_n", beta=None, step=0, n=n) for n in (16, 4)),
    ]
    shown = [
        (r["arm"], r["optimizer"], r["beta"], r["n"], r["step"], r["final"]) for r in curves(rows)
    ]
    assert shown == [
        ("ordinary", "base", None, None, 0, True),
        ("ordinary", "best_of_n", None, 4, 0, True),
        ("ordinary", "best_of_n", None, 16, 0, True),
        ("ordinary", "rloo", 0.1, None, 10, False),
        ("ordinary", "rloo", 0.1, None, 20, True),
        ("ordinary", "rloo", 1.0, None, 5, True),
        ("gold", "rloo", 0.1, None, 10, True),
    ]


def test_a_channel_that_some_rows_lack_is_averaged_where_it_is_known():
    (row,) = curves([point(0, **{"channel.plea": 0.5}), point(1)])
    assert (row["channel.plea"], row["channel.plea_count"], row["seeds"]) == (0.5, 1, 2)


def test_the_same_checkpoint_twice_is_refused_because_it_would_count_as_two_seeds():
    with pytest.raises(DataError, match=r"seed 3 has 2 points at .*beta=0\.1.*step=10"):
        curves([point(3), point(3)])


def test_without_kl_seeds_are_averaged_step_by_step():
    def learned(seed, step, gold):
        trained = {"optimizer": "trpo" if step else "base", "beta": None, "step": step, "kl": None}
        return point(seed, **trained, gold=gold, **{"channel.actions": 3840.0 * step})

    rows = [learned(s, step, s / 4 + step / 40) for s in (0, 1) for step in (20, 0, 10)]
    found = curves(rows)
    assert [(row["optimizer"], row["step"], row["gold"]) for row in found] == [
        ("base", 0, 0.125),
        ("trpo", 10, 0.375),
        ("trpo", 20, 0.625),
    ]
    assert {row["kl"] for row in found} == {row["d"] for row in found} == {None}
    assert [row["channel.actions"] for row in found] == [0.0, 38400.0, 76800.0]
    # t(1 degree of freedom, 0.975) = 12.7062; sd = 0.25/√2; half width = 12.7062 * 0.125
    assert found[2]["gold_high"] == pytest.approx(0.625 + 12.7062 * 0.125, abs=1e-4)
    assert [seed["gold"] for seed in found[2]["by_seed"]] == [0.5, 0.75]


def test_no_points_give_no_curves():
    assert curves([]) == []


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=9))
def test_the_interval_is_students(values):
    mean, low, high = mean_and_interval(values)
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    assert mean == pytest.approx(sum(values) / len(values), abs=1e-9)
    assert (mean - low, high - mean) == pytest.approx((half, half), abs=1e-9)
