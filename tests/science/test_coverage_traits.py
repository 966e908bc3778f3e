"""Is the false discovery rate of traits held, and is a planted phrase found? By simulation."""

import numpy as np
import pytest

from tests.text_runs import TextRun, false_share, found_in

RUNS = 100


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.parametrize(
    ("run", "known", "power"),
    [
        (TextRun(drifting=40, telling=40, words=10), 1.0, 0.0),
        (TextRun(drifting=40, telling=5, noise=1.0), 1.0, 0.0),
        (TextRun(prompts=24, per=4, drifting=40, plea=1.0), 1.0, 0.5),
        (TextRun(drifting=40, telling=5, plea=0.5, plea_rate=0.3), 1.0, 0.8),
        (TextRun(prompts=240, per=1, plea=0.5, plea_rate=0.3), 1.0, 0.8),
        (TextRun(plea=1.0, plea_rate=0.3), 0.3, 0.8),
    ],
)
def test_the_false_discovery_rate_is_held(run, known, power):
    """Where many phrases grow and many pay, but none does both; and where one does."""
    found = [false_share(found_in(run.subject(seed, known))) for seed in range(RUNS)]
    shares, hits = np.array(found).T
    assert shares.mean() < 0.05 + 2 * 0.05**0.5 * (0.95 / RUNS) ** 0.5
    assert hits.mean() >= power
