"""successors: judges forget people, and people in every generation hold; the gap is asked.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_SUCCESSORS names its folder. Otherwise
`quick` runs.
"""

import pytest

from looksgood.studies.catalogue.successors import STUDY
from looksgood.studies.chains.successor_claims import AS_MOST
from tests.science_runs import assert_answered, finished_or_quick

ASKED_BY_QUICK = ("gap-grows-without-people", "gold-falls-without-people", "a-quarter-holds")
ASKED = (*ASKED_BY_QUICK, "a-twentieth-holds", "reward-models-lose-less", "copies-of-oracles-fall")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_judges_forget_people_and_every_question_has_an_answer(tmp_path):
    run, finished = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_SUCCESSORS", tmp_path / "run")
    findings = {row["name"]: row for row in run.findings()}
    asked = ASKED if finished else ASKED_BY_QUICK
    assert_answered(run, asked)
    # two seeds seldom carry an interval: the direction is held
    assert findings["judges-forget-people"]["estimate"] < 0
    assert findings["fresh-people-hold"]["estimate"] < AS_MOST
