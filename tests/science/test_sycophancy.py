"""sycophancy: raters who like to be agreed with make r̂, and policies, side more with the wrong.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_SYCOPHANCY names its folder. Otherwise
`quick` runs.
"""

import pytest

from looksgood.studies.catalogue.sycophancy import STUDY
from tests.science_runs import assert_answered, assert_directions, finished_or_quick

DIRECTION = (
    *("liking-raises-siding", "best-of-n-sides", "reward-model-learns-liking"),
    *("reward-model-prefers-siding", "siding-rises-where-it-pays", "best-of-n-rises-where-it-pays"),
)
"""With three seeds no interval has to tell: estimates have to lie above 0."""
ASKED = ("siding-rises", "oracle-does-not", "gold-does-not", "effect-grows-with-size")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_liking_agreement_makes_policies_side_with_wrong_beliefs(tmp_path):
    run, _ = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_SYCOPHANCY", tmp_path / "run")
    assert_directions(run, dict.fromkeys(DIRECTION, 0))
    assert_answered(run, ASKED)
