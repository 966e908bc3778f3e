"""Sections on KL and the proxy's shape on bad data: each says what it cannot tell, none raises."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from looksgood.audits.sections.certificate import certificate
from looksgood.audits.sections.forecast import forecast
from looksgood.audits.sections.forms import forms
from looksgood.audits.sections.kl import kl
from looksgood.audits.sections.selection import selection
from looksgood.audits.sections.tail import tail
from looksgood.audits.subjects.checkpoints import gather
from looksgood.audits.subjects.subject import Subject
from looksgood.core.seeds import Seed
from tests.audit_subjects import scalar_curve, subject_of
from tests.planted_runs import EXPLOITED

SECTIONS = (kl, forms, certificate, tail, selection, forecast)
ROWS = replace(EXPLOITED, prompts=12, samples=4).rollouts(Seed(("bad",)))
NONE = np.full(len(ROWS), np.nan)


def of(rows):
    return subject_of(rows, "")


def bare(rows):
    """Rows of which no curve could be made."""
    return Subject("run", {}, rows, gather(rows.step))


BAD = {
    "nothing": Subject("run", {}),
    "no rows": bare(ROWS.where(np.zeros(len(ROWS), dtype=bool))),
    "one row": bare(ROWS.where(np.arange(len(ROWS)) == 5)),
    "one prompt": bare(ROWS.where(ROWS.prompt == 0)),
    "one checkpoint": of(ROWS.where(ROWS.step == 0)),
    "two checkpoints": of(ROWS.where(ROWS.step < 20)),
    "no gold": of(replace(ROWS, gold=NONE)),
    "no proxy": of(replace(ROWS, proxy=NONE)),
    "no scores": of(replace(ROWS, proxy=NONE, gold=NONE, rater=NONE, kl=NONE)),
    "all alike": of(replace(ROWS, proxy=0 * ROWS.proxy, gold=0 * ROWS.gold, kl=0 * ROWS.kl)),
    "huge": of(replace(ROWS, proxy=1e150 * ROWS.proxy, gold=1e150 * ROWS.gold)),
    "kl of hundreds": of(replace(ROWS, kl=300 * ROWS.kl)),
    "kl below 0": of(replace(ROWS, kl=-1 - np.abs(ROWS.kl))),
    "half of gold": of(replace(ROWS, gold=np.where(np.arange(len(ROWS)) % 3, NONE, ROWS.gold))),
    "a log of one point": Subject("run", dict.fromkeys(("kl", "gold"), scalar_curve([0], [1.0]))),
    "a log without errors": Subject(
        "run", {"kl": scalar_curve(range(6), range(6)), "gold": scalar_curve(range(6), [1.0] * 6)}
    ),
}


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
@pytest.mark.parametrize("name", BAD)
def test_it_answers_or_says_why_not(section, name):
    found = section(BAD[name])
    assert found.name == section.__name__
    assert found.run == "run"
    assert found.says or found.not_measured
    assert all(gap.why and gap.run == "run" for gap in found.not_measured)
    assert "nan" not in " ".join(found.says)
    found.as_json()


def test_only_selection_alone_may_raise_an_alarm():
    for name, subject in BAD.items():
        for section in SECTIONS:
            alarms = [test for test in section(subject).tests if test.speaks_to]
            assert not alarms or (section is selection and name == "one checkpoint")


def test_none_of_them_loads_torch():
    names = "kl, forms, certificate, tail, selection, forecast"
    program = (
        f"from looksgood.audits.sections import {names}\nimport sys\n"
        "assert not {'torch', 'scipy.stats', 'pyarrow'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
