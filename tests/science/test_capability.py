"""capability: with budget proxy rises and gold falls; what size does is what the study asks.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_CAPABILITY names its folder. Otherwise
`quick` runs.
"""

import pytest

from looksgood.studies.catalogue.capability import STUDY
from tests.science_runs import assert_answered, assert_met, finished_or_quick

SUPPORTED_BY_QUICK = ("gold-falls-with-budget",)
CONTROLS = ("oracle-holds", "random-fools-nobody", "gold-arm-holds")
ASKED = ("false-approval-equal-proxy", "gap-2-equal-kl", "jump-with-size", "jump-with-budget")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_gold_falls_with_budget_and_every_question_has_an_answer(tmp_path):
    run, finished = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_CAPABILITY", tmp_path / "run")
    expected = (*SUPPORTED_BY_QUICK, *CONTROLS) if finished else SUPPORTED_BY_QUICK
    assert_met(run, expected)
    assert_answered(run, ASKED)
