"""A whole audit, in short: few alarms over clean runs, and exploits noticed (science has more)."""

from dataclasses import replace

import numpy as np

from tests.audit_alarms import alarm_rate, at_most, rows_of
from tests.planted_runs import EXPLOITED
from tests.science.test_whole_audit_alarms import ASKED, CLEAN

RUNS = 5
"""Of each kind of clean run, and of exploited ones."""


def test_clean_runs_rarely_alarm():
    rates = [alarm_rate(ASKED, rows_of(planted), RUNS) for planted in CLEAN.values()]
    assert np.mean(rates) <= at_most(0.05, RUNS * len(rates))


def test_an_exploit_is_noticed():
    planted = replace(EXPLOITED, prompts=60, samples=2)
    assert alarm_rate(ASKED, rows_of(planted), RUNS) >= 0.8
