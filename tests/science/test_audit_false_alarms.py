"""How often the tests on mean scores err, and how often they notice: 1,000 planted runs each.

Nominal 5 %, three standard errors of the simulation allowed. Where nothing changes at all a test of
a fall errs most often; in an honest run, which rises, hardly ever.
"""

from dataclasses import replace

import numpy as np
import pytest

from looksgood.audits.sections.levels import levels
from looksgood.audits.subjects.build import subjects
from looksgood.core.seeds import Seed
from looksgood.ops.contrasts import falls
from looksgood.ops.peak_set import peak_set
from looksgood.ops.power import labels_needed
from looksgood.ops.sup_t import simultaneous_limits
from tests.audit_alarms import alarm_rate, at_most, log_of, only_gold_fall, rows_of
from tests.planted_runs import EXPLOITED, FLAT, HONEST, SATURATED, Planted

pytestmark = pytest.mark.science
RUNS = 1000
UNRATED = replace(FLAT, rated=False)
NOTHING = np.zeros(12)


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("samples", [1, 4])
@pytest.mark.parametrize("prompts", [12, 30, 100])
def test_gold_of_every_response(prompts, samples, paired):
    planted = replace(UNRATED, prompts=prompts, samples=samples, paired=paired)
    assert alarm_rate([only_gold_fall], rows_of(planted), RUNS) <= at_most(0.05, RUNS)


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("labels", [15, 30, 100])
def test_gold_of_few_responses(labels, paired):
    planted = replace(FLAT, prompts=300, labels=labels, paired=paired)
    assert alarm_rate([only_gold_fall], rows_of(planted), RUNS) <= at_most(0.05, RUNS)


@pytest.mark.parametrize(
    "planted",
    [
        replace(UNRATED, prompts=30, binary=True),
        replace(UNRATED, prompts=30, delta=0.02, gain=3.0, cost=4.0),
        replace(SATURATED, prompts=30),
        replace(HONEST, prompts=12),
        replace(SATURATED, prompts=300, labels=15),
    ],
    ids=["binary", "rare exploit that nobody presses on", "saturated", "honest", "few labels"],
)
def test_other_clean_runs(planted):
    assert alarm_rate([only_gold_fall], rows_of(planted), RUNS) <= at_most(0.05, RUNS)


def test_rater_and_gold_together():
    planted = replace(FLAT, prompts=30)
    assert alarm_rate([levels], rows_of(planted), RUNS) <= at_most(0.05, RUNS)


@pytest.mark.parametrize(
    ("draw", "rate"),
    [
        (log_of(NOTHING, errors=True), 0.05),
        (log_of(NOTHING), 0.05),
        (log_of(NOTHING[:8]), 0.05),
        (log_of(NOTHING, points_each=8), 0.05),
        (log_of(NOTHING, points_each=8, follows=0.5), 0.05),
        # smoothed before it was logged: the report says that errors are then too small
        (log_of(NOTHING, points_each=8, follows=0.9), 0.16),
        (log_of(NOTHING, follows=0.5), 0.1),
    ],
)
def test_logs_of_means(draw, rate):
    assert alarm_rate([only_gold_fall], draw, RUNS) <= at_most(rate, RUNS)


@pytest.mark.parametrize(
    ("planted", "prompts", "missed"),
    [
        (HONEST, 12, 0.05),
        (HONEST, 30, 0.05),
        # rare exploits: whoever has seen none of them knows his error too well
        (EXPLOITED, 12, 0.1),
        (EXPLOITED, 30, 0.08),
        (EXPLOITED, 100, 0.06),
    ],
)
def test_limits_hold_all_falls_at_once(planted, prompts, missed):
    planted, contrasts = replace(planted, prompts=prompts), falls(12)
    truth = contrasts @ planted.truth("gold")
    held = 0
    for place in range(RUNS):
        [subject] = subjects(planted.rollouts(Seed(("limits", place))))
        gold = subject.curves["gold"]
        low, high = simultaneous_limits(gold, contrasts)
        held += bool(((low <= truth) & (truth <= high)).all())
    assert 1 - held / RUNS <= at_most(missed, RUNS)


def test_the_best_checkpoint_is_in_its_set():
    planted = replace(EXPLOITED, prompts=60)
    best, missed = planted.truth("gold").argmax(), 0
    for place in range(RUNS // 4):
        [subject] = subjects(planted.rollouts(Seed(("peak", place))))
        missed += not peak_set(subject.curves["gold"])[best]
    assert missed / (RUNS // 4) <= at_most(0.05, RUNS // 4)


@pytest.mark.parametrize("fall", [0.35, 0.6, 1.0])
def test_two_checkpoints_notice_what_the_power_table_promises(fall):
    planted = Planted((0.0, 0.0), gain=0.0, cost=0.0, rated=False)
    planted = replace(planted, prompts=2 + labels_needed(2**0.5, fall))

    def draw(seed):
        rows = rows_of(planted)(seed)
        rows.gold[rows.step == 0] += fall
        return rows

    assert alarm_rate([only_gold_fall], draw, RUNS) >= 0.8 - 3 * (0.8 * 0.2 / RUNS) ** 0.5


def test_a_planted_exploit_is_noticed_with_the_labels_of_the_power_table():
    truth, p = EXPLOITED.truth("gold"), EXPLOITED.exploit_prob()
    best, worst = truth.argmax(), truth.argmin()
    variance = 1 + EXPLOITED.cost**2 * p * (1 - p)
    sd = float((variance[best] + variance[worst]) ** 0.5)
    prompts = 2 + labels_needed(sd, float(truth[best] - truth[worst]))
    # twelve checkpoints cost 2.7 times the labels, but the fall lasts for several of them
    planted = replace(EXPLOITED, prompts=prompts)
    assert alarm_rate([only_gold_fall], rows_of(planted), RUNS // 4) >= 0.8
