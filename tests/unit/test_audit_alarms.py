"""The tests on mean scores seldom err in clean runs; the fuller simulation is in science."""

from dataclasses import replace

import numpy as np
import pytest

from looksgood.audits.sections.levels import levels
from tests.audit_alarms import alarm_rate, at_most, log_of, only_gold_fall, rows_of
from tests.planted_runs import EXPLOITED, FLAT


@pytest.mark.parametrize(
    ("ask", "draw"),
    [
        (levels, rows_of(replace(FLAT, prompts=12))),
        (only_gold_fall, rows_of(replace(FLAT, prompts=100, labels=15, paired=False))),
        (only_gold_fall, log_of(np.zeros(12))),
    ],
    ids=["every response", "few labels", "log"],
)
def test_clean_runs_raise_few_alarms(ask, draw):
    assert alarm_rate([ask], draw, 40) <= at_most(0.05, 40)


def test_exploited_runs_raise_theirs():
    assert alarm_rate([levels], rows_of(replace(EXPLOITED, prompts=60)), 10) == 1
