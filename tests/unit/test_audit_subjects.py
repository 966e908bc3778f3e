"""From rows and logs to curves: known means, nothing pooled, nothing unknown called zero."""

from dataclasses import replace

import numpy as np
import pytest

from looksgood.audits.scalar_log import ScalarLog
from looksgood.audits.subjects.build import subjects
from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.sup_t import sup_t
from tests.planted_runs import EXPLOITED, HONEST, together


def only(source, **options):
    [subject] = subjects(source, **options)
    return subject


def log(values, step=None, errors=None, name="gold"):
    values = np.asarray(values, dtype=float)
    return ScalarLog(
        runs=("run",),
        run=np.zeros(len(values), dtype=int),
        step=np.arange(len(values), dtype=float) if step is None else np.asarray(step, float),
        kl=np.full(len(values), np.nan),
        scores={name: values},
        errors={} if errors is None else {name: np.asarray(errors, float)},
    )


@pytest.mark.parametrize("paired", [True, False])
def test_rows_become_curves_of_every_score(paired):
    planted = replace(EXPLOITED, prompts=50, samples=2, paired=paired)
    subject = only(planted.rollouts(Seed(("rows",))), kl_means="k1")
    assert subject.paired == paired
    assert list(subject.curves) == ["proxy", "rater", "kl", "gold"]
    for score, curve in subject.curves.items():
        assert list(curve.x) == list(planted.steps)
        off = (curve.mean - planted.truth(score)) / np.maximum(curve.se, 1e-9)
        assert np.abs(off).max() < 4.5
    assert subject.ppi is None
    assert not subject.not_measured
    assert subject.kl_means == "k1"


def test_steps_are_gathered_and_steps_few():
    rows = replace(HONEST, pressures=(0.0,) * 100, prompts=5).rollouts(Seed(("many",)))
    subject = only(rows)
    assert subject.checkpoints.merged
    assert len(subject.curves["gold"].x) == 12
    assert list(subject.curves["gold"].x) == list(subject.checkpoints.step)


def test_prompts_that_only_some_checkpoints_have_are_left_out_and_told():
    rows = replace(HONEST, prompts=20).rollouts(Seed(("shared",)))
    rows.prompt[3] = 999
    rows.gold[3] = 1e6
    subject = only(rows)
    assert len(subject.rollouts) == len(subject.checkpoints.place) == 19 * 12
    assert subject.curves["gold"].mean.max() < 10
    assert "12 of 240" in subject.not_measured[0].why


def test_few_labels_are_helped_by_the_rater_at_each_checkpoint_anew():
    planted = replace(EXPLOITED, prompts=400, labels=100, seen=0.0)
    subject = only(planted.rollouts(Seed(("labels",))))
    assert subject.judge == "rater"
    assert subject.ppi.correlation[0] > 0.75
    assert subject.ppi.correlation[6] < 0.7
    curve = subject.curves["gold"]
    assert np.abs((curve.mean - planted.truth("gold")) / curve.se).max() < 4.5
    assert list(curve.n) == [100] * 12


def test_without_a_rater_the_proxy_helps_and_without_either_nobody():
    planted = replace(HONEST, labels=30, rated=False)
    rows = planted.rollouts(Seed(("proxy",)))
    assert only(rows).judge == "proxy"
    rows.proxy[:] = np.nan
    alone = only(rows)
    assert (alone.judge, alone.ppi) == ("", None)
    assert list(alone.curves) == ["kl", "gold"]
    assert list(alone.curves["gold"].n) == [30] * 12


def test_a_judge_with_a_hole_still_helps():
    rows = replace(HONEST, labels=30).rollouts(Seed(("hole",)))
    rows.rater[::50] = np.nan
    subject = only(rows)
    assert subject.judge == "rater"
    assert subject.not_measured[0].what == "rater of every response"


def test_checkpoints_without_labels_are_left_out_of_gold_only_and_told():
    rows = replace(HONEST, prompts=30).rollouts(Seed(("sparse",)))
    rows.gold[(rows.step > 30) & (rows.prompt > 0)] = np.nan
    rows.gold[rows.step > 80] = np.nan
    subject = only(rows)
    assert list(subject.curves["gold"].x) == [0, 10, 20, 30]
    assert len(subject.curves["proxy"].x) == 12
    [told] = subject.not_measured
    assert told.what == "gold at every checkpoint"
    assert "no prompt has it at 3 of 12" in told.why
    assert "only one prompt has it at 5" in told.why


def test_runs_are_never_pooled():
    runs = [replace(HONEST, prompts=10).rollouts(Seed((name,)), name) for name in "ab"]
    found = subjects(together(*runs))
    assert [subject.name for subject in found] == ["a", "b"]
    for subject, run in zip(found, runs, strict=True):
        assert subject.curves["gold"].mean == pytest.approx(only(run).curves["gold"].mean)


def test_one_prompt_and_one_checkpoint_give_what_they_can():
    alone = only(replace(HONEST, prompts=1, samples=5).rollouts(Seed(("alone",))))
    assert not alone.curves
    assert len(alone.not_measured) == 4
    once = only(replace(HONEST, pressures=(0.0,)).rollouts(Seed(("once",))))
    assert len(once.curves["gold"].x) == 1


def test_a_log_with_errors_is_averaged_with_them():
    subject = only(log(np.arange(24.0), errors=np.full(24, 2.0)))
    curve = subject.curves["gold"]
    assert curve.mean == pytest.approx(np.arange(12) * 2 + 0.5)
    assert curve.se == pytest.approx(np.full(12, 2 / 2**0.5))
    assert np.isinf(curve.dof).all()
    holes = np.full(24, 2.0)
    holes[5] = np.nan
    [told] = only(log(np.arange(24.0), errors=holes)).not_measured
    assert told.why.startswith("1 points")


def test_a_log_without_errors_is_judged_by_its_own_scatter():
    noise = Seed(("log",)).numpy().standard_normal(600)
    curve = only(log(np.linspace(0, 50, 600) + noise)).curves["gold"]
    assert curve.pooled
    assert curve.se == pytest.approx(np.full(12, 1 / 50**0.5), rel=0.5)


def test_a_short_log_without_errors_has_a_curve_that_no_test_takes():
    subject = only(log(np.arange(5.0)))
    curve = subject.curves["gold"]
    assert list(curve.mean) == list(range(5))
    assert not curve.errors_known
    assert np.isnan(curve.limits()[0]).all()
    assert "5 points without errors" in subject.not_measured[0].why
    with pytest.raises(TooFew, match="unknown"):
        sup_t(curve, np.eye(5))


def test_points_without_the_score_are_left_out():
    values = np.arange(10.0)
    values[4] = np.nan
    curve = only(log(values)).curves["gold"]
    assert list(curve.x) == [0, 1, 2, 3, 5, 6, 7, 8, 9]
