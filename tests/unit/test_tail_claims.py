"""The claims of heavy-tails on runs whose truth was planted."""

import numpy as np
import pytest

from looksgood.studies.catalogue.heavy_tails import STUDY
from looksgood.studies.laws.tail_claims import tail_findings
from tests.selection_tables import planted

SPEC = STUDY.configure(
    "standard", {"best_of": (1, 8, 64, 512), "tilts": (16.0, 4.0, 2.0, 1.25, 0.8, 0.5)}
)
NS, TILTS = SPEC.best_of, SPEC.tilts
D = np.sqrt(np.log(NS) - (np.array(NS) - 1) / NS)
S = 1 / np.array(TILTS)
NORMAL, HEAVY = S**2 / 2, S**1.5 / 2  # KL where proxy is 1/β, and a heavier one's
FALLS, RISES = D * (0.8 - 0.3 * D), D * (0.8 - 0.1 * D)


def arm(kl, gold, best):
    return {
        "base": {"kl": [0.0], "proxy": [0.0], "rater": [0.0], "gold": [0.0]},
        "tilt": {"kl": kl, "proxy": S, "rater": gold, "gold": gold},
        "best_of_n": {"kl": D**2, "proxy": D, "rater": best, "gold": best},
    }


GOOD = {
    "heavy": arm(HEAVY, 0.02 * S, FALLS),
    "light": arm(NORMAL, 0.4 * S, RISES),
    "trained": arm(NORMAL, 0.5 * S, RISES),
    "random": arm(NORMAL, 0 * S, 0 * D),
    "gold": arm(NORMAL, S, 1.5 * D),
}
NAMES = {
    *(f"{name}-proxy-at-small-kl" for name in ("heavy", "light", "trained")),
    *("heavy-gold-stays", "light-gold-rises", "trained-gold-rises", "light-gains-more"),
    *("heavy-best-of-n-falls", "light-best-of-n-holds", "gold-best-of-n-holds"),
    "random-selects-nothing",
}
OPPOSITES = {
    "heavy": arm(4 * HEAVY, 0.2 * S, RISES),
    "light": arm(4 * NORMAL, -0.1 * S, FALLS),
    "trained": arm(4 * NORMAL, 0 * S, RISES),
    "random": arm(NORMAL, 0 * S, RISES),
    "gold": arm(NORMAL, S, FALLS),
}


def tail(*indices):
    return [
        {"tail": {"xi": xi, "reason": "" if xi is not None else "too few are distinct"}}
        for xi in indices
    ]


TAILS = {
    "heavy": tail(0.45, 0.5, 0.55),
    "light": tail(-0.1, -0.12, -0.08),
    "trained": tail(-0.6, 0.0, 0.4),
    "random": tail(0.1, None, 0.1),
}


def found(path, arms, results=TAILS, **more):
    run = planted(path / "run", STUDY.name, arms, NS, TILTS, results, **more)
    return {row["name"]: row for row in tail_findings(STUDY.name, run, SPEC)}


def test_a_run_as_expected_meets_every_claim(tmp_path):
    rows = found(tmp_path, GOOD)
    assert {name: rows[name]["met"] for name in NAMES} == dict.fromkeys(NAMES, True)
    assert rows["light-gold-rises"]["estimate"] == pytest.approx(0.4, abs=0.02)
    assert rows["trained-proxy-at-small-kl"]["estimate"] == pytest.approx(0.5, abs=0.05)


def test_claims_are_not_met_where_their_opposites_were_planted(tmp_path):
    rows = found(tmp_path, GOOD | OPPOSITES)
    assert {name: rows[name]["met"] for name in NAMES} == dict.fromkeys(NAMES, False)


def test_a_tail_index_is_told_only_where_seeds_agree(tmp_path):
    rows = found(tmp_path, GOOD)
    told = rows["tail-index-light"]
    assert told["met"] is True
    assert told["low"] < -0.1 < told["high"] < 0
    assert told["estimate"] == pytest.approx(-0.1)
    wide = rows["tail-index-trained"]
    assert wide["met"] is None
    assert "wider" in wide["controls"]
    assert wide["high"] - wide["low"] > 0.5
    unread = rows["tail-index-random"]
    assert (unread["met"], unread["estimate"]) == (None, None)
    assert "too few are distinct" in unread["controls"]


def test_the_planted_tail_is_seen_or_not(tmp_path):
    assert found(tmp_path, GOOD)["planted-tail-is-seen"]["met"] is True
    missed = {**TAILS, "heavy": tail(0.5, -0.1, 0.1)}
    assert found(tmp_path / "missed", GOOD, missed)["planted-tail-is-seen"]["met"] is False


def test_what_a_run_cannot_tell_is_not_said(tmp_path):
    rows = found(tmp_path, GOOD, seeds=1)
    assert {row["met"] for row in rows.values()} == {None}
