"""kl-penalty: weaker penalties go further, training is off the frontier; the rest is a question.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_KL_PENALTY names its folder. Otherwise
`quick` runs. That gold is the same where KL is the same is what the study asks: it may be no.
"""

import pytest

from looksgood.studies.catalogue.kl_penalty import STUDY
from tests.science_runs import assert_answered, assert_met, finished_or_quick

SUPPORTED_BY_QUICK = ("kl-monotone", "ppo-goes-further", "ppo-goes-further-early", "off-frontier")
CONTROLS = ("gold-arm-holds", "random-teaches-nothing")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_weaker_penalty_goes_further_and_training_spends_more_than_it_must(tmp_path):
    run, finished = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_KL_PENALTY", tmp_path / "run")
    assert_met(run, (*SUPPORTED_BY_QUICK, *CONTROLS) if finished else SUPPORTED_BY_QUICK)
    assert_answered(run, ("gold-matches",))
