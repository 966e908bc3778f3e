"""`looksgood certify`: what a KL and counts prove, said as text and JSON, and what it refuses."""

import json
import math

import numpy as np
import pytest

from looksgood.core.errors import ConfigError, DataError
from looksgood.core.seeds import Seed
from looksgood.measures.certificate import certify_counts, certify_numbers
from looksgood.measures.certificate_curves import event_bound_curves
from looksgood.measures.certificate_of_run import Tables, certify_run
from looksgood.measures.interval_coverage import MEASURED_KL_PERCENT
from looksgood.ops.binary_kl import binary_kl_nats, max_event_probability
from looksgood.ops.clopper_pearson import clopper_pearson
from looksgood.ops.hockey_stick import hockey_stick_best
from looksgood.reports.certificate_words import EXPLANATION, as_text
from looksgood.runs import Outcome, RunFolder
from tests.unit.test_cli import told

PROMPTS = 40


def row(seed, optimizer, beta, step, **more):
    who = {"study": "kl-sweep", "arm": "ordinary", "seed": seed, "optimizer": optimizer}
    return who | {"beta": beta, "step": step, "n": None} | more


def tables(seed=0):
    """The rows of a run: the base and three checkpoints, with a channel that is an event."""
    points, prompts, samples = [], [], []
    rng = Seed(("test", "certify", seed)).numpy()
    for optimizer, beta, step, kl, share in (
        ("base", None, 0, 0.0, 0.05),
        ("best_of_n", None, 0, 30.0, 0.05),
        ("rloo", 0.1, 10, 0.5, 0.2),
        ("rloo", 0.1, 20, 0.8, 0.6),
        ("rloo", 0.0, 20, 9.0, 0.9),
    ):
        means = rng.binomial(8, share, PROMPTS) / 8
        how = row(seed, optimizer, beta, step, kl=kl)
        points.append(how | {"kl_se": 0.01, "samples": 8 * PROMPTS})
        prompts += [
            how | {"prompt_id": f"p{i}", "channel.made_up": mean, "channel.words": 9.0}
            for i, mean in enumerate(means.tolist())
        ]
        kept = {name: how[name] for name in how if name != "kl"}
        samples += [
            kept
            | {"prompt_id": f"p{i}", "prompt": "q", "response": "a"}
            | {"logp_policy": -3.0, "logp_base": -3.0 - kl, "channel.made_up": 0.0}
            | {"channel.words": 9.0 if i < 40 * share and j == 0 else 0.0}
            for i in range(PROMPTS)
            for j in range(2)
        ]
    return Tables(points, prompts, samples)


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("certified") / "run"
    with RunFolder.open(path, "kl-sweep", {}, seeds=[0], version="0") as run:
        cell, rows = run.cell("ordinary", 0, "abc"), tables()
        with cell.working():
            cell.resume()
            cell.note(1, points=rows.points, prompts=rows.prompts, samples=rows.samples)
            cell.finish()
        run.finish_cell(cell, Outcome("one", "done", cpu_seconds=1.0))
        run.merge()
    return path


def as_json(capfd, *arguments):
    status, out, err = told(capfd, "certify", *arguments, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


# ---- from numbers


def test_one_nat_and_one_in_a_million(capfd):
    found = as_json(capfd, "--kl", "1", "--base-rate", "1e-6")
    assert found["p_max"] == pytest.approx(0.09512812809774912, rel=1e-12)
    assert found["p_max"] + found["one_minus_p_max"] == pytest.approx(1, abs=1e-15)
    assert (found["kl"], found["base_rate"], found["p_min"]) == (1.0, 1e-6, 0.0)
    assert (found["vacuous"], found["confidence"], found["kind"]) == (False, 1.0, "certificate")
    assert found["kl_needed"] == pytest.approx(6 * math.log(10))
    assert found["kl_for"]["0.01"] == pytest.approx(binary_kl_nats(0.01, 1e-6))
    assert found["reverse"]["p_max"] == pytest.approx(1 - math.exp(-1), abs=1e-4)
    assert any("KL(π‖π₀) ≤ 1 nats" in each for each in found["assumes"])


def test_twenty_nats_are_vacuous_and_why(capfd):
    status, out, _ = told(capfd, "certify", "--kl", "20", "--base-rate", "1e-6")
    assert status == 0
    assert "vacuous" in out
    assert "Below −log q = 13.8155 nats it would not be" in out
    found = as_json(capfd, "--kl", "20", "--base-rate", "1e-6")
    assert (found["vacuous"], found["p_max"], found["one_minus_p_max"]) == (True, 1.0, 0.0)


def test_a_base_rate_that_underflows(capfd):
    found = as_json(capfd, "--kl", "10", "--log-base-rate", "-1000")
    assert (found["base_rate"], found["log_base_rate"]) == (0.0, -1000.0)
    assert 0.009 < found["p_max"] < 0.011
    assert found["kl_needed"] == 1000


def test_what_the_base_never_does_has_no_kl_at_which_it_is_vacuous(capfd):
    found = as_json(capfd, "--kl", "3", "--base-rate", "0")
    assert (found["p_max"], found["vacuous"], found["kl_needed"]) == (0.0, False, None)
    assert found["reverse"]["p_max"] == pytest.approx(1 - math.exp(-3))


# ---- from counts


def test_counts_prove_a_kl(capfd):
    found = as_json(capfd, "--exploits", "30/1000", "--base", "1/1000")
    low, _ = clopper_pearson(30, 1000, 0.975)
    _, high = clopper_pearson(1, 1000, 0.975)
    assert found["kl_implied"] == pytest.approx(binary_kl_nats(low, high), rel=1e-12)
    assert found["reverse_kl_implied"] == pytest.approx(binary_kl_nats(high, low), rel=1e-12)
    assert found["exploit_rate"] == {
        "value": 0.03,
        "low": pytest.approx(low),
        "high": pytest.approx(clopper_pearson(30, 1000, 0.975)[1]),
        "n": 1000,
    }
    assert (found["kl"], found["p_max"], found["vacuous"]) == (None, None, None)
    assert (found["confidence"], found["rates_confidence"]) == (0.95, 0.95)
    assert found["kl_needed"] == pytest.approx(-math.log(high))


def test_counts_with_a_kl_bound_the_rate_by_the_bases_upper_limit(capfd):
    found = as_json(capfd, "--exploits", "30/1000", "--base", "0/500", "--kl", "0.3")
    _, high = clopper_pearson(0, 500, 0.975)
    assert found["p_max"] == pytest.approx(max_event_probability(high, 0.3).p)
    assert (found["confidence"], found["kl_understated"]) == (0.95, False)


def test_a_kl_below_what_counts_prove_is_flagged(capfd):
    arguments = ("--exploits", "300/1000", "--base", "1/1000", "--kl", "0.1")
    assert as_json(capfd, *arguments)["kl_understated"] is True
    _, out, _ = told(capfd, "certify", *arguments)
    assert "was measured too low" in out


def test_rarer_exploits_prove_a_kl_too():
    low, _ = clopper_pearson(500, 1000, 0.975)
    _, high = clopper_pearson(10, 1000, 0.975)
    found = certify_counts((10, 1000), (500, 1000), 0.95)
    assert found.kl_implied == pytest.approx(binary_kl_nats(high, low))


def test_rates_that_may_be_equal_prove_nothing():
    found = certify_counts((3, 1000), (1, 1000), 0.95)
    assert found.kl_implied == 0
    assert "the rates may be equal, so they prove no KL" in as_text(found)


def test_more_confidence_proves_less():
    sure, surer = (certify_counts((60, 1000), (2, 1000), c, 0.1) for c in (0.9, 0.999))
    assert surer.kl_implied < sure.kl_implied
    assert surer.bounds.p_max.p > sure.bounds.p_max.p
    assert surer.bounds.p_min.p <= sure.bounds.p_min.p


# ---- from a run


def test_a_run_is_certified_at_its_largest_kl(capfd, run_folder):
    found = as_json(capfd, str(run_folder), "--channel", "made_up")
    assert found["checkpoint"]["step"] == 20
    assert (found["checkpoint"]["beta"], found["kl"]) == (0.0, 9.0)
    assert (found["kind"], found["confidence"]) == ("estimate", None)
    assert found["vacuous"] is True
    assert found["exploit_rate"]["low"] > 0.7
    assert found["base_rate_high"] < 0.25
    stick = found["hockey_stick"]
    assert (stick["samples"], stick["confidence"]) == (PROMPTS, 0.95)
    assert stick["p_max"] == 1


def test_a_monte_carlo_estimate_is_never_called_a_certificate(capfd, run_folder):
    arguments = ("certify", str(run_folder), "--channel", "made_up", "--beta", "0.1")
    _, out, _ = told(capfd, *arguments)
    (about_kl,) = [line for line in out.splitlines() if "KL(π‖π₀) ≤ 0.8" in line]
    assert about_kl.startswith("Estimate, no certificate")
    assert f"it would hold in {MEASURED_KL_PERCENT} % of simulations" in about_kl
    certified = [line for line in out.splitlines() if line.startswith("Certificate")]
    assert len(certified) == 2
    assert "these rates prove" in certified[0]
    assert "log-ratios alone" in certified[1]


def test_the_hockey_stick_takes_one_response_per_prompt():
    rows = tables()
    found = certify_run(rows, "made_up", 0.95, {"beta": 0.1, "step": 10})
    expected = hockey_stick_best(np.full(PROMPTS, 0.5), found.base_rate_high, 0.05 / 3)
    assert found.hockey_stick.p == pytest.approx(expected.p, rel=1e-9)
    assert found.hockey_stick_samples == PROMPTS


def test_a_channel_that_counts_is_an_event_where_it_is_above_0():
    found = certify_run(tables(), "words", 0.95, {"beta": 0.1})
    low, high = clopper_pearson(24, PROMPTS, 1 - 0.05 / 3)
    assert (found.exploit_rate.value, found.exploit_rate.n) == (0.6, PROMPTS)
    assert (found.exploit_rate.low, found.exploit_rate.high) == pytest.approx((low, high))
    assert found.base_rate.p == 0.05
    assert found.assumes[0] == "A is a response in which channel words is above 0"


def test_a_channel_that_counts_elsewhere_in_the_run_counts_here_too():
    rows = tables()
    assert "made_up marks, within 0 … 1" in certify_run(rows, "made_up", 0.95, {}).assumes[0]
    elsewhere = {**rows.samples[0], "arm": "another", "channel.made_up": 3.0}
    rows = Tables(rows.points, rows.prompts, [*rows.samples, elsewhere])
    found = certify_run(rows, "made_up", 0.95, {})
    assert found.assumes[0] == "A is a response in which channel made_up is above 0"
    assert found.exploit_rate.value == 0  # of the kept responses none has any


def test_a_count_without_kept_responses_is_refused():
    rows = tables()
    with pytest.raises(ConfigError, match="'words' counts"):
        certify_run(Tables(rows.points, rows.prompts, []), "words", 0.95, {})


def test_a_checkpoint_with_kept_responses_comes_first():
    rows = tables()
    kept = [row for row in rows.samples if row["step"] != 20 or row["beta"] == 0.1]
    found = certify_run(Tables(rows.points, rows.prompts, kept), "made_up", 0.95, {})
    assert (found.checkpoint["beta"], found.kl) == (0.1, 0.8)


def test_what_was_not_kept_is_said():
    rows = tables()
    found = certify_run(Tables(rows.points, rows.prompts, []), "made_up", 0.95, {"beta": 0.1})
    assert found.hockey_stick is None
    assert found.as_json()["hockey_stick"] is None
    assert "No hockey-stick certificate" in as_text(found)


@pytest.mark.parametrize(
    ("channel", "wanted", "says"),
    [
        ("mad_up", {}, "'mad_up' is unknown: one of made_up, words"),
        ("made_up", {"beta": 0.7}, "no trained checkpoint has beta = 0.7: there is 0.0, 0.1"),
        ("made_up", {"arm": "nobody"}, "there is ordinary"),
    ],
)
def test_what_a_run_does_not_have_is_named(channel, wanted, says):
    with pytest.raises(ConfigError, match=says):
        certify_run(tables(), channel, 0.95, wanted)


def test_a_run_without_prompts_is_refused():
    rows = tables()
    with pytest.raises(DataError, match="no rows of this checkpoint"):
        certify_run(Tables(rows.points, [], rows.samples), "made_up", 0.95, {})
    with pytest.raises(ConfigError, match="no trained checkpoint"):
        certify_run(Tables(rows.points[:2], rows.prompts, []), "made_up", 0.95, {})


# ---- the figure, the explanation, what is refused


@pytest.mark.parametrize(("name", "begins"), [("p.png", b"\x89PNG"), ("p.svg", b"<?xml")])
def test_the_figure(capfd, tmp_path, name, begins):
    path = tmp_path / name
    arguments = ("--kl", "1", "--base-rate", "1e-5", "--plot", str(path))
    assert as_json(capfd, *arguments)["vacuous"] is False
    assert path.read_bytes().startswith(begins)


def test_the_curves_bend_where_the_bound_becomes_vacuous():
    found = event_bound_curves(certify_numbers(1.0, 1e-5))
    assert found.here == (1.0, max_event_probability(1e-5, 1.0).p)
    assert list(found.p_max) == ["0.01", "0.0001", "1e-06", "1e-09", "1e-12", "1e-05"]
    for label, rates in found.p_max.items():
        edge = found.kls.index(-math.log(float(label)))
        assert set(rates[edge:]) == {1.0}
        assert rates[edge - 1] < 1


def test_the_explanation_says_both(capfd):
    status, out, err = told(capfd, "certify", "--explain")
    assert (status, out, err) == (0, EXPLANATION, "")
    assert "It promises" in out
    assert "It does not promise" in out
    assert f"{max_event_probability(1e-6, 1.0).p:.3f}" == "0.095"
    assert "9.5 %" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "nothing to certify"),
        (["--kl", "1"], "--base-rate is missing"),
        (["--base-rate", "0.1"], "--kl is missing"),
        (["--kl", "-1", "--base-rate", "0.1"], "KL = -1 nats"),
        (["--kl", "nan", "--base-rate", "0.1"], "KL = nan nats"),
        (["--kl", "1", "--base-rate", "1.5"], "base rate q = 1.5"),
        (["--kl", "1", "--log-base-rate", "0.5"], "--log-base-rate = 0.5"),
        (["--kl", "1", "--base-rate", "0.1", "--log-base-rate", "-2"], "do not go together"),
        (["--exploits", "1/2"], "counts need both"),
        (["--exploits", "1/2", "--base-rate", "0.1"], "do not go together"),
        (["--exploits", "3/2", "--base", "0/5"], "3 of 2"),
        (["--exploits", "1/2", "--base", "0/0"], "0 trials"),
        (["--exploits", "many", "--base", "0/5"], "'many' is not x/m"),
        (["--exploits", "1/2", "--base", "0/5", "--confidence", "95"], "confidence = 95"),
        (["--kl", "1", "--base-rate", "0.1", "--channel", "x"], "are of a run"),
        (["--kl", "1", "--base-rate", "0.1", "--plot", "p.pdf"], "a .png or an .svg"),
        (["--kl", "1", "--base-rate", "0.1", "--plot", "no/p.png"], "there is no folder no"),
        ([".", "--channel", "x"], "run.json"),
        (["."], "--channel is missing"),
        ([".", "--channel", "x", "--kl", "1"], "leave out numbers"),
    ],
)
def test_what_is_wrong_is_said_on_one_line(capfd, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    status, out, err = told(capfd, "certify", *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("looksgood: ")
    assert says in err
    assert not list(tmp_path.iterdir())


def test_json_and_text_say_the_same():
    found = certify_numbers(2.0, 0.01)
    text = as_text(found)
    assert f"{found.bounds.p_max.p:.6g}" in text
    assert f"{found.kl_needed:.6g}" in text
    assert set(found.as_json()) > {
        *("kl", "base_rate", "p_max", "p_min", "one_minus_p_max", "vacuous", "kl_needed"),
        "confidence",
    }
