"""Where pairs come from: what each source gives, the same each time, the truth never in extra."""

import json
from dataclasses import replace

import pytest

from looksgood.campaigns.begin import begin_with
from looksgood.campaigns.checks import checks_in, made_checks
from looksgood.campaigns.sources.drawn import Drawn, Wish
from looksgood.campaigns.sources.source import draw
from looksgood.core.errors import ConfigError
from looksgood.core.seeds import Seed
from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import campaign_named
from looksgood.rating.database import open_database
from looksgood.rating.pairs import NewPair, Truth
from looksgood.rating.votes import progress
from looksgood.runs.tables import write_table

WEIGHTS = {"claim_true": 1.5, "misconception": -1.5}


def response(text, optimizer, step, gold, prompt="q", arm="a", true=0.0, false=0.0, **more):
    return {
        "study": "kl-sweep",
        "arm": arm,
        "seed": 0,
        "step": step,
        "prompt_id": f"id-{prompt}",
        "prompt": prompt,
        "response": text,
        "proxy": float(len(text)),
        "gold": gold,
        "optimizer": optimizer,
        "channel.claim_true": true,
        "channel.misconception": false,
        **more,
    }


def run_folder(tmp_path, rows):
    """A run with these kept responses, whose trained policies are 3 nats from the base."""
    path = tmp_path / "run"
    config = {"settings": {"world": {"kind": "almanac", "gold": WEIGHTS}}}
    path.mkdir()
    info = {"study": "kl-sweep", "config": config, "seeds": [0]}
    (path / "run.json").write_text(json.dumps(info))
    write_table(path / "samples.parquet", "samples", rows)
    names = ("study", "arm", "seed", "optimizer", "beta", "n", "step")
    points = [{name: row.get(name) for name in names} for row in rows]
    for point in points:
        point["kl"] = 0.0 if point["optimizer"] == "base" else 3.0
    write_table(path / "points.parquet", "points", points)
    return path


def test_a_base_against_what_was_trained(tmp_path):
    rows = [
        response("true", "base", 0, 0.3, true=1.0),
        response("early", "rloo", 10, 0.1, beta=0.1),
        response("false", "rloo", 20, -0.4, beta=0.1, false=1.0),
        response("true", "rloo", 20, 0.3, beta=0.1, true=1.0),  # the same text: nothing to compare
    ]
    (pair,) = draw(str(run_folder(tmp_path, rows)), Wish()).pairs
    assert (pair.prompt, pair.first, pair.second) == ("q", "true", "false")
    assert pair.truth == Truth("first", "world", first_is_good=True, second_is_good=False)
    assert pair.extra == {
        "prompt_id": "id-q",
        "study": "kl-sweep",
        "arm": "a",
        "run_seed": 0,
        "policy_first": "base",
        "step_first": 0,
        "kl_first": 0.0,
        "proxy_first": 4.0,
        "policy_second": "rloo, beta 0.1, step 20",
        "step_second": 20,
        "kl_second": 3.0,
        "proxy_second": 5.0,
    }


def test_within_one_policy(tmp_path):
    rows = [response(text, "base", 0, 0.0) for text in ("x", "y", "z", "z")]
    rows += [response("w", "base", 0, None, prompt="other")]
    folder = str(run_folder(tmp_path, rows))
    pairs = draw(folder, Wish()).pairs  # nothing was trained, so nothing goes across
    assert {frozenset((p.first, p.second)) for p in pairs} == {
        frozenset("xy"),
        frozenset("xz"),
        frozenset("yz"),
    }
    assert {pair.truth.choice for pair in pairs} == {"tie"}
    with pytest.raises(ConfigError, match="no two different ones"):
        draw(folder, Wish(compare="across"))


def test_best_of_n_is_a_policy_too_and_arms_are_not_mixed(tmp_path):
    rows = [
        response("base", "base", 0, 0.0),
        response("best", "best_of_n", 0, 1.0, n=16),
        response("elsewhere", "rloo", 9, 1.0, arm="b"),
    ]
    (pair,) = draw(str(run_folder(tmp_path, rows)), Wish()).pairs
    assert pair.extra["policy_second"] == "best_of_n, n 16"


def test_without_gold_there_is_no_truth(tmp_path):
    rows = [response("x", "base", 0, None), response("y", "base", 0, 0.5)]
    (pair,) = draw(str(run_folder(tmp_path, rows)), Wish()).pairs
    assert pair.truth is None


def test_a_run_gives_at_most_what_is_wished_by_its_seed(tmp_path):
    rows = [response(f"r{i}", "base", 0, float(i)) for i in range(12)]
    folder = str(run_folder(tmp_path, rows))
    drawn = [draw(folder, Wish(pairs=7, seed=Seed((seed,)))).pairs for seed in (0, 0, 1)]
    keys = [[pair.key for pair in pairs] for pairs in drawn]
    assert len(keys[0]) == len(set(keys[0])) == 7
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.slow
def test_the_almanac_gives_what_two_writers_said():
    found = draw("almanac", Wish(pairs=60, with_source=True)).pairs
    assert len({pair.key for pair in found}) == 60
    assert all(pair.truth is not None and pair.truth.told_by == "world" for pair in found)
    about_facts = [pair for pair in found if pair.extra["family"] != "choice"]
    assert all(pair.source for pair in about_facts)
    assert any(pair.truth.detail["first"] for pair in about_facts)
    assert all(set(pair.extra) == {"prompt_id", "family"} for pair in found)
    assert not any(pair.source for pair in draw("almanac", Wish(pairs=5)).pairs)


@pytest.mark.slow
def test_truthfulqa_is_known_by_its_file(tmp_path):
    (tmp_path / "TruthfulQA.csv").write_text(
        "Question,Correct Answers,Incorrect Answers\n"
        "Is the earth flat?,No; It is round,Yes; It is flat as a pancake\n"
    )
    found = draw(str(tmp_path), Wish()).pairs
    assert {pair.prompt for pair in found} == {"is the earth flat ?"}
    assert {"first", "second"} >= {pair.truth.choice for pair in found} - {"tie"}


def write_jsonl(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def preferences(tmp_path):
    rows = [
        {"prompt": "p1", "chosen": "good", "rejected": "bad", "choice": "second", "source": "S"},
        {"prompt": "p2", "chosen": "x", "rejected": "y", "choice": "tie", "topic": "t", "rank": 3},
        {"prompt": "p3", "chosen": "u", "rejected": "v", "choice": "cant_tell"},
        {"prompt": "p4", "chosen": "m", "rejected": "n", "gold_score": 0.9, "margin": 2.0},
    ]
    return write_jsonl(tmp_path / "pairs.jsonl", rows)


def test_a_preference_file_keeps_the_order_shown_and_tells_nothing(tmp_path):
    found = {pair.prompt: pair for pair in draw(preferences(tmp_path), Wish()).pairs}
    assert (found["p1"].first, found["p1"].second, found["p1"].source) == ("bad", "good", "S")
    assert all(pair.truth is None for pair in found.values())
    assert found["p2"].extra["topic"] == "t"
    assert found["p2"].extra["rank"] == 3
    assert set(found["p4"].extra) == {"prompt_id", "family"}


def test_its_choices_may_be_what_experts_say(tmp_path):
    pairs = draw(preferences(tmp_path), Wish(expert=True)).pairs
    truth = {pair.prompt: pair.truth for pair in pairs}
    assert truth["p1"] == Truth("second", "expert")
    assert truth["p2"] == Truth("tie", "expert")
    assert truth["p3"] is None
    assert truth["p4"] == Truth("first", "expert")


LABELS = "prompt,completion,gold,id,run,step,proxy,inclusion_probability\n"


def test_next_labels_of_two_checkpoints_are_compared(tmp_path):
    (tmp_path / "next_labels.csv").write_text(
        LABELS
        + "p,'=early,,i1,r,0,0.5,1\n"
        + "p,late,,i2,r,40,2.5,1\n"
        + "p,later still,,i3,r,40,,1\n"
        + "alone,x,,i4,r,0,1,1\n"
    )
    for name in (tmp_path, tmp_path / "next_labels.csv"):
        pairs = draw(str(name), Wish()).pairs
        assert {frozenset((p.first, p.second)) for p in pairs} == {
            frozenset(("=early", "late")),
            frozenset(("=early", "later still")),
        }
    (one,) = [pair for pair in pairs if pair.second == "late"]
    assert one.extra == {
        "run": "r",
        "id_first": "i1",
        "step_first": 0.0,
        "proxy_first": 0.5,
        "id_second": "i2",
        "step_second": 40.0,
        "proxy_second": 2.5,
    }


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (LABELS + "p,x,,i1,r,0,1,1\nq,y,,i2,r,1,1,1\n", "none of them twice"),
        ("prompt,completion\np,x\n", "column 'id' is missing"),
        ("", "column 'prompt' is missing"),
    ],
)
def test_labels_that_cannot_be_compared_say_so(tmp_path, content, says):
    (tmp_path / "next_labels.csv").write_text(content)
    with pytest.raises(ConfigError, match=says):
        draw(str(tmp_path), Wish())


def test_what_is_no_source_says_what_would_be(tmp_path):
    with pytest.raises(ConfigError, match=r"without run\.json"):
        draw(str(tmp_path), Wish())
    with pytest.raises(ConfigError, match="no such file"):
        draw(str(tmp_path / "none.jsonl"), Wish())


# ---- checks


def texts(count):
    return [NewPair(f"p{i}", f"one two three four {i}", f"six seven {i}") for i in range(count)]


def test_made_checks_are_plainly_right_or_wrong():
    found = made_checks(texts(30), 8, Seed((0,)))
    assert len(found) == 8
    assert all(check.role == "attention" for check in found)
    assert all(check.truth.choice == "first" for check in found)
    for number, check in enumerate(found):
        same_words = sorted(check.first.split()) == sorted(check.second.split())
        assert same_words == (number % 2 == 0)
        assert check.first != check.second
        assert check.first.endswith(check.prompt[1:])


def test_the_better_response_is_what_a_check_calls_good():
    better = "the second one is better here"
    pair = NewPair("p", "x y z w v", better, truth=Truth("second", "world"))
    (check,) = made_checks([pair], 3, Seed((0,)))
    assert check.first == better


def test_of_films_and_short_texts_no_checks_are_made():
    films = [replace(pair, are_clips=True) for pair in texts(5)]
    assert made_checks([*films, NewPair("p", "too short", "y")], 3, Seed((0,))) == []


def test_checks_come_from_a_file(tmp_path):
    rows = [{"prompt": "p", "chosen": "good", "rejected": "bad"}]
    (check,) = checks_in(write_jsonl(tmp_path / "c.jsonl", rows), "gold", "expert")
    assert (check.role, check.truth) == ("gold", Truth("first", "expert"))
    tie = [{**rows[0], "choice": "tie"}]
    with pytest.raises(ConfigError, match="1 rows have no right answer"):
        checks_in(write_jsonl(tmp_path / "t.jsonl", tie), "attention", "check")
    with pytest.raises(ConfigError, match="no such file"):
        checks_in(str(tmp_path / "none.jsonl"), "attention", "check")


# ---- beginning


def test_the_same_again_adds_nothing(tmp_path):
    database = open_database(tmp_path / "votes.db")
    spec = CampaignSpec(name="c", votes_per_pair=3, check_every=10)
    drawn = Drawn(texts(12), {"x": b"film"})
    first = begin_with(database, spec, drawn, [], Seed((0,)))
    again = begin_with(database, spec, drawn, [], Seed((0,)))
    assert (first.pairs, first.known) == (12, 0)
    assert first.checks == 12  # one of each text
    assert (again.pairs, again.checks, again.known) == (0, 0, 24)
    with database.reading() as connection:
        assert progress(connection, campaign_named(connection, "c")).wanted == 36
    other = spec.model_copy(update={"votes_per_pair": 1})
    with pytest.raises(ConfigError, match="other settings"):
        begin_with(database, other, drawn, [], Seed((0,)))
    database.close()


def test_given_checks_are_used_and_none_are_made_where_none_are_asked_for(tmp_path):
    database = open_database(tmp_path / "votes.db")
    given = made_checks(texts(3), 1, Seed((0,)))
    asked = CampaignSpec(name="asked", check_every=5)
    assert begin_with(database, asked, Drawn(texts(9)), given, Seed((0,))).checks == 1
    plain = CampaignSpec(name="plain")
    assert begin_with(database, plain, Drawn(texts(9)), [], Seed((0,))).checks == 0
    database.close()
