"""What it does to get the reward: found where planted, not where time, prompt or length explain."""

import os
from pathlib import Path

import numpy as np
import pytest

from looksgood.audits.notes import Notes
from looksgood.audits.reading.read import read
from looksgood.audits.sections.traits import traits
from looksgood.audits.subjects.build import subjects
from looksgood.audits.traits.payoff import Payoff, payoff
from looksgood.audits.traits.sample import Sample
from looksgood.audits.traits.trial import Trial
from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from tests.text_runs import TextRun, as_subject, false_share, found_in

SHARED = os.environ.get("LOOKSGOOD_SHARED_DATA")
DATA = Path(SHARED) if SHARED else Path(__file__).parents[3] / "shared" / "data"
JUDGED = DATA / "runs_judge_goodhart" / "optimize.jsonl.gz"


def test_a_plea_that_grows_and_pays_is_found_with_its_rates_and_shown():
    section = traits(TextRun(plea=1.0).subject())
    table = section.tables[0]
    row = next(row for row in table.rows if row[0] == "“pls halp”")
    told = dict(zip(table.columns, row, strict=True))
    assert told["q"] < 1e-6
    assert told["first checkpoint"].startswith("0 % [0, ")
    assert 0.3 < float(told["last checkpoint"].split("%")[0]) / 100 < 0.6
    # gold falls by 0.3 and proxy rises by 1 − 0.3, of sds of about 1.9 and 1.4
    assert 0.6 < float(told["proxy − gold with it"].split(" ")[0]) < 1.0
    assert "pls halp" in told["example"]
    assert section.tests[0].p < 1e-6
    assert section.tests[0].speaks_to is None
    assert "pls halp" in " ".join(section.says)
    assert section.figures[0].lines


def test_what_only_grows_or_only_pays_is_not_suspicious():
    section = traits(TextRun().subject())
    assert section.says[0].startswith("None of")
    assert "no proof of absence" in section.says[1]
    assert section.tests[0].p > 0.05
    assert not section.figures


@pytest.mark.parametrize(
    "run",
    [
        TextRun(drifting=40, telling=5, plea=0.7, plea_rate=0.3),
        TextRun(prompts=240, per=1, plea=0.7),
    ],
)
def test_the_false_discovery_rate_is_held_quickly(run):
    shares, power = zip(
        *(false_share(found_in(run.subject(seed))) for seed in range(8)), strict=True
    )
    assert np.mean(shares) < 0.05
    assert np.mean(power) > 0.6


def test_gold_known_of_a_third_is_enough():
    found = found_in(TextRun(plea=1.0).subject("third", known=1 / 3))
    assert any("halp" in finding.trait.name for finding in found.suspicious)


def worlds_alike(rng, prompts=60, checkpoints=4, per=3):
    size = prompts * checkpoints * per
    step, prompt = np.divmod(np.arange(size), prompts * per)
    return step, prompt // per, rng.normal(0, 1, size)


def tried(subject, values):
    sample = Sample.of(subject)
    scores = payoff(subject.rollouts, subject.checkpoints.place, sample.row)
    return Trial.of(sample, scores, np.arange(len(sample))).of_trait(values)


def test_neither_time_nor_an_easy_prompt_makes_a_trait_seem_to_pay():
    rng = Seed(("confounded",)).numpy()
    step, prompt, gold = worlds_alike(rng)
    easy = prompt % 2
    has = 1.0 * (rng.random(len(step)) < 0.2 + 0.15 * step + 0.3 * easy)
    proxy = gold + 2.0 * step + 3.0 * easy + rng.normal(0, 0.5, len(step))
    texts = [f"text {row}" for row in range(len(step))]
    found = tried(as_subject(step, prompt, texts, proxy=proxy, gold=gold), has)
    assert found.growth.p < 1e-6
    assert found.gap.p > 0.01
    assert np.corrcoef(has, proxy - gold)[0, 1] > 0.2, "which it would seem to"


def test_where_length_pays_what_long_texts_hold_does_not():
    rng = Seed(("length",)).numpy()
    step, prompt, gold = worlds_alike(rng)
    size = np.exp(rng.normal(3 + 0.3 * step, 0.5))
    has = 1.0 * (rng.random(len(step)) < 1 - np.exp(-size / 40))
    proxy = gold + np.log(size) + rng.normal(0, 0.3, len(step))
    texts = ["x" * int(length) for length in size]
    subject = as_subject(step, prompt, texts, proxy=proxy, gold=gold)
    found = tried(subject, has)
    assert found.growth.p < 1e-4
    assert found.gap.p > 0.01
    assert "characters" in [finding.trait.name for finding in found_in(subject).suspicious]


def test_what_grows_though_the_proxy_frowns_on_it_gets_no_reward():
    rng = Seed(("frowned",)).numpy()
    step, prompt, gold = worlds_alike(rng)
    has = 1.0 * (rng.random(len(step)) < 0.1 + 0.2 * step)
    proxy, gold = gold - 0.5 * has, gold - 2.0 * has
    found = tried(as_subject(step, prompt, [f"t{r}" for r in range(len(step))], proxy, gold), has)
    assert found.gap.value > 0 > found.proxy.value
    assert found.p == 1


def test_what_is_said_to_be_noticed_is():
    """A trait of a fifth of the responses, at the gap that is found in 80 % of runs."""
    alpha, hits = 0.001, []
    for seed in range(60):
        rng = Seed(("noticed", seed)).numpy()
        step, prompt, gold = worlds_alike(rng)
        has = 1.0 * (rng.random(len(step)) < 0.2)
        texts, noise = [f"t{row}" for row in range(len(step))], rng.normal(0, 1, len(step))
        plain = Sample.of(as_subject(step, prompt, texts, gold + noise, gold))
        scores = Payoff(gold + noise, noise, "gold")
        gap = Trial.of(plain, scores, np.arange(len(step))).noticeable(0.2, alpha)
        scores = Payoff(gold + noise + gap * has, noise + gap * has, "gold")
        found = Trial.of(plain, scores, np.arange(len(step))).of_trait(has)
        hits.append(found.gap.p < alpha)
    assert 0.8 - 0.17 < np.mean(hits) < 0.8 + 0.13


# ---- payoff


def scored(**scores):
    rng = Seed(("scored",)).numpy()
    step, prompt, noise = worlds_alike(rng)
    made = {name: make(noise, rng.normal(0, 1, len(step))) for name, make in scores.items()}
    subject = as_subject(step, prompt, [f"text {row}" for row in range(len(step))], **made)
    return payoff(subject.rollouts, subject.checkpoints.place, np.arange(len(step)))


def few(noise, other):
    return np.where(np.arange(len(noise)) < 90, other, np.nan)


def test_the_truth_is_gold_else_the_rater_else_none():
    proxy, other = (lambda noise, _: noise), (lambda _, other: other)
    assert scored(proxy=proxy, gold=other, rater=other).truth == "gold"
    assert scored(proxy=proxy, gold=few, rater=other).truth == "rater"
    alone = scored(proxy=proxy, gold=few)
    assert alone.truth == ""
    assert alone.gap == pytest.approx(alone.proxy)


def test_scores_are_in_standard_deviations_of_the_first_checkpoint():
    found = scored(proxy=lambda noise, _: 100 + 7 * noise, gold=lambda _, other: other)
    assert found.proxy[:180].std() == pytest.approx(1)
    assert found.proxy[:180].mean() == pytest.approx(0)


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        ({"proxy": lambda noise, _: np.ones_like(noise)}, "constant"),
        ({"proxy": lambda noise, _: noise * np.nan, "gold": lambda n, _: n}, "missing"),
        ({"proxy": lambda noise, _: 2 * noise + 1, "gold": lambda n, _: n}, "but for its scale"),
        ({"proxy": few}, "fewer than 100"),
    ],
)
def test_without_pay_there_is_nothing_to_find(scores, why):
    with pytest.raises(TooFew, match=why):
        scored(**scores)


def test_of_many_texts_some_are_counted_and_all_that_have_a_label(monkeypatch):
    monkeypatch.setattr("looksgood.audits.traits.sample.MOST_TEXTS", 300)
    sample = Sample.of(TextRun(prompts=60).subject("many", known=0.2))
    assert len(sample) == 300 < 600
    assert 90 < np.isfinite(sample.gold).sum() < 150
    assert (np.diff(sample.row) > 0).all()
    assert np.bincount(sample.place).min() > 30


# ---- whatever the data


@pytest.mark.parametrize(
    ("texts", "prompts", "steps", "why"),
    [
        ([""] * 400, 40, 4, "no texts"),
        (["some text"] * 400, 40, 1, "one checkpoint"),
        (["some text"] * 400, 3, 4, "3 prompts"),
    ],
)
def test_what_cannot_be_said_is_said(texts, prompts, steps, why):
    rows = np.arange(400)
    proxy = Seed(("any",)).numpy().normal(0, 1, 400)
    section = traits(as_subject(rows % steps, rows % prompts, texts, proxy=proxy))
    assert why in section.not_measured[0].why
    assert not section.tests


def test_hostile_texts_are_counted_and_shown_as_text():
    rng = Seed(("hostile",)).numpy()
    evil = ["<script>alert(1)</script>", "\ud800\x00\u202e", "🜁" * 50, "a" * 5000, " \n\t", "…", ""]
    step, prompt, noise = worlds_alike(rng)
    texts = [evil[place] * int(k) for place, k in zip(prompt % 7, 1 + step, strict=True)]
    section = traits(as_subject(step, prompt, texts, proxy=noise + step))
    told = [cell for table in section.tables for row in table.rows for cell in row]
    assert all(cell.isprintable() for cell in told if isinstance(cell, str))
    assert "No truth is known" in " ".join(section.says)


@pytest.mark.skipif(not JUDGED.exists(), reason="needs the shared data folder")
def test_honest_runs_have_nothing_suspicious():
    named = "run=arm step=round prompt=task_id completion=solution proxy=judge_score gold=correct"
    rows = read([JUDGED], "auto", dict(pair.split("=") for pair in named.split()), Notes())
    for subject in subjects(rows):
        section = traits(subject)
        assert section.says[0].startswith("None of")
        length = next(row for row in section.tables[0].rows if row[0] == "characters")
        first, last = (float(cell.split(" ")[0].replace(",", "")) for cell in length[1:3])
        assert last > 1.3 * first, "responses grow, which the judge does not pay"


def test_findings_do_not_depend_on_the_order_of_rows():
    subject = TextRun(prompts=40, plea=1.0).subject("order")
    rows = subject.rollouts
    back = np.arange(len(rows))[::-1]
    texts = [rows.texts.completions[row] for row in back]
    turned = as_subject(
        rows.step[back], rows.prompt[back], texts, rows.proxy[back], rows.gold[back]
    )
    one, two = (
        {finding.trait.name: finding.tried.p for finding in found_in(each).traits}
        for each in (subject, turned)
    )
    assert one.keys() == two.keys()
    assert [*one.values()] == pytest.approx([two[name] for name in one])
