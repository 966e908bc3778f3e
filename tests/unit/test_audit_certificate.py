"""The section on certificates: an estimate is called one, and only log-ratios certify."""

from dataclasses import replace

import numpy as np
import pytest

from looksgood.audits.sections.certificate import RATES, certificate
from looksgood.audits.subjects.subject import Subject
from looksgood.core.seeds import Seed
from looksgood.ops.binary_kl import max_event_probability
from looksgood.ops.hockey_stick import hockey_stick_best
from tests.audit_subjects import scalar_curve, subject_of
from tests.planted_runs import EXPLOITED

RUN = replace(EXPLOITED, prompts=400, samples=2)
ROWS = RUN.rollouts(Seed(("certificate",)))


def test_the_estimate_is_the_tight_bound_and_is_no_certificate():
    curves = {"kl": scalar_curve([0, 1], [0.0, 5.0])}
    found = certificate(Subject("run", curves, kl_means="nats per sequence"))
    assert "certifies nothing" in found.says[0]
    assert "0.00674 or more may happen always" in found.says[0]
    for rate, bound, vacuous, edge, proved in found.tables[0].rows:
        assert bound == max_event_probability(rate, 5.0).p
        assert vacuous == ("yes" if edge <= 5.0 else "no")
        assert edge == pytest.approx(-np.log(rate))
        assert proved is None
    assert "logp and logp_base" in found.not_measured[0].why


def test_one_log_ratio_of_each_prompt_certifies():
    found = certificate(subject_of(ROWS))
    last = np.flatnonzero(ROWS.step == 110)[::2]
    proved = [row[4] for row in found.tables[0].rows]
    assert proved == [hockey_stick_best(ROWS.kl[last], rate, 0.05).p for rate in RATES]
    assert "Certified at 95% from 400 log-ratios" in found.says[1]


def test_the_certificate_holds_for_the_planted_exploit():
    """Its base rate is 0.02: what is proved may not lie below its rate in more than 5 % of runs."""
    true = RUN.exploit_prob()[-1]
    for i in range(20):
        rows = RUN.rollouts(Seed(("holds", i)))
        assert hockey_stick_best(rows.kl[rows.step == 110][::2], 0.02, 0.05).p >= true


def test_a_stated_kl_is_not_taken_for_log_ratios():
    found = certificate(subject_of(ROWS, "nats per sequence"))
    assert len(found.says) == 1
    assert found.not_measured


@pytest.mark.parametrize(
    ("subject", "why"),
    [
        (Subject("run", {}), "no KL from the base"),
        (Subject("run", {"kl": scalar_curve([0], [-1.0])}), "no KL is negative"),
        (Subject("run", {"kl": scalar_curve([0], [np.nan])}), "no KL is negative"),
        (Subject("run", {"kl": scalar_curve([0], [1.0])}, kl_means="token mean"), "token mean"),
    ],
)
def test_what_is_no_kl_rules_nothing_out(subject, why):
    found = certificate(subject)
    assert why in found.not_measured[0].why
    assert not found.says
    assert not found.tables


def test_at_the_base_no_event_changes_its_rate():
    found = certificate(Subject("run", {"kl": scalar_curve([0], [0.0])}))
    assert "no event may change its rate" in found.says[0]
