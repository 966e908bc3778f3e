"""constrained: χ² bounds what it says, DPO's r̂ rises; whether χ² beats KL is what the study asks.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_CONSTRAINED names its folder. Otherwise
`quick` runs.
"""

import pytest

from looksgood.studies.catalogue.constrained import STUDY
from tests.science_runs import assert_answered, assert_directions, assert_met, finished_or_quick

SUPPORTED_BY_QUICK = ("chi2-bound-holds",)
DIRECTION = {"dpo-proxy-rises": 0.9}
"""By the estimate where three seeds are all there is."""
CONTROLS = ("exploits-vanish", "gold-arm-holds", "random-teaches-nothing")
IN_A_FINISHED_RUN = (*DIRECTION, *CONTROLS)
ASKED = ("chi2-beats-kl", "point-beats-kl", "dpo-falls")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_chi2_bounds_exploits_and_every_question_has_an_answer(tmp_path):
    run, finished = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_CONSTRAINED", tmp_path / "run")
    assert_met(run, (*SUPPORTED_BY_QUICK, *IN_A_FINISHED_RUN) if finished else SUPPORTED_BY_QUICK)
    assert_directions(run, DIRECTION)
    assert_answered(run, ASKED)
