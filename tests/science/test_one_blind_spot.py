"""blind-spots: where nobody looks citations up they are fabricated, and more that is wrong passes.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_BLIND_SPOTS names its folder. Otherwise
`quick` runs, whose two seeds show the direction only.
"""

import pytest

from looksgood.studies.catalogue.blind_spots import STUDY
from tests.science_runs import assert_met, finished_or_quick

IN_A_FINISHED_RUN = ("false-approval-citations", "approved-citations", "trait-citations")
RISES = ("citations", "popular")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_blind_spot_is_used_where_there_is_one(tmp_path):
    run, finished = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_BLIND_SPOTS", tmp_path / "run")
    found = {row["name"]: row for row in run.findings()}
    for name in RISES:
        fooled, control = (
            found[f"false-approval-{name}{which}"]["estimate"] for which in ("", "-controls")
        )
        assert fooled > max(control, 0)
        assert found[f"trait-{name}"]["estimate"] > 0
    if finished:
        assert_met(run, IN_A_FINISHED_RUN)
