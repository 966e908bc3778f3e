"""Equal proxy: bins and the shortfall against brute force and closed forms, and what is said."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.audits.measured.scored import scored
from looksgood.audits.sections.equal_proxy import comparison, equal_proxy
from looksgood.audits.subjects.subject import Subject
from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.binned_shortfall import binned_shortfall
from looksgood.ops.score_bins import score_edges
from tests.honest_runs import HonestRun, subject_of
from tests.planted_runs import EXPLOITED

# ---- bins

scores = st.lists(st.integers(-4, 4) | st.floats(-3, 3, width=16), max_size=150)


@given(scores, st.integers(1, 12), st.integers(1, 30))
def test_bins_hold_enough_and_keep_ties_together(values, most, least):
    values = np.array(values, dtype=float)
    edges = score_edges(values, most, least)
    rows = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    assert len(rows) <= most
    assert (np.diff(edges) > 0).all()
    assert np.isin(edges, values).all()
    if len(edges):
        assert rows.min() >= least


def test_a_score_of_few_values_has_a_bin_for_each():
    values = np.repeat([0.0, 1.0, 5.0], [700, 40, 25])
    assert score_edges(values).tolist() == [1.0, 5.0]
    assert score_edges(np.repeat([0.0, 1.0], [700, 3])).tolist() == [], "3 tell nothing"
    assert len(score_edges(np.arange(1000.0))) == 9


# ---- the shortfall


def table(name, prompts=40, samples=5, points=3):
    """Rows of some run: gold follows the score and how easy the prompt is."""
    rng = Seed(("shortfall", name)).numpy()
    checkpoint, prompt = (
        part.ravel() for part in np.mgrid[:points, : prompts * samples] // [[[1]], [[samples]]]
    )
    easy = rng.standard_normal(prompts)[prompt]
    score = easy + 0.5 * checkpoint + rng.standard_normal(len(prompt))
    return score, score + 2 * easy + rng.standard_normal(len(prompt)), checkpoint, prompt


def shortfall(score, outcome, checkpoint, prompt, compare="within"):
    x = np.arange(float(checkpoint.max() + 1))
    return binned_shortfall(x, score, outcome, checkpoint, prompt, compare)


def by_dummies(score, outcome, checkpoint, prompt, compare, edges=None):
    """A regression with a column for each prompt and bin, as a textbook has it."""
    edges = score_edges(score[checkpoint == 0]) if edges is None else edges
    bins = np.searchsorted(edges, score, side="right")
    used = checkpoint <= (compare == "across")
    offsets = np.eye(prompt.max() + 1)[prompt] if compare != "between" else np.ones((len(bins), 1))
    gained = (checkpoint == 1)[:, None] * (compare == "across")
    design = np.hstack([np.eye(bins.max() + 1)[bins], offsets, gained])
    level = np.linalg.lstsq(design[used], outcome[used], rcond=None)[0][: bins.max() + 1][bins]
    short = level - outcome
    means = [short[checkpoint == j].mean() for j in range(checkpoint.max() + 1)]
    return np.array(means[1:]) - means[0]


@pytest.mark.parametrize("compare", ["within", "across", "between"])
def test_it_is_a_regression_with_a_column_for_each_prompt(compare):
    rows = table("dummies", samples=1 if compare == "across" else 5, prompts=60)
    found = shortfall(*rows, compare)
    assert found.curve.mean == pytest.approx(by_dummies(*rows, compare))
    assert found.expected - found.actual == pytest.approx(found.curve.mean)


@pytest.mark.parametrize("compare", ["within", "across", "between"])
def test_errors_are_those_of_leaving_out_a_prompt(compare):
    rows = table("jackknife", samples=2 if compare == "across" else 5, prompts=80)
    found = shortfall(*rows, compare).curve
    edges = score_edges(rows[0][rows[2] == 0])
    kept = [rows[3] != left_out for left_out in range(80)]
    without = [by_dummies(*(part[rest] for part in rows), compare, edges) for rest in kept]
    jackknife = 79**2 / 80 * np.cov(np.array(without).T)
    assert found.covariance == pytest.approx(jackknife, rel=0.2)
    assert found.dof == pytest.approx([79, 79])


def test_what_a_prompt_adds_to_all_its_outcomes_does_not_count():
    score, outcome, checkpoint, prompt = table("offset")
    added = 5 * Seed(("added",)).numpy().standard_normal(40)[prompt]
    one = shortfall(score, outcome, checkpoint, prompt).curve
    other = shortfall(score, outcome + added, checkpoint, prompt).curve
    assert other.mean == pytest.approx(one.mean)
    assert other.covariance == pytest.approx(one.covariance)


def test_only_the_order_of_scores_counts_and_points_are_those_of_the_outcome():
    score, outcome, checkpoint, prompt = table("order")
    one = shortfall(score, outcome, checkpoint, prompt).curve
    other = shortfall(np.exp(score), 3 * outcome, checkpoint, prompt).curve
    assert other.mean == pytest.approx(3 * one.mean)
    assert other.se == pytest.approx(3 * one.se)


def test_a_known_worth_leaves_exactly_what_was_lost():
    """Outcomes are a step function of a score of three values; later ones are 0.7 lower."""
    rng = Seed(("steps",)).numpy()
    checkpoint, prompt = (part.ravel() for part in np.mgrid[:2, :400] // [[[1]], [[4]]])
    score = rng.integers(0, 3, 800) + (rng.uniform(size=800) < 0.5 * checkpoint)
    worth = np.array([0.0, 1.0, 5.0, 5.0])  # 3 was never seen at first: it counts as 2
    found = shortfall(score.astype(float), worth[score] - 0.7 * checkpoint, checkpoint, prompt)
    assert found.curve.mean == pytest.approx([0.7])
    assert found.beyond == pytest.approx([(score[checkpoint == 1] == 3).mean()])


def test_all_right_and_then_all_wrong_is_not_without_error():
    checkpoint, prompt = (part.ravel() for part in np.mgrid[:2, :40] // [[[1]], [[2]]])
    score = Seed(("all",)).numpy().standard_normal(80)
    found = shortfall(score, 1.0 - checkpoint, checkpoint, prompt).curve
    assert found.mean == pytest.approx([1.0])
    assert 0 < found.se[0] < 0.2


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (table("one", points=1), "one checkpoint"),
        (table("few", prompts=1), "too few prompts"),
        (table("single", samples=1), "too few responses share a prompt"),
    ],
)
def test_what_cannot_be_compared_is_refused(rows, says):
    with pytest.raises(TooFew, match=says):
        shortfall(*rows)


@pytest.mark.parametrize("compare", ["within", "across"])
def test_few_alarms_where_nothing_changes(compare):
    """One later checkpoint, few prompts: 5 % of t statistics are above their 95 % point."""
    from scipy.special import stdtrit

    alarms = 0
    for i in range(150):
        rng = Seed(("quiet", compare, i)).numpy()
        checkpoint, prompt = (part.ravel() for part in np.mgrid[:2, :96] // [[[1]], [[4]]])
        easy = rng.standard_normal(24)[prompt]
        score = easy + rng.standard_normal(192)
        outcome = score + easy + rng.standard_normal(192)
        curve = shortfall(score, outcome, checkpoint, prompt, compare).curve
        alarms += curve.mean[0] > stdtrit(curve.dof[0], 0.95) * curve.se[0]
    assert alarms <= 17, "99.9 % of 150 such studies at 5 %"


# ---- the section


def test_an_exploit_is_noticed_in_all_three_pairs():
    rows = replace(EXPLOITED, samples=4).rollouts(Seed(("equal proxy",)))
    section = equal_proxy(subject_of(rows.step, rows.prompt, rows.proxy, rows.rater, rows.gold))
    tests = {test.name: test for test in section.tests}
    assert set(tests) == {"equal_proxy_gold", "equal_proxy_rater", "equal_rater_gold"}
    for test in tests.values():
        assert test.speaks_to == "exploitation"
        assert test.p < 0.05
        assert test.low > 0
    assert "gold at step" in section.says[0]
    assert len(section.tables) == len(section.figures) == 3
    assert len(section.tables[0].rows) == 11
    assert not section.not_measured


def test_an_honest_run_is_not_accused():
    section = equal_proxy(HonestRun().subject(Seed(("honest",))))
    assert len(section.tests) == 3
    assert all(test.p > 0.05 for test in section.tests)
    assert "not lower by this test" in section.says[0]


def test_which_responses_tell_what_a_score_is_worth():
    def compared(**changes):
        run = replace(HonestRun(), **changes)
        return comparison(scored(run.subject(Seed(("compared",))), "proxy", "gold"))

    assert compared() == compared(paired=False) == "within"
    assert compared(samples=1) == "across"
    assert compared(samples=1, paired=False) == "between"
    assert compared(samples=1, prompts=20) == "between"


def test_between_prompts_it_describes_and_says_so():
    section = equal_proxy(HonestRun(samples=1, paired=False).subject(Seed(("between",))))
    assert len(section.tests) == 3
    assert all(test.speaks_to is None for test in section.tests)
    assert any("raises no alarm" in line for line in section.says)


def test_what_the_data_lack_is_named():
    nothing = equal_proxy(Subject("log", {}))
    assert not nothing.tests
    assert len(nothing.not_measured) == 3
    assert "a log of means" in nothing.not_measured[0].why
    shape = np.mgrid[:2, :60] // [[[1]], [[2]]]
    unrated = subject_of(*shape, Seed(("u",)).numpy().uniform(size=(2, 60)), np.nan, 1.0)
    why = {gap.what: gap.why for gap in equal_proxy(unrated).not_measured}
    assert why["whether gold is lower at equal rater"] == "the data have no rater"
    assert "nothing varies" in why["whether gold is lower at equal proxy"]
    single = equal_proxy(HonestRun(points=1).subject(Seed(("single",))))
    assert "one checkpoint" in single.not_measured[0].why
