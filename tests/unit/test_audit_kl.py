"""The section on KL: what is said of k1, of what only bears its name, and of a negative mean."""

from dataclasses import replace

import numpy as np
import pytest

from looksgood.audits.measured.kl_needed import kl_needed_nats
from looksgood.audits.sections.kl import kl
from looksgood.audits.subjects.subject import Subject
from looksgood.core.seeds import Seed
from tests.audit_subjects import scalar_curve, subject_of
from tests.planted_runs import EXPLOITED, FLAT, HONEST

RUN = replace(EXPLOITED, samples=4)
ROWS = RUN.rollouts(Seed(("kl section",)))


def test_the_last_checkpoints_kl_is_the_truths():
    found = kl(subject_of(ROWS))
    _, mean, low, high, root, count = found.tables[0].rows[-1]
    assert low < RUN.truth("kl")[-1] < high
    assert root == pytest.approx(mean**0.5)
    assert count == 400
    assert "nats per sequence" in found.says[0]
    assert "computed from the log-probabilities" in found.says[1]
    assert [figure.name for figure in found.figures] == [
        "proxy-over-kl",
        "rater-over-kl",
        "gold-over-kl",
    ]
    assert found.figures[0].lines[0].x[-1] == root
    assert [test.speaks_to for test in found.tests] == [None]


def test_without_kl_it_says_what_to_log():
    found = kl(Subject("run", {"gold": scalar_curve([0, 1], [0.0, 1.0])}))
    assert found.not_measured[0].what == "KL from the base"
    assert not found.says


def test_what_is_no_kl_is_said_first_and_on_the_axis():
    found = kl(subject_of(ROWS, "token mean of k3"))
    assert "is no KL per sequence: token mean of k3" in found.says[0]
    assert "as logged" in found.says[-1]
    assert "no KL" in found.figures[0].x_label


def test_a_kl_that_the_proxys_change_contradicts_is_too_small():
    small = replace(ROWS, kl=ROWS.kl / 50)
    found = kl(subject_of(small, "nats per sequence"))
    assert any("It is too small" in line for line in found.says)
    assert not any("too small" in line for line in kl(subject_of(ROWS)).says)


def test_a_negative_mean_is_flagged_and_noise_about_0_is_not():
    below = kl(subject_of(replace(ROWS, kl=-ROWS.kl)))
    assert any("which no KL is" in line for line in below.says)
    rng = Seed(("about 0",)).numpy()
    around = kl(subject_of(replace(ROWS, kl=rng.normal(size=len(ROWS)))))
    assert not any("which no KL is" in line for line in around.says)


def test_a_batch_mean_on_every_row_has_no_interval():
    means = np.bincount(ROWS.step // 10, weights=ROWS.kl) / 400
    found = kl(subject_of(replace(ROWS, kl=means[ROWS.step // 10]), ""))
    assert "error unknown" in found.says[0]
    assert not found.tests
    assert found.tables[0].rows[-1][2] is None


def test_a_log_of_means_is_taken_at_its_word():
    curves = {name: scalar_curve([0, 1, 2], [0.0, 1.0, 4.0]) for name in ("kl", "gold")}
    found = kl(Subject("run", curves, kl_means="nats per sequence"))
    assert (
        found.says[0] == "KL at the last checkpoint (step 2): 4 nats per sequence (error unknown)."
    )
    assert found.figures[0].lines[0].x == [0.0, 1.0, 2.0]
    assert "not known whether" in kl(Subject("run", curves)).says[1]


def test_no_more_kl_is_proved_than_was_spent():
    """A lower limit at 5 %: above the truth in few of 25 runs of each kind."""
    for run, most in ((RUN, 1), (FLAT, 3), (HONEST, 1)):
        proved = [kl_needed_nats(subject_of(run.rollouts(Seed(("needed", i))))) for i in range(25)]
        assert sum(limit > run.truth("kl")[-1] for limit in proved) <= most
    assert kl_needed_nats(subject_of(ROWS)) > 1
    assert kl_needed_nats(Subject("run", {})) is None
