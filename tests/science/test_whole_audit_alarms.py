"""How often a whole audit alarms: every test that can, over 1,000 runs in which nothing is wrong.

Nominal 5 %, three standard errors of the simulation allowed. And how often it notices a run whose
exploit costs what `looksgood power` says that so many prompts show with 80 %.
"""

from dataclasses import replace

import pytest

from looksgood.audits.sections.discrimination import discrimination
from looksgood.audits.sections.equal_proxy import equal_proxy
from looksgood.audits.sections.keeping_up import keeping_up
from looksgood.audits.sections.levels import levels
from tests.audit_alarms import alarm_rate, at_most, rows_of
from tests.planted_runs import EXPLOITED, FLAT, HONEST, SATURATED

pytestmark = pytest.mark.science
RUNS = 1000
ASKED = (levels, keeping_up, equal_proxy, discrimination)
"""Every section with a test that speaks to a level on rows of several checkpoints."""
CLEAN = {
    "nothing changes": replace(FLAT, prompts=60, samples=2),
    "nothing changes, right or wrong": replace(FLAT, prompts=60, samples=2, binary=True),
    "an honest rise": replace(HONEST, prompts=60, samples=2),
    "an honest rise that saturates": replace(SATURATED, prompts=60, samples=2),
    "few labels": replace(FLAT, prompts=100, samples=2, labels=60),
    "fresh prompts each time": replace(FLAT, prompts=60, samples=2, paired=False),
}


@pytest.mark.parametrize("planted", CLEAN.values(), ids=CLEAN)
def test_a_clean_run_rarely_alarms(planted):
    assert alarm_rate(ASKED, rows_of(planted), RUNS) <= at_most(0.05, RUNS)


def test_an_exploit_is_noticed():
    planted = replace(EXPLOITED, prompts=60, samples=2)
    assert alarm_rate(ASKED, rows_of(planted), 100) >= 0.8
