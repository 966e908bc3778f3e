"""The section on the proxy's tail: power laws are told, ties and few rows refused."""

from dataclasses import replace

import numpy as np
import pytest

from looksgood.audits.sections.tail import proxy_tail, tail
from looksgood.audits.subjects.subject import Subject
from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from tests.audit_subjects import subject_of
from tests.planted_runs import FLAT

PROMPTS, EACH = 100, 30
PROMPT = np.repeat(np.arange(PROMPTS), EACH)
SAID = np.arange(PROMPTS * EACH)
DRAWS = {
    "power law": (0.5, lambda rng, size: rng.standard_t(2, size)),
    "exponential": (0.0, lambda rng, size: rng.exponential(size=size)),
}


def drawn(kind, *path, spread=0.0):
    """Scores of prompts that differ in how easy they are and (`spread`) in how much varies."""
    rng = Seed(("tail", kind, *path)).numpy()
    easy = 5 * rng.standard_normal((PROMPTS, 1))
    scale = np.exp(spread * rng.standard_normal((PROMPTS, 1)))
    return (easy + scale * DRAWS[kind][1](rng, (PROMPTS, EACH))).ravel()


def test_it_knows_no_prompts_ease_no_unit_and_no_repeats():
    scores = drawn("power law")
    found = proxy_tail(scores, PROMPT, SAID)
    moved = proxy_tail(3 * scores + 1000 * PROMPT, PROMPT, SAID)
    assert moved.xi == pytest.approx(found.xi, abs=1e-5)
    twice = proxy_tail(np.tile(scores, 2), np.tile(PROMPT, 2), np.tile(SAID, 2))
    assert twice == found
    assert found.centred
    assert found.exceedances == 60


def shares(kind, simulations, spread=0.0):
    """Shares in which ξ is held and in which a heavy tail is told; a refusal does neither."""
    held = told = 0
    for i in range(simulations):
        try:
            found = proxy_tail(drawn(kind, i, spread=spread), PROMPT, SAID)
        except ValueError:
            continue
        held += found.low <= DRAWS[kind][0] <= found.high
        told += found.kind == "heavy"
    return held / simulations, told / simulations


def test_it_holds_the_index_and_cries_no_wolf():
    held, told = shares("power law", 5)
    assert held >= 0.8
    assert told > 0
    held, told = shares("exponential", 5)
    assert held >= 0.8
    assert told == 0


@pytest.mark.science
@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_a_heavy_tail_is_seldom_told_where_there_is_none(spread):
    held, told = shares("exponential", 200, spread)
    assert held > 0.88
    assert told < 0.05
    assert shares("power law", 200, spread)[0] > 0.88


def test_the_first_checkpoint_is_read_and_the_meaning_said():
    rows = replace(FLAT, prompts=200, samples=16).rollouts(Seed(("tail section",)))
    heavy = Seed(("heavy",)).numpy().standard_t(1.2, len(rows))
    found = tail(subject_of(replace(rows, proxy=np.where(rows.step == 0, heavy, 0.0))))
    assert "tail index ξ" in found.says[0]
    assert "Kwa et al. (2024) no KL then bounds" in found.says[0]
    assert found.tables[0].rows[0][4] == 200 * 16
    assert not found.tests


def test_one_response_to_a_prompt_is_read_as_it_is():
    rows = replace(FLAT, prompts=2000).rollouts(Seed(("single",)))
    assert "prompts mixed" in tail(subject_of(rows)).says[0]


def test_what_has_no_tail_says_why():
    rows = replace(FLAT, prompts=100, samples=16).rollouts(Seed(("no tail",)))
    marks = tail(subject_of(replace(rows, proxy=np.round(rows.proxy))))
    assert "greatest scores differ" in marks.not_measured[0].why
    few = tail(subject_of(replace(FLAT, prompts=30).rollouts(Seed(("few",)))))
    assert "10 or more" in few.not_measured[0].why
    assert "takes responses" in tail(Subject("run", {})).not_measured[0].why
    with pytest.raises(TooFew, match="5 prompts"):
        proxy_tail(drawn("power law"), PROMPT % 5, SAID)
