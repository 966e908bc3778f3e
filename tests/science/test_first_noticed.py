"""Tests of exploitation notice an exploit before the mean of gold has fallen by a test.

Twelve checkpoints, 60 prompts with four responses each; gold peaks at the fifth and falls by 0.37
to the ninth. Each test looks at all checkpoints so far, at 5 %. Measured with 24 runs, the median
checkpoint of the first notice: the mean's fall 8, at equal proxy 6, AUROC 5, at equal rater 4.
"""

from dataclasses import replace

import numpy as np
import pytest

from looksgood.audits.answers.fall import fall_test
from looksgood.audits.sections.discrimination import discrimination
from looksgood.audits.sections.equal_proxy import equal_proxy
from looksgood.core.audit_result import Test
from looksgood.core.seeds import Seed
from looksgood.ops.curve import curve_of_means
from tests.honest_runs import subject_of
from tests.planted_runs import EXPLOITED

PLANTED = replace(EXPLOITED, samples=4, prompts=60, cost=2.15)
RUNS = 24
NEVER = 13


def made_on(rows):
    subject = subject_of(rows.step, rows.prompt, rows.proxy, rows.rater, rows.gold)
    x, place = subject.checkpoints.step, subject.checkpoints.place
    fall = fall_test(curve_of_means(x, rows.gold, place, rows.prompt), "")
    sections = equal_proxy(subject), discrimination(subject)
    found = [fall, *(test for section in sections for test in section.tests)]
    return [test for test in found if isinstance(test, Test)]


@pytest.mark.science
def test_they_are_earlier_than_the_fall_of_the_mean():
    first = {}
    for i in range(RUNS):
        rows = PLANTED.rollouts(Seed(("first noticed", i)))
        for seen in range(2, NEVER):
            for test in made_on(rows.where(rows.step < 10 * seen)):
                when = first.setdefault(test.name, np.full(RUNS, NEVER))
                if test.p is not None and test.p <= 0.05:
                    when[i] = min(when[i], seen)
    middle = {name: float(np.median(when)) for name, when in first.items()}
    assert middle["gold_fall"] >= 7
    assert middle["equal_proxy_gold"] <= middle["gold_fall"] - 1
    assert middle["discrimination_of_proxy"] <= middle["gold_fall"] - 2
    assert middle["equal_rater_gold"] <= middle["gold_fall"] - 3
