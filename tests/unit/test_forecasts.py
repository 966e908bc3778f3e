"""Forecasts of a peak on curves that are known, and the claims of forecast on planted seeds."""

import numpy as np
import pytest
import torch

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.measures.interval_coverage import FORECAST_PERCENT
from looksgood.measures.judges import Judges
from looksgood.ops.gaussian_process import (
    GaussianProcess,
    fit_gaussian_process,
    process_curve,
    process_draws,
)
from looksgood.ops.peak_forecast import (
    covariance_shape,
    evenly_ahead,
    peak_by_process,
    peak_by_shape,
    rl_form_shape,
)
from looksgood.raters.spec import OracleSpec
from looksgood.studies.laws.forecast_claims import findings
from looksgood.studies.laws.forecasts import (
    BASELINES,
    COVARIANCE,
    FORECASTERS,
    SLOPE,
    Path,
    forecasts,
    paths_of,
    scores,
)
from looksgood.studies.laws.slope_judges import SlopeJudges
from tests.tiny import EchoWorld, SaysTea

EARLY = np.array([0.2, 0.4, 0.6, 0.8, 1.0])


@pytest.mark.parametrize("shape", [rl_form_shape, covariance_shape])
@pytest.mark.parametrize("peak", [1.5, 2.5])
def test_a_form_that_is_true_finds_the_peak_ahead(shape, peak):
    score = 0.7 * shape(EARLY, peak)
    draws = peak_by_shape(shape, EARLY, score, np.full(5, 0.003), 1.0, 6.0)
    assert np.median(draws) == pytest.approx(peak, rel=0.02)
    vague = peak_by_shape(shape, EARLY, score, np.full(5, 0.3), 1.0, 6.0)
    assert vague.std() > 5 * draws.std()


@pytest.mark.parametrize("shape", [rl_form_shape, covariance_shape])
def test_where_the_points_say_nothing_every_place_ahead_is_as_likely(shape):
    even = evenly_ahead(1.0, 6.0)
    nothing = np.array([])
    np.testing.assert_array_equal(peak_by_shape(shape, *[nothing] * 3, 1.0, 6.0), even)
    flat = peak_by_shape(shape, EARLY, 0 * EARLY, np.full(5, 50.0), 1.0, 6.0)
    assert abs(flat.mean() - even.mean()) < 0.8
    assert flat.min() < 1.2
    assert flat.max() > 5.8


def test_a_base_alone_tells_nothing_of_the_form():
    base = (np.zeros(1), np.zeros(1), np.ones(1))
    np.testing.assert_array_equal(
        peak_by_shape(rl_form_shape, *base, 0.0, 2.0), evenly_ahead(0.0, 2.0)
    )


def test_the_posterior_of_the_place_is_that_of_brute_force():
    """Height and place on a grid, by summation."""
    score, sd = np.array([0.1, 0.3, 0.2, 0.5, 0.4]), np.full(5, 0.1)
    places, heights = evenly_ahead(1.0, 6.0), np.linspace(0.0025, 5, 2000)
    weight = np.array(
        [
            np.exp(
                -0.5 * ((score - np.outer(heights, rl_form_shape(EARLY, p))) ** 2).sum(1) / 0.01
            ).sum()
            for p in places
        ]
    )
    draws = peak_by_shape(rl_form_shape, EARLY, score, sd, 1.0, 6.0)
    assert draws.mean() == pytest.approx(places @ weight / weight.sum(), rel=5e-3)


def test_a_range_that_is_none_is_refused():
    with pytest.raises(ValueError, match="now < far"):
        evenly_ahead(2.0, 2.0)
    with pytest.raises(ValueError, match="above 0"):
        peak_by_shape(rl_form_shape, EARLY, EARLY, np.zeros(5), 1.0, 2.0)


def test_drawn_curves_have_the_mean_and_spread_of_the_process():
    x = np.linspace(0, 3, 7)
    process = fit_gaussian_process(x, np.sin(x), sd=np.full(7, 0.05))
    at = np.array([0.5, 2.2, 4.0])
    drawn = process_draws(process, at, Seed(("n",)).numpy().normal(size=(20000, 3)))
    curve = process_curve(process, at)
    np.testing.assert_allclose(drawn.mean(0), curve.mean, atol=0.03)
    np.testing.assert_allclose(drawn.std(0), curve.sd, rtol=0.05)


def test_a_process_that_knows_the_curve_peaks_where_the_curve_does():
    x = np.linspace(0, 4, 21)
    process = GaussianProcess("matern52", x, -((x - 2.5) ** 2), 1e-6 * np.eye(21), 3.0, 2.0, 0.0)
    normals = Seed(("n",)).numpy().normal(size=(50, 80))
    draws = peak_by_process(process, 1.0, 4.0, normals)
    assert draws.mean() == pytest.approx(2.5, abs=0.05)


# ---- the study

D = np.linspace(0, 5, 26)
PEAKS = (1.6, 2.4, 3.2, 2.0, 2.8, 1.8)


def true_gold(d, peak):
    return 0.6 * rl_form_shape(d, peak)


def rows_of(seed, peak, gold=true_gold, slope=covariance_shape, arm="ordinary"):
    luck = Seed((arm, seed)).numpy().normal(0, 0.002, (len(D), 6))
    return [
        {
            "arm": arm, "seed": seed, "step": i, "beta": 0.0 if i else None, "kl": float(d**2),
            "optimizer": "rloo" if i else "base", "gold": float(gold(D, peak)[i] + luck[i, p]),
            SLOPE: float(slope(D, peak)[i] + luck[i, p]),
        }
        for i, d in enumerate(D)
        for p in range(6)
    ]  # fmt: skip


def planted(control=lambda d, _: 0.3 * d, peaks=PEAKS, **curves):
    rows = [row for i, peak in enumerate(peaks) for row in rows_of(i, peak, **curves)]
    for i, peak in enumerate(peaks):
        rows += rows_of(i, peak, gold=control, arm="gold")
    return {found.name: found for found in findings("forecast", rows)}


@pytest.fixture(scope="module")
def good():
    return planted()


def test_a_world_in_which_the_forms_are_true_meets_their_claims(good):
    unmet = {name for name, found in good.items() if found.met is not True}
    assert unmet <= {"process-beats-no-idea", "process-beats-stop-now"}
    assert "other seeds' own peaks" in good["gao-beats-no-idea"].controls
    told = f"{FORECAST_PERCENT['process-beats-no-idea']} % of simulations"
    assert told in good["process-beats-no-idea"].controls
    assert "simulations" not in good["gao-beats-no-idea"].controls
    assert good["sign-marks-peak"].estimate == pytest.approx(0, abs=0.1)


def misleading(d, peak):
    """Points to a peak near 1, whatever the seed, and then rises on to another."""
    return np.where(d < 1.1, true_gold(d, 1.05), 0.7 - 0.1 * (d - peak) ** 2)


def test_early_points_that_mislead_meet_no_claim():
    found = planted(
        gold=misleading, slope=lambda d, _: covariance_shape(d, 1.05), peaks=(3.2, 3.6, 4.0, 3.4)
    )
    for name in ("gao-beats-no-idea", "covariance-beats-no-idea", "sign-marks-peak"):
        assert found[name].met is False, name


def test_a_peak_just_ahead_is_foretold_by_stopping_now():
    found = planted(gold=lambda d, _: true_gold(d, 4.0) - 3 * np.maximum(d - 1.2, 0), peaks=PEAKS)
    for name in ("gao", "covariance"):
        assert found[f"{name}-beats-stop-now"].met is False


def test_gold_that_falls_where_it_is_optimised_itself_is_seen():
    assert planted(control=lambda d, _: true_gold(d, 1.5))["gold-arm-holds"].met is False


def test_one_seed_and_no_seed_cannot_say():
    for rows in ([], rows_of(0, 2.0)):
        for found in findings("forecast", rows):
            assert (found.met, found.estimate is None or found.low is None) == (None, True)
            assert "cannot say" in found.controls


def path(peak, last=5.0, **changes):
    d = D[last + 1e-9 >= D]
    sd = np.full(len(d), 0.01)
    return Path(d, true_gold(d, peak), sd, covariance_shape(d, peak), sd)


def test_a_peak_at_the_last_point_is_not_one():
    assert path(2.0).peak == pytest.approx(2.0)
    assert path(4.0, last=3.0).peak is None
    assert path(2.0).sign_change == pytest.approx(2.0)
    assert path(4.0, last=3.0).sign_change is None


def test_a_forecast_uses_nothing_that_comes_later():
    """Changing every point past the KL, of this seed, changes no forecast."""
    whole, others = path(2.0), [path(1.6), path(2.4)]
    known = whole.until(1.0)
    assert known.d[-1] <= 1.0
    changed = Path(*(np.append(getattr(known, n), 9.0) for n in whole.__dataclass_fields__))
    one, other = (forecasts(each, others, 1.0) for each in (whole, changed))
    assert set(one) == {*FORECASTERS, *BASELINES}
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])
        assert (one[name] >= known.d[-1]).all()
        assert name in ("stop-now", "other-seeds") or len(one[name]) == 400


def test_a_seed_whose_peak_is_passed_or_never_comes_has_no_score():
    paths = {0: path(0.2), 1: path(4.0, last=3.0), 2: path(2.0), 3: path(2.4)}
    assert set(scores(paths, (0.25, 1.0))) == {2, 3}


def test_without_any_other_peak_there_is_no_range():
    with pytest.raises(TooFew, match="how far to look"):
        forecasts(path(2.0), [path(4.0, last=3.0)], 0.5)


def test_a_run_without_gold_or_covariance_says_so():
    rows = [{k: v for k, v in row.items() if k != SLOPE} for row in rows_of(0, 2.0)]
    with pytest.raises(TooFew, match="does not know channel"):
        paths_of(rows)


def test_the_covariance_of_each_prompt_is_kept_beside_its_channels(base):
    world, prompts = EchoWorld(), EchoWorld().prompts(6, Seed(("p",)))
    samples = base.sample(prompts, 5, Seed(("s",)))
    made = (samples, world, OracleSpec().build(world.weights), SaysTea())
    judged, plain = (kind.on_base(*made).judge(samples) for kind in (SlopeJudges, Judges))
    proxy, gold = (judged.scores[name].reshape(6, 5) for name in ("proxy", "gold"))
    expected = [float(torch.cov(torch.stack(pair))[0, 1]) for pair in zip(proxy, gold, strict=True)]
    found = judged.channels[COVARIANCE].reshape(6, 5).mean(1)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert judged.channels.names == (*plain.channels.names, COVARIANCE)
