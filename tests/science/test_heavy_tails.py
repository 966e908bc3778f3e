"""heavy-tails: with a heavy-tailed error proxy rises within a nat and gold does not (Kwa et al.).

A finished `standard` run is read where LOOKSGOOD_HEAVY_TAILS_RUN names its folder. Otherwise
`quick` runs with three seeds (minutes).
"""

import pytest

from looksgood.studies.catalogue.heavy_tails import STUDY
from tests.science_runs import assert_met, finished_or_quick

EXPECTED = ("heavy-proxy-at-small-kl", "light-gains-more", "random-selects-nothing")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_heavy_tailed_error_buys_proxy_and_no_gold(tmp_path):
    run, _ = finished_or_quick(STUDY, "LOOKSGOOD_HEAVY_TAILS_RUN", tmp_path / "run", seeds=3)
    findings = {row["name"]: row for row in run.findings()}
    assert_met(run, EXPECTED)
    heavy, trained = (findings[f"tail-index-{arm}"]["estimate"] for arm in ("heavy", "trained"))
    assert heavy > 0.25 > trained
