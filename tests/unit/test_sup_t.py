"""The test of the largest t: where it is a known test, and what must not matter."""

import numpy as np
import pytest
from scipy import stats

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.contrasts import falls
from looksgood.ops.curve import Curve
from looksgood.ops.joint_null import joint_null, shrunk_correlation
from looksgood.ops.power import detectable_effect
from looksgood.ops.sup_t import simultaneous_limits, sup_t

EYE = np.eye(3)
RISES = np.array([[-1.0, 1, 0], [-1, 0, 1], [0, -1, 1]])


def dof(value, size=3):
    return np.full(size, float(value))


def curve(estimates, covariance, freedom, *, pooled=False):
    size = len(estimates)
    counts = np.ones(size, dtype=int)
    return Curve(np.arange(float(size)), estimates, covariance, freedom, counts, pooled)


def test_one_contrast_is_students_t():
    estimates, covariance = np.array([1.0, 3.0]), np.diag([0.5, 0.5])
    found = sup_t(curve(estimates, covariance, dof(8, 2)), np.array([[-1.0, 1.0]]))
    assert found.p == pytest.approx(stats.t.sf(2.0, 8), abs=0.005)
    assert found.high - found.estimate == pytest.approx(stats.t.ppf(0.975, 8), rel=0.03)


def test_independent_estimates_have_sidaks_limits():
    low, high = simultaneous_limits(curve(np.zeros(3), EYE, dof(np.inf)), EYE)
    sidak = stats.norm.ppf(0.5 + 0.95 ** (1 / 3) / 2)
    assert (high - low) / 2 == pytest.approx([sidak] * 3, rel=0.02)


def test_all_pairs_of_equal_checkpoints_have_tukeys_limits():
    pairs = np.concatenate([RISES, -RISES])
    low, high = simultaneous_limits(curve(np.zeros(3), EYE, dof(np.inf)), pairs)
    tukey = stats.studentized_range.ppf(0.95, 3, np.inf)
    assert (high - low) / 2 == pytest.approx([tukey] * 6, rel=0.02)


def test_p_falls_as_the_change_grows_and_counts_all_contrasts():
    grown = [curve(np.array([0.0, 0, size]), EYE, dof(30)) for size in (1, 3, 5, 20)]
    found = [sup_t(each, RISES).p for each in grown]
    assert found == sorted(found, reverse=True)
    assert found[-1] < 1e-6
    alone = sup_t(curve(np.array([0.0, 0, 3]), EYE, dof(30)), RISES[1:2]).p
    assert alone < found[1] < 3 * alone + 0.01


def test_units_and_shifts_do_not_matter():
    estimates = np.array([0.3, 1.0, 2.5])
    found = sup_t(curve(estimates, EYE, dof(9)), RISES)
    moved = sup_t(curve(7 + 100 * estimates, 1e4 * EYE, dof(9)), RISES)
    assert moved.p == pytest.approx(found.p)
    assert moved.low == pytest.approx(100 * found.low)


def test_a_checkpoint_of_two_labels_does_not_silence_the_others():
    few = np.array([40.0, 1.0, 40.0])
    found = sup_t(curve(np.array([0.0, 0.0, 6.0]), EYE, few), RISES)
    assert found.place == 1
    assert found.p < 0.001


def test_a_contrast_without_error_says_nothing():
    covariance = np.diag([1.0, 0.0, 0.0])
    flat = curve(np.zeros(3), covariance, dof(20))
    assert list(joint_null(flat, RISES).place) == [0, 1]
    low, high = simultaneous_limits(flat, RISES)
    assert list(np.isnan(high - low)) == [False, False, True]


def test_one_pooled_error_gives_tukeys_limits_for_few_degrees_of_freedom():
    pairs = np.concatenate([RISES, -RISES])
    tukey = stats.studentized_range.ppf(0.95, 3, 6)
    low, high = simultaneous_limits(curve(np.zeros(3), EYE, dof(6), pooled=True), pairs)
    assert (high - low) / 2 == pytest.approx([tukey] * 6, rel=0.03)
    low, high = simultaneous_limits(curve(np.zeros(3), EYE, dof(6)), pairs)
    assert ((high - low) / 2 > tukey).all()


def test_it_is_refused_where_nothing_tells_noise_from_change():
    for covariance, freedom, why in (
        (np.full((3, 3), np.nan), 9, "unknown"),
        (np.zeros((3, 3)), 9, "nothing varies"),
        (EYE, 0.5, "degrees of freedom"),
    ):
        with pytest.raises(TooFew, match=why):
            sup_t(curve(np.zeros(3), covariance, dof(freedom)), RISES)


def test_few_prompts_have_their_correlations_shrunk_and_many_keep_them():
    correlation = np.corrcoef(Seed(("shrunk",)).numpy().standard_normal((4, 8)))
    assert shrunk_correlation(correlation, np.inf) == pytest.approx(correlation)
    target = shrunk_correlation(correlation, 1.0)[~np.eye(4, dtype=bool)]
    assert np.ptp(target) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("prompts", "most"), [(6, 0.055), (12, 0.06)])
def test_few_prompts_do_not_make_false_alarms(prompts, most):
    rng = Seed(("false alarms", prompts)).numpy()
    alarms = 0
    for table in rng.standard_normal((300, prompts, 8)):
        covariance = np.cov(table.T) / prompts
        means = curve(table.mean(axis=0), covariance, dof(prompts - 1, 8))
        alarms += sup_t(means, falls(8)).p <= 0.05
    assert alarms / 300 < most + 3 * (0.05 * 0.95 / 300) ** 0.5


def noticed_from(size, variance=1.0, freedom=np.inf):
    """The fall that the test of all pairs notices in 80 %."""
    flat = curve(np.zeros(size), variance * np.eye(size), dof(freedom, size))
    return sup_t(flat, falls(size)).detectable


def test_what_two_checkpoints_would_have_shown_is_the_effect_of_the_power_table():
    found = noticed_from(2, 0.5 * 4 / 200)
    assert found == pytest.approx(detectable_effect(200, sd_difference=2.0), rel=0.02)


@pytest.mark.parametrize("freedom", [8, np.inf])
def test_what_is_called_detectable_is_noticed_in_four_of_five(freedom):
    fall = noticed_from(2, freedom=freedom)
    rng, noticed = Seed(("noticed", str(freedom))).numpy(), 0
    for _ in range(400):
        variance = rng.chisquare(freedom) / freedom if np.isfinite(freedom) else 1.0
        drawn = np.array([fall, 0]) + rng.standard_normal(2)
        seen = curve(drawn, variance * np.eye(2), dof(freedom, 2))
        noticed += sup_t(seen, falls(2)).p <= 0.05
    assert noticed / 400 == pytest.approx(0.8, abs=3 * 0.02 + 0.01)


def test_more_checkpoints_cost():
    assert noticed_from(12) > 1.4 * noticed_from(2)


def test_a_bound_moves_the_question_and_not_the_estimate():
    estimates, since = np.array([0.0, 0.5, 2.0]), RISES[:2]
    given = curve(estimates, EYE, dof(9))
    found, beyond = (sup_t(given, since, bound=bound) for bound in (0.0, 0.7))
    moved = sup_t(curve(estimates - 0.7 * np.array([0, 1, 1]), EYE, dof(9)), since)
    assert (beyond.estimate, beyond.low, beyond.high) == (found.estimate, found.low, found.high)
    assert beyond.p == pytest.approx(moved.p)
    assert beyond.p > found.p
    assert beyond.detectable == pytest.approx(found.detectable + 0.7)
