"""threats-and-tricks: the bound holds, and what moves the rater is said more than what does not.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_THREATS_AND_TRICKS names its folder.
Otherwise `quick` runs.
"""

import pytest

from looksgood.studies.catalogue.threats_and_tricks import STUDY
from tests.science_runs import assert_answered, assert_directions, assert_met, finished_or_quick

SUPPORTED_BY_QUICK = ("bound-holds", "oracle-amplifies-nothing")
DIRECTION = {
    "works-decides-1e-2": 1.0,
    "preference-learned-1e-2": 0.0,
    "direct-amplified-1e-2": 1.0,
    "rarer-less-direct-1e-3": 1.0,
    "reward-model-shields": 1.0,
}
"""With two seeds no interval has to tell: estimates have to lie above."""
ASKED = (
    *("bribes-amplified", "tricks-amplified", "unmoved-amplify-nothing"),
    "direct-amplified-1e-3",
)


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_what_moves_the_rater_is_amplified_and_no_more_than_the_kl_allows(tmp_path):
    run, _ = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_THREATS_AND_TRICKS", tmp_path / "run")
    assert_met(run, SUPPORTED_BY_QUICK)
    assert_directions(run, DIRECTION)
    assert_answered(run, ASKED)
