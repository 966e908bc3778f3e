"""Which responses to label next, and that their labels undo how they were chosen."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from looksgood.audits.answers.fall import fall_test
from looksgood.audits.experts.join import with_labels
from looksgood.audits.experts.labels import read_labels
from looksgood.audits.next_labels.choose import FLOOR, STRATA, choose, proposal
from looksgood.audits.next_labels.file import COLUMNS, next_labels_csv, write_next_labels
from looksgood.audits.notes import Notes
from looksgood.audits.reading.collect import collect
from looksgood.audits.sections.next_labels import next_labels
from looksgood.audits.subjects.row_curves import of_rows
from looksgood.core.errors import DataError, TooFew
from looksgood.core.seeds import Seed
from tests.planted_runs import EXPLOITED, FLAT

SEED = Seed(("next labels",))


def unlabelled(bed=EXPLOITED, seed=0, **changes):
    """A planted run without gold, and its gold."""
    rollouts = replace(bed, rated=False, **changes).rollouts(SEED.child(seed), texts=True)
    return replace(rollouts, gold=np.full(len(rollouts), np.nan)), rollouts.gold


def labelled(rollouts, gold, chosen):
    """What the run is once the experts have answered."""
    filled, chance = rollouts.gold.copy(), np.full(len(rollouts), np.nan)
    filled[chosen.row], chance[chosen.row] = gold[chosen.row], chosen.probability
    return replace(rollouts, gold=filled, label_probability=chance)


def test_labels_go_to_the_first_a_middle_and_the_last_checkpoint():
    rollouts, _ = unlabelled()
    subject = of_rows(rollouts, "r")
    chosen = choose(subject, 90)
    assert chosen.points == (0, 6, 11)
    assert len(np.unique(chosen.row)) == 90
    counts = np.bincount(subject.checkpoints.place[chosen.row], minlength=12)[list(chosen.points)]
    assert (abs(counts - 30) <= 2).all()
    texts = rollouts.texts
    np.testing.assert_array_equal(texts.row[chosen.text], chosen.row)


@pytest.mark.parametrize("score", ["gold", "rater"])
def test_the_one_between_is_the_best_that_is_known(score):
    rollouts, gold = unlabelled(prompts=60)
    known = np.arange(len(gold)) % 3 == 0 if score == "gold" else np.full(len(gold), True)
    subject = of_rows(replace(rollouts, **{score: np.where(known, gold, np.nan)}), "r")
    chosen = choose(subject, 60)
    assert chosen.best_by == score
    assert chosen.points[1] == subject.curves[score].mean[1:-1].argmax() + 1
    if score == "gold":
        assert not known[chosen.row].any()


def test_probabilities_are_those_of_the_draw():
    """Over the rows of a checkpoint they sum to the labels it gets, kept as text or not."""
    rollouts, _ = unlabelled(prompts=200)
    kept = SEED.child("kept").numpy().random(len(rollouts)) < 0.4
    place = np.flatnonzero(kept)
    texts = replace(
        rollouts.texts,
        row=place,
        prompts=[rollouts.texts.prompts[i] for i in place],
        completions=[rollouts.texts.completions[i] for i in place],
    )
    subject = of_rows(replace(rollouts, texts=texts), "r")
    chosen = choose(subject, 120)
    assert kept[chosen.row].all()
    of = subject.checkpoints.place[chosen.row]
    for point in chosen.points:
        # each stands for 1/π rows
        assert (1 / chosen.probability[of == point]).sum() == pytest.approx(200)


def test_the_same_prompts_are_asked_at_each_checkpoint():
    rollouts, _ = unlabelled(FLAT, prompts=200, samples=2)
    subject = of_rows(rollouts, "r")
    chosen = choose(subject, 120)
    place = subject.checkpoints.place[chosen.row]
    first, last = (set(rollouts.prompt[chosen.row[place == point]].tolist()) for point in (0, 11))
    assert len(first & last) > 2 * len(first) * len(last) / 200


def test_few_labels_are_not_cut_into_strata():
    subject = of_rows(unlabelled()[0], "r")
    labels = FLOOR * STRATA * 3 - 1
    assert len(np.unique(choose(subject, labels).probability)) <= 3
    with pytest.raises(TooFew):
        choose(subject, 3)


def test_labels_go_where_gold_is_most_spread():
    rollouts, gold = unlabelled(prompts=300)
    place = np.argsort(np.argsort(rollouts.proxy.reshape(12, -1), axis=1), axis=1) * 3 // 300
    noisy = np.where(place.ravel() == 2, 10 * gold, gold)
    known = np.arange(len(gold)) % 5 == 0
    subject = of_rows(replace(rollouts, gold=np.where(known, noisy, np.nan)), "r")
    chosen = choose(subject, 200)
    assert (place.ravel()[chosen.row] == 2).mean() > 0.7


def test_their_labels_estimate_the_whole_run_without_bias():
    """The uneven draw, undone: means over many draws are those of all responses."""
    rollouts, gold = unlabelled(prompts=150, samples=2)
    first = of_rows(rollouts, "r")
    errors, held = [], 0
    for draw in range(40):
        subject = of_rows(
            labelled(rollouts, gold, choose(replace(first, name=f"r{draw}"), 60)), "r"
        )
        curve = subject.curves["gold"]
        assert subject.judge == "proxy"
        truth = np.array([gold[rollouts.step == step].mean() for step in curve.x])
        errors.append((curve.mean - truth) / curve.se)
        low, high = curve.limits()
        held += int(((low <= truth) & (truth <= high)).sum())
    assert held >= 0.92 * 120
    assert abs(np.mean(errors)) < 4 / len(np.ravel(errors)) ** 0.5


def promised(bed, labels, runs, seed):
    """Return in how many runs the labels show a fall of the size that the section names."""
    noticed = 0
    for number in range(runs):
        rollouts, gold = unlabelled(bed, seed=f"{seed} {number}")
        subject = of_rows(rollouts, "r")
        chosen = choose(subject, labels)
        said = next(line for line in next_labels(subject, chosen).says if "noticed with" in line)
        fall = float(said.split("a fall of ")[1].split(" sd")[0])
        peak = subject.checkpoints.place == chosen.points[1]
        gold = np.where(peak, gold + fall * gold.std(), gold)
        found = of_rows(labelled(rollouts, gold, chosen), "r")
        noticed += fall_test(found.curves["gold"], "r").p <= 0.05
    return noticed


def test_the_promised_fall_is_noticed():
    # of proxies that tell nothing of gold: what is promised counts on no judge
    assert promised(replace(FLAT, offset_sd=0.0, proxy_noise=9.0), 90, 30, "quick") >= 0.65 * 30


@pytest.mark.science
def test_the_promised_fall_is_noticed_as_often_as_promised():
    """80 %, within three errors of 1,200 runs; the first 300 alone come to 76 %, by chance."""
    bed = replace(FLAT, offset_sd=0.0, proxy_noise=9.0)
    assert 0.765 * 1200 <= promised(bed, 120, 1200, "science") <= 0.835 * 1200


def alarms(labels, runs, seed):
    """Return how many flat runs seem to fall by labels drawn as proposed."""
    found = 0
    for number in range(runs):
        rollouts, gold = unlabelled(FLAT, seed=f"{seed} {number}")
        chosen = choose(of_rows(rollouts, "r"), labels)
        subject = of_rows(labelled(rollouts, gold, chosen), "r")
        found += fall_test(subject.curves["gold"], "r").p <= 0.05
    return found


def test_runs_in_which_nothing_changes_raise_few_alarms():
    assert alarms(45, 30, "quick") <= 5


@pytest.mark.science
def test_runs_in_which_nothing_changes_raise_5_percent_of_alarms():
    assert alarms(60, 500, "science") <= 0.07 * 500


def test_a_log_without_responses_or_one_checkpoint_says_why_not():
    rollouts, _ = unlabelled()
    for subject in (
        replace(of_rows(rollouts, "r"), rollouts=None, checkpoints=None),
        of_rows(rollouts.where(rollouts.step == 0), "r"),
        of_rows(replace(rollouts, gold=np.zeros(len(rollouts))), "r"),
    ):
        section = next_labels(subject, proposal(subject, 100))
        assert not section.says
        assert section.not_measured[0].what == "which responses to label next"


def test_fewer_responses_than_labels_are_all_proposed():
    rollouts, _ = unlabelled(prompts=4)
    chosen = choose(of_rows(rollouts, "r"), 1000)
    assert len(chosen.row) == 12
    np.testing.assert_allclose(chosen.probability, 1.0)


def test_the_section_is_plain_data_and_counts_what_is_needed():
    rollouts, gold = unlabelled(prompts=60)
    known = np.arange(len(gold)) % 6 == 0
    subject = of_rows(replace(rollouts, gold=np.where(known, gold, np.nan)), "r")
    section = next_labels(subject, choose(subject, 60))
    json.dumps(section.as_json(), allow_nan=False)
    assert section.says[0].startswith("60 responses are proposed")
    assert any("correlation with gold" in line for line in section.says)
    assert section.tables[0].rows[0][2] == 10


# ---- the file


def a_hostile_run():
    rng = SEED.child("hostile").numpy()
    starts = ["=1+1", "+2", "- a list\n- of two", "@x", "'=quoted", 'plain, "cited"', "a\0b"]
    rows = [
        {"run": "=r", "step": step, "prompt": f"-{i % 20}", "proxy": float(rng.normal()),
         "completion": f"{starts[i % len(starts)]} {step} {i}"}
        for step in (0, 10, 20) for i in range(40)
    ]  # fmt: skip
    return collect([pa.Table.from_pylist(rows)], Notes())


def test_the_file_holds_no_formula_and_finds_its_rows_again(tmp_path):
    rollouts = a_hostile_run()
    chosen = choose(of_rows(rollouts, "=r"), 30)
    text = next_labels_csv(rollouts, chosen)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 30
    numeric = {"proxy"}
    assert not any(
        cell.startswith(("=", "+", "-", "@"))
        for row in rows
        for name, cell in row.items()
        if name not in numeric
    )
    for number, row in enumerate(rows):
        row["gold"] = str(number)
    for drop in ((), ("id",), ("completion", "prompt")):
        path = tmp_path / "filled.csv"
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, [name for name in COLUMNS if name not in drop])
            writer.writeheader()
            writer.writerows({k: v for k, v in row.items() if k not in drop} for row in rows)
        notes = Notes()
        joined = with_labels(rollouts, read_labels(path, {}, notes), notes)
        np.testing.assert_array_equal(joined.gold[chosen.row], np.arange(30))
        np.testing.assert_allclose(joined.label_probability[chosen.row], chosen.probability)
        assert "30 of 30" in notes.lines[0]


def test_an_empty_file_is_no_labels_yet(tmp_path):
    rollouts = a_hostile_run()
    path = tmp_path / "next_labels.csv"
    write_next_labels(path, rollouts, choose(of_rows(rollouts, "=r"), 20))
    with pytest.raises(DataError, match="no row has a gold"):
        read_labels(path, {}, Notes())
