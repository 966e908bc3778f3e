"""Tests of exploitation on runs in which nothing is exploited: at most 5 % alarm, in each.

Nightly 250 runs of each kind; in the default tests 30 of the three most dangerous ones.
"""

from collections import Counter

import pytest
from scipy import stats

from looksgood.audits.sections.discrimination import discrimination
from looksgood.audits.sections.equal_proxy import equal_proxy
from looksgood.audits.sections.false_approvals import false_approvals
from looksgood.core.seeds import Seed
from tests.honest_runs import CASES, HonestRun

RUNS = 250
QUICK = 30
DANGEROUS = ("nothing changes", "best of n by a noisy proxy", "ever more alike, above a threshold")


def alarms(name, sections, runs):
    """How often each test has p ≤ 0.05, of those that speak to a level."""
    found = Counter()
    for i in range(runs):
        subject = CASES[name].subject(Seed(("honest runs", name, i)))
        for section in sections:
            for test in section(subject).tests:
                if test.speaks_to and test.p is not None:
                    found[test.name] += test.p <= 0.05
    return found


def check(name, runs):
    found = alarms(name, (equal_proxy, discrimination, false_approvals), runs)
    allowed = stats.binom.ppf(0.9995, runs, 0.05)
    assert found, "nothing was tested"
    assert max(found.values()) <= allowed, dict(found)


@pytest.mark.parametrize("name", DANGEROUS)
def test_few_false_alarms_quickly(name):
    check(name, QUICK)


@pytest.mark.science
@pytest.mark.parametrize("name", CASES)
def test_few_false_alarms(name):
    check(name, RUNS)


@pytest.mark.science
def test_approvals_of_wrong_responses_rise_in_honest_runs():
    """Why `false_approvals` raises no alarm."""
    run = HonestRun(gold=CASES["right or wrong"].gold)
    rose = 0
    for i in range(50):
        (test,) = false_approvals(run.subject(Seed(("approvals", i)))).tests
        assert test.speaks_to is None
        rose += test.p <= 0.05
    assert rose >= 45


@pytest.mark.science
def test_between_prompts_an_honest_tilt_alarms_and_so_it_does_not_speak():
    """Why prompts seen once, and other ones at each checkpoint, raise no alarm."""
    run = HonestRun(climbs=True, proxy_noise=1.5, samples=1, prompts=600, paired=False)
    low = 0
    for i in range(50):
        tests = {test.name: test for test in equal_proxy(run.subject(Seed(("between", i)))).tests}
        assert all(test.speaks_to is None for test in tests.values())
        low += tests["equal_proxy_gold"].p <= 0.05
    assert low >= 10
