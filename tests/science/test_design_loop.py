"""design-loop: audits by the truth remove failures; what raters miss and what it costs is asked.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_DESIGN_LOOP names its folder. Otherwise
`quick` runs.
"""

import pytest

from looksgood.studies.catalogue.design_loop import STUDY
from tests.science_runs import assert_answered, finished_or_quick

ASKED_BY_QUICK = (
    *("legible-fixed-raters", "illegible-stays-raters", "approval-parts"),
    *("truth-fixes-the-illegible", "experts-pay", "truth-pays-more", "fixes-stay-where-made"),
)
ASKED = (
    *ASKED_BY_QUICK,
    *("labels-pay", "comparing-pays-more", "audited-there-fixed-there", "new-policy-new-failures"),
)


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_truth_removes_failures_and_every_question_has_an_answer(tmp_path):
    run, finished = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_DESIGN_LOOP", tmp_path / "run")
    findings = {row["name"]: row for row in run.findings()}
    asked = ASKED if finished else ASKED_BY_QUICK
    assert_answered(run, asked)
    assert findings["legible-fixed-truth"]["estimate"] > 0
    if finished:  # two seeds seldom carry an interval
        assert findings["legible-fixed-truth"]["met"]
