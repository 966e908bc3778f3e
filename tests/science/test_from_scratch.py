"""from-scratch: raters see what is learnt without pretraining; what fools them needs it.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_FROM_SCRATCH names its folder. Otherwise
`quick` runs.
"""

import pytest

from looksgood.studies.catalogue.from_scratch import STUDY
from tests.science_runs import assert_answered, assert_met, finished_or_quick

SUPPORTED_BY_QUICK = ("scratch-is-seen", "pretraining-keeps-gold")
CONTROLS = (
    "oracle-holds",
    "random-fools-nobody",
    "gold-arm-holds",
    "search-falls-short",
    "own-scratch-is-seen",
)
ASKED = ("easier-with-pretraining", "fabricates-sooner-with-pretraining", "penalty-protects")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_raters_see_what_is_learnt_without_pretraining(tmp_path):
    run, finished = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_FROM_SCRATCH", tmp_path / "run")
    expected = (*SUPPORTED_BY_QUICK, *CONTROLS) if finished else SUPPORTED_BY_QUICK
    assert_met(run, expected)
    assert_answered(run, ASKED)
