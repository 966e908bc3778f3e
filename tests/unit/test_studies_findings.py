"""Findings on runs whose truth was planted: what is there is met, what is not is not, and
what the data cannot tell is said to be unknown."""

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.measures.resample import Resampled, resample
from looksgood.runs import RunFolder
from looksgood.studies.findings import Claim
from looksgood.studies.sweep_claims import CLAIMS, FABRICATED, FALSEHOOD, sweep_findings
from tests.sweeps import tiny_spec

BETAS = (4.0, 1.0, 0.3, 0.1, 0.03, 0.0)
SPEC = tiny_spec(betas=BETAS)
PROMPTS = 12
NAMES = ("kl", "proxy", "rater", "gold", FABRICATED, FALSEHOOD)

# the base, then one value per penalty, strongest first
KL = (0, 0.1, 0.4, 1.5, 5, 12, 40)
RISING = (0, 0.5, 1, 2, 3, 4, 5)
TURNING = (0, 0.5, 1, 1.2, 0.9, 0.4, -0.5)
LATE = (0, 0.5, 1, 1.5, 2, 2.2, 1.5)
GROWING = (0.1, 0.1, 0.15, 0.2, 0.3, 0.5, 0.9)
SHRINKING = (0.3, 0.3, 0.28, 0.2, 0.15, 0.1, 0.4)
GOOD = {
    "ordinary": (KL, RISING, LATE, TURNING, GROWING, GROWING),
    "oracle": (KL, RISING, LATE, LATE, SHRINKING, SHRINKING),
    "random": (KL, RISING, [-x for x in RISING], [-x for x in RISING], SHRINKING, SHRINKING),
    "gold": (KL, RISING, LATE, RISING, SHRINKING, SHRINKING),
}


def planted(path, arms, seeds=4, spread=0.03, betas=BETAS):
    """Write a finished run whose curves are those of `arms`, with a little noise by prompt."""
    with RunFolder.open(path, "kl-sweep", {"planted": True}, seeds=range(seeds)) as run:
        for arm, curves in arms.items():
            for seed in range(seeds):
                cell = run.cell(arm, seed, "k")
                with cell.working():
                    cell.resume()
                    cell.commit(1, {}, prompts=rows(arm, seed, curves, spread, betas))
                    cell.finish()
        run.merge()
    return RunFolder.read(path)


def rows(arm, seed, curves, spread, betas):
    noise = Seed((arm, seed)).numpy()
    who = {"study": "kl-sweep", "arm": arm, "seed": seed, "samples": 2}
    for place, beta in enumerate((None, *betas)):
        steps = [0] if beta is None else [SPEC.optimizer.steps // 2, SPEC.optimizer.steps]
        for step in steps:
            for prompt in range(PROMPTS):
                wobble = 1 + spread * noise.normal()
                middle = beta is not None and step < SPEC.optimizer.steps
                yield {
                    **who,
                    "optimizer": "base" if beta is None else "rloo",
                    "beta": beta,
                    "step": step,
                    "prompt_id": str(prompt // 2),  # each prompt was drawn twice
                    **{
                        name: (99.0 if middle else float(curve[place]) * wobble)
                        for name, curve in zip(NAMES, curves, strict=True)
                        if curve is not None
                    },
                }


def found(run, spec=SPEC):
    return {row["name"]: row for row in sweep_findings("kl-sweep", run, spec)}


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return found(planted(tmp_path_factory.mktemp("good") / "run", GOOD))


def test_a_run_in_which_everything_is_as_expected_meets_every_claim(good):
    assert [claim.name for claims in CLAIMS.values() for claim in claims] == list(good)
    assert {name: row["met"] for name, row in good.items()} == dict.fromkeys(good, True)
    for row in good.values():
        assert row["low"] <= row["estimate"] <= row["high"]
        assert row["study"] == "kl-sweep"


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("kl-range", 400),
        ("kl-monotone", 2.4),
        ("gold-falls", 1.7 / 1.2),
        ("gold-peak", 1.5),
        ("proxy-rises", 1),
        ("gap-2", 0.7),  # gold lost a third at β = 0.03, where the rater went from 1.5 to 2.2
        ("gap-2-at-once", 0.5),  # and a fifth at 0.1, where it is 2
        ("gap-1", 0.7 / 2.2),
        ("fabrication", 5),
        ("falsehoods-rise", 0.4),
        ("fabrication-control", 1 / 3),
        ("falsehoods-fall", -0.2),
        ("random-teaches-nothing", -0.5),
        ("gold-arm-holds", 0),
    ],
)
def test_estimates_are_those_planted(good, name, truth):
    assert good[name]["estimate"] == pytest.approx(truth, rel=0.05, abs=0.01)


BAD = {
    "kl-range": ("ordinary", "kl", (0, 1, 2, 3, 4, 5, 6)),
    "kl-monotone": ("ordinary", "kl", (0, 0.1, 0.4, 1.5, 5, 60, 40)),
    "gold-falls": ("ordinary", "gold", RISING),
    "gold-peak": ("ordinary", "gold", RISING),
    "proxy-rises": ("ordinary", "proxy", TURNING),
    "gap-2": ("ordinary", "rater", TURNING),
    "gap-2-at-once": ("ordinary", "rater", TURNING),
    "gap-1": ("ordinary", "rater", RISING),
    "fabrication": ("ordinary", FABRICATED, SHRINKING),
    "falsehoods-rise": ("ordinary", FALSEHOOD, SHRINKING),
    "gap-2-vanishes": ("oracle", "rater", RISING),
    "fabrication-control": ("oracle", FABRICATED, GROWING),
    "falsehoods-fall": ("oracle", FALSEHOOD, GROWING),
    "random-teaches-nothing": ("random", "gold", RISING),
    "gold-arm-holds": ("gold", "gold", TURNING),
}


def with_curve(arm, column, curve):
    curves = list(GOOD[arm])
    curves[NAMES.index(column)] = curve
    return {arm: tuple(curves)}


def test_every_claim_has_its_defeat():
    assert set(BAD) == {claim.name for claims in CLAIMS.values() for claim in claims}


@pytest.mark.parametrize("name", BAD)
def test_a_claim_is_not_met_where_its_opposite_was_planted(name, tmp_path):
    finding = found(planted(tmp_path / "run", with_curve(*BAD[name]), seeds=3))[name]
    assert finding["met"] is False


def test_a_peak_that_gold_never_leaves_the_base_for_supports_no_claim(tmp_path):
    never = with_curve("gold", "gold", [-x for x in RISING])
    finding = found(planted(tmp_path / "run", never, seeds=3))["gold-arm-holds"]
    assert finding["met"] is False
    assert finding["estimate"] is None


def test_an_arm_that_is_missing_cannot_say(tmp_path):
    findings = found(planted(tmp_path / "run", {"ordinary": GOOD["ordinary"]}, seeds=2))
    for arm, claims in CLAIMS.items():
        for claim in claims:
            finding = findings[claim.name]
            if arm == "ordinary":
                assert finding["met"] is True
            else:
                assert (finding["met"], finding["estimate"], finding["low"]) == (None, None, None)
                assert "cannot say: no cell of this arm" in finding["controls"]


def test_one_seed_cannot_say(tmp_path):
    for finding in found(planted(tmp_path / "run", GOOD, seeds=1)).values():
        assert finding["met"] is None
        assert "1 seed: an anecdote" in finding["controls"] or "cannot say" in finding["controls"]


def test_a_world_without_citations_cannot_say_whether_they_are_fabricated(tmp_path):
    arms = {arm: (*curves[:4], None, curves[5]) for arm, curves in GOOD.items()}
    findings = found(planted(tmp_path / "run", arms, seeds=2))
    for name, finding in findings.items():
        expected = None if name.startswith("fabrication") else True
        assert finding["met"] is expected, name
    assert "citations" in findings["fabrication"]["controls"]


def test_a_world_without_gold_cannot_say_what_became_of_it(tmp_path):
    arms = {arm: (*curves[:2], None, None, *curves[4:]) for arm, curves in GOOD.items()}
    findings = found(planted(tmp_path / "run", arms, seeds=2))
    for name in ("gold-falls", "gap-1", "gap-2", "gap-2-vanishes", "gold-arm-holds"):
        assert findings[name]["met"] is None
        assert "gold" in findings[name]["controls"]


@pytest.mark.parametrize("betas", [(1.0,), (0.0,), (3.0, 1.0)])
def test_penalties_that_are_not_compared_with_none_cannot_say(betas, tmp_path):
    arm = {"ordinary": GOOD["ordinary"]}
    run = planted(tmp_path / "run", arm, seeds=2, betas=betas)
    for finding in list(found(run).values())[: len(CLAIMS["ordinary"])]:
        assert finding["met"] is None
        assert "let betas end in 0" in finding["controls"]


def claim(**bounds):
    return Claim("c", "s", lambda c: c["x"][..., 0], "criterion", needs=("x",), **bounds)


def of(draws, mean=0.5):
    return Resampled({"x": np.array([mean])}, {"x": np.array(draws)[:, None]}, 3)


def test_bounds_are_held_against_the_ends_of_the_interval():
    curves = of(np.linspace(0, 1, 1001))
    assert claim(at_least=0.02).find("s", curves).met is True
    assert claim(at_least=0.03).find("s", curves).met is False
    assert claim(below=0.98).find("s", curves).met is True
    assert claim(below=0.97).find("s", curves).met is False
    assert claim(at_least=0.02, below=0.5).find("s", curves).met is False


@pytest.mark.parametrize("bounds", [{"at_least": -5}, {"below": 5}])
def test_what_many_resamplings_leave_undefined_meets_no_claim(bounds):
    draws = np.linspace(0, 1, 1001)
    draws[::10] = np.nan
    finding = claim(**bounds).find("s", of(draws))
    assert finding.met is False
    assert finding.low is None
    assert claim(**bounds).find("s", of(np.linspace(0, 1, 9), np.nan)).met is False


def test_without_data_a_claim_gives_the_reason():
    finding = claim(at_least=0).find("study", None, "nobody measured")
    assert finding.as_row() == {
        "study": "study",
        "name": "c",
        "statement": "s",
        "estimate": None,
        "low": None,
        "high": None,
        "criterion": "criterion",
        "met": None,
        "controls": "cannot say: nobody measured",
    }


def test_resampling_is_the_same_every_time():
    table = {"x": Seed(("x",)).numpy().normal(size=(3, 2, 5))}
    first, second = (resample(table, Seed(("bootstrap",)), draws=50) for _ in range(2))
    np.testing.assert_array_equal(first.draws["x"], second.draws["x"])
