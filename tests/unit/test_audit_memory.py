"""What an audit takes of memory for each row, so that ten million fit in 2 GiB.

Rows themselves are held in 60 bytes and their checkpoints in 8: what is left for a section are 120.
"""

import tracemalloc
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from looksgood.audits.catalogue import OF_ONE_RUN
from looksgood.audits.notes import Notes
from looksgood.audits.reading.collect import collect
from looksgood.audits.rollouts import Texts
from looksgood.audits.subjects.build import subjects
from looksgood.core.seeds import Seed

pytestmark = pytest.mark.slow
ROWS = 200_000
MOST = 120
"""Bytes for each row at a time."""


@pytest.fixture(scope="module", params=[0.0, 0.05], ids=["complete", "with gaps"])
def rollouts(request):
    """20 steps of 100 prompts with 100 responses each; some scores are missing."""
    rng = Seed(("memory",)).numpy()
    quality = rng.standard_normal(ROWS)
    missing = rng.random((2, ROWS)) < request.param
    proxy = quality + rng.standard_normal(ROWS)
    rater = quality + rng.standard_normal(ROWS)
    return collect(
        [
            pa.table(
                {
                    "step": np.arange(ROWS) // 10_000,
                    "prompt": [f"prompt {row // 100 % 100}" for row in range(ROWS)],
                    "completion": [f"response {row}" for row in range(ROWS)],
                    "proxy": np.where(missing[0], np.nan, proxy),
                    "rater": np.where(missing[1], np.nan, rater),
                    "gold": (quality > 0) * 1.0,
                }
            )
        ],
        Notes(),
    )


@pytest.fixture(scope="module")
def subject(rollouts):
    """The run; with few texts, as looking at texts takes no more memory for more rows."""
    texts = rollouts.texts
    few = Texts(texts.row[:2000], texts.prompts[:2000], texts.completions[:2000])
    (found,) = subjects(replace(rollouts, texts=few))
    return found


def bytes_a_row(make):
    tracemalloc.start()
    try:
        make()
        return tracemalloc.get_traced_memory()[1] / ROWS
    finally:
        tracemalloc.stop()


def test_curves_of_rows(rollouts):
    assert bytes_a_row(lambda: subjects(rollouts)) < MOST


@pytest.mark.parametrize(
    "section", [part for part in OF_ONE_RUN if part.__name__ != "traits"], ids=lambda p: p.__name__
)
def test_each_section(section, subject):
    """All but the traits, which look at no more than 50,000 texts."""
    assert bytes_a_row(lambda: section(subject)) < MOST
