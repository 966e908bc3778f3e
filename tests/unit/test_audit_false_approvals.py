"""False approvals: what is wrong, what is approved, rates by hand, and that it never alarms."""

from dataclasses import replace

import numpy as np
import pytest

from looksgood.audits.sections.false_approvals import false_approvals
from looksgood.audits.subjects.subject import Subject
from looksgood.core.seeds import Seed
from tests.honest_runs import HonestRun, by_chance, subject_of
from tests.planted_runs import EXPLOITED

STEP, PROMPT = np.mgrid[:2, :40] // [[[1]], [[2]]]
"""Two checkpoints, 20 prompts, two responses to each."""


def rates(section):
    (table,) = section.tables
    return [row[2] for row in table.rows]


def test_votes_by_hand():
    """Every first response is wrong; at first a fifth of these have most votes, later half."""
    gold = np.tile([0.0, 1.0], 20)
    votes = np.where(np.array([[4], [10]]) > PROMPT, 0.6, 0.4)
    section = false_approvals(subject_of(STEP, PROMPT, 0.0, votes, gold))
    assert rates(section) == pytest.approx([0.2, 0.5])
    (test,) = section.tests
    assert test.estimate == pytest.approx(0.3)
    assert test.speaks_to is None
    assert test.at == (0.0, 1.0)
    assert section.says[-1] == (
        "Wrong: gold is 0, not 1. Approved: the rater's mark is above one half."
    )


def test_marks_of_any_scale_are_held_against_those_of_right_responses():
    gold = np.tile([0.0, 1.0], 20)
    marks = np.where(gold == 1, 7.0, np.where(PROMPT < 5, 7.0, 3.0))
    section = false_approvals(subject_of(STEP, PROMPT, 0.0, marks, gold))
    assert rates(section) == pytest.approx([0.25, 0.25])
    assert "(7)" in section.says[-1]


def test_without_raters_the_proxy_approves_and_graded_gold_is_split_at_its_median():
    gold = np.tile(np.arange(40.0), (2, 1))
    proxy = np.where(gold < 20, np.where(STEP == 1, 50.0, 0.0), 30.0)
    section = false_approvals(subject_of(STEP, PROMPT, proxy, np.nan, gold))
    assert rates(section) == pytest.approx([0.0, 1.0])
    assert "below its median at the first checkpoint (19.5)" in section.says[-1]
    assert "Approved: proxy" in section.says[-1]


def test_prompts_that_are_solved_do_not_count_for_the_rise():
    """Prompts whose wrong responses were disapproved are solved: the share rises, no prompt's."""
    gold = np.where((STEP == 1) & (PROMPT >= 10), 1.0, np.tile([0.0, 1.0], 20))
    votes = np.where(np.where(PROMPT % 2, 6, 10) > PROMPT, 1.0, 0.0)
    section = false_approvals(subject_of(STEP, PROMPT, 0.0, votes, gold))
    assert rates(section)[1] > rates(section)[0] + 0.2
    assert "nothing varies" in section.not_measured[0].why, "on each prompt the rate is the same"


def test_an_exploit_is_approved_more_and_more():
    rows = replace(EXPLOITED, samples=2, binary=True).rollouts(Seed(("approved",)))
    columns = (rows.step, rows.prompt, rows.proxy, rows.rater, rows.gold)
    (test,) = false_approvals(subject_of(*columns)).tests
    assert test.p < 0.001
    assert test.low > 0.1
    unshared = false_approvals(subject_of(rows.step, np.arange(len(rows)), *columns[2:]))
    assert unshared.tests[0].p < 0.001
    assert "not the same" in unshared.tests[0].statement


def test_progress_alone_raises_it_so_it_never_alarms():
    run = HonestRun(gold=by_chance, prompts=300)
    section = false_approvals(run.subject(Seed(("progress",))))
    assert section.tests[0].p < 0.01
    assert section.tests[0].speaks_to is None
    assert any("raises no alarm" in line for line in section.says)


@pytest.mark.parametrize(
    ("subject", "why"),
    [
        (Subject("log", {}), "a log of means"),
        (subject_of(STEP, PROMPT, 1.0, np.nan, np.nan), "no gold"),
        (subject_of(STEP, PROMPT, 1.0, np.nan, 1.0), "gold is 1 for every response"),
        (subject_of(STEP, PROMPT, 1.0, np.nan, np.where(STEP, 1.0, 0.0)), "0 responses are right"),
    ],
)
def test_what_cannot_be_measured_is_said(subject, why):
    section = false_approvals(subject)
    assert not section.tests
    assert why in section.not_measured[0].why


def test_one_checkpoint_has_a_rate_and_no_test():
    section = false_approvals(HonestRun(points=1).subject(Seed(("one",))))
    assert len(rates(section)) == 1
    assert not section.tests
