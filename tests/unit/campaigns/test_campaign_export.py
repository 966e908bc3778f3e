"""Votes out and in: what trains, what does not, and every form read back by who is to read it."""

import json

import numpy as np
import pytest

from looksgood.audits.notes import Notes
from looksgood.audits.raters.votes_file import read_votes
from looksgood.campaigns.export import export
from looksgood.campaigns.import_votes import import_votes
from looksgood.campaigns.overview import PEOPLE, SIMULATED, overview_of
from looksgood.core.errors import ConfigError, DataError
from looksgood.preferences.files import read_comparisons
from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import begin_campaign, campaign_named
from looksgood.rating.database import open_database
from looksgood.rating.pairs import NewPair, Truth, add_clip
from looksgood.rating.standing import standing_votes
from tests.campaign_votes import begun, vote_all

TRUTH = Truth("first", "expert", first_is_good=True, second_is_good=False)


@pytest.fixture
def database(tmp_path):
    found = open_database(tmp_path / "votes.db")
    yield found
    found.close()


def pairs():
    extra = {"prompt_id": "id", "family": "fact", "kl_first": 1.0, "kl_second": 2.0, "rater": "?"}
    found = [NewPair(f"p{i}", f"a{i}", f"b{i}", truth=TRUTH, extra=extra) for i in range(4)]
    check = NewPair("c", "x", "y", role="attention", truth=TRUTH)
    return [*found, check]


@pytest.fixture
def rated(database):
    """Ann: the first, the second, a tie, can't tell; Ben: always the first; a robot."""
    campaign = begun(database, pairs(), votes_per_pair=3, check_every=2, asks_confidence=True)
    says = {"p0": "first", "p1": "second", "p2": "tie", "p3": "cant_tell", "c": "first"}
    vote_all(
        database,
        campaign,
        "Ann",
        lambda one: says[one.prompt],
        impression="second",
        confidence=4,
        seconds=2.5,
        note="why\n not",
    )
    vote_all(database, campaign, "Ben", lambda one: "first")
    vote_all(database, campaign, "robot", lambda one: "second", role="simulated")
    return campaign


def rows_of(path):
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return pq.read_table(path).to_pylist()
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("name", ["votes.jsonl", "votes.parquet"])
def test_what_trains_is_apart_from_what_does_not(database, rated, tmp_path, name):
    out = tmp_path / "out" / name
    written = export(database, "c", out, "votes", PEOPLE)
    ending = out.suffix
    assert {one.path.name: one.rows for one in written} == {
        name: 2 + 4,
        f"votes-ties{ending}": 2,
        f"votes-checks{ending}": 2,
    }
    decided = rows_of(out)
    assert {row["rater"] for row in decided} == {"Ann", "Ben"}
    by = {(row["rater"], row["prompt"]): row for row in decided}
    ann = by["Ann", "p1"]
    assert (ann["chosen"], ann["rejected"]) == ("b1", "a1")
    assert (ann["confidence"], ann["seconds"], ann["note"]) == (4, 2.5, "why\n not")
    assert (ann["kl_chosen"], ann["kl_rejected"]) == (2.0, 1.0)
    assert ann["extra_rater"] == "?"
    # both of the order shown: the impression was the pair's second, and so was the choice
    assert ann["impression"] == ann["choice"]
    assert by["Ann", "p0"]["impression"] != by["Ann", "p0"]["choice"]
    assert not any(row["is_check"] for row in decided)
    ties = rows_of(out.with_name(f"votes-ties{ending}"))
    assert {row["choice"] for row in ties} == {"tie", "cant_tell"}
    assert not any({"chosen", "rejected"} & set(row) for row in ties)
    checks = rows_of(out.with_name(f"votes-checks{ending}"))
    assert {row["prompt"] for row in checks} == {"c"}


def test_no_row_holds_the_truth(database, rated, tmp_path):
    for form in ("votes", "pairs"):
        for one in export(database, "c", tmp_path / f"{form}.jsonl", form, PEOPLE):
            for row in rows_of(one.path):
                assert not any("good" in key or "truth" in key for key in row)
                assert "expert" not in json.dumps(row)


@pytest.mark.parametrize("name", ["votes.jsonl", "votes.jsonl.gz", "votes.parquet"])
def test_our_reader_reads_all_of_it_back_in_the_order_shown(database, rated, tmp_path, name):
    out = tmp_path / name
    export(database, "c", out, "votes", PEOPLE)
    ending = name.removeprefix("votes")
    seen = set()
    for part in (name, f"votes-ties{ending}", f"votes-checks{ending}"):
        table = read_comparisons(tmp_path / part)
        shown = table.comparisons.pairs
        for i, choice in enumerate(table.comparisons.choice.tolist()):
            row = (table.extra[i]["rater"], shown.prompts[i].text, shown.first[i])
            seen.add((*row, "nan" if np.isnan(choice) else choice))
    with database.reading() as connection:
        votes = [v for v in standing_votes(connection, rated) if v.rater_role == "rater"]
    values = {"tie": 0.5, "cant_tell": "nan"}
    assert seen == {
        (
            v.rater,
            v.prompt,
            v.first if v.first_is_left else v.second,
            values.get(v.choice, float((v.choice == "first") == v.first_is_left)),
        )
        for v in votes
    }


def test_pairs_go_by_most_votes(database, rated, tmp_path):
    out = tmp_path / "pairs.jsonl"
    written = export(database, "c", out, "pairs", PEOPLE)
    rows = {row["prompt"]: row for one in written for row in rows_of(one.path)}
    p0, p1, p2, p3 = (rows[f"p{i}"] for i in range(4))
    assert (p0["chosen"], p0["votes_for"], p0["lead"]) == ("a0", 2, 1.0)
    assert (p1["choice"], p1["first"], p1["lead"]) == ("tie", "a1", 0.0)  # one each
    assert (p2["chosen"], p2["ties"], p2["lead"]) == ("a2", 1, 0.5)
    assert (p3["chosen"], p3["cant_tell"], p3["lead"]) == ("a3", 1, 1.0)
    assert "c" not in rows
    assert (p0["kl_chosen"], p0["kl_rejected"]) == (1.0, 2.0)


def test_an_audit_reads_them_as_they_are(database, rated, tmp_path):
    out = tmp_path / "audit.jsonl"
    export(database, "c", out, "audit", PEOPLE)
    notes = Notes()
    votes = read_votes(out, {}, notes)
    assert votes.kind == "choice"
    assert set(votes.raters) == {"Ann", "Ben"}
    assert len(votes) == 7  # "can't tell" is no vote
    assert "1 of 8 votes are no vote" in " ".join(notes.lines)
    assert set(votes.truth.tolist()) == {1.0}
    assert np.nanmean(votes.is_right) == (1 + 0 + 0.5 + 4) / 7
    assert set(votes.confidence[np.isfinite(votes.confidence)].tolist()) == {4.0}
    with database.reading() as connection:
        shown = {(v.rater, v.prompt): v.first_is_left for v in standing_votes(connection, rated)}
    assert sorted(votes.first_shown.tolist()) == sorted(
        float(left)
        for (rater, prompt), left in shown.items()
        if rater != "robot" and prompt != "c" and (rater, prompt) != ("Ann", "p3")
    )


def test_simulated_votes_are_written_only_when_asked_for(database, rated, tmp_path):
    out = tmp_path / "robots.jsonl"
    export(database, "c", out, "votes", SIMULATED)
    assert {row["rater_role"] for row in rows_of(out)} == {"simulated"}


def test_a_new_export_leaves_nothing_of_an_old_one(database, rated, tmp_path):
    out = tmp_path / "votes.jsonl"
    export(database, "c", out, "votes", PEOPLE)
    export(database, "c", out, "votes", SIMULATED)
    assert not (tmp_path / "votes-ties.jsonl").exists()
    assert (tmp_path / "votes-checks.jsonl").exists()


def test_films_lie_beside(database, tmp_path):
    with database.writing() as connection:
        digests = [add_clip(connection, content) for content in (b"one", b"two")]
    campaign = begun(database, [NewPair("", *digests, are_clips=True)])
    vote_all(database, campaign, "Ann", lambda one: "first")
    export(database, "c", tmp_path / "v.jsonl", "votes", PEOPLE)
    (row,) = rows_of(tmp_path / "v.jsonl")
    assert (tmp_path / "v-films" / f"{row['chosen']}.mp4").read_bytes() == b"one"


def test_columns_of_several_types_become_text_in_parquet(database, tmp_path):
    new = [NewPair(f"p{i}", "a", "b", extra={"x": x}) for i, x in enumerate((1, "two", None))]
    campaign = begun(database, new)
    vote_all(database, campaign, "Ann", lambda one: "first")
    export(database, "c", tmp_path / "v.parquet", "votes", PEOPLE)
    assert [row["x"] for row in rows_of(tmp_path / "v.parquet")] == ["1", '"two"', None]


def test_refusals(database, tmp_path):
    begun(database, pairs())
    with pytest.raises(ConfigError, match="no votes by a rater or owner"):
        export(database, "c", tmp_path / "v.jsonl", "votes", PEOPLE)
    with pytest.raises(DataError, match="end the name in"):
        export(database, "c", tmp_path / "v.csv", "votes", PEOPLE)
    with pytest.raises(ConfigError, match="unknown"):
        export(database, "nobody", tmp_path / "v.jsonl", "votes", PEOPLE)


# ---- in again


def test_what_was_exported_can_be_taken_elsewhere(database, rated, tmp_path):
    export(database, "c", tmp_path / "v.jsonl", "votes", PEOPLE)
    other = open_database(tmp_path / "other.db")
    with other.writing() as connection:
        campaign = begin_campaign(connection, CampaignSpec(name="c", votes_per_pair=2))
    taken = [
        import_votes(other, "c", str(tmp_path / f"v{part}.jsonl"), None) for part in ("", "-ties")
    ]
    assert [(one.votes, one.known) for one in taken] == [(6, 0), (2, 0)]
    again = import_votes(other, "c", str(tmp_path / "v.jsonl"), None)
    assert (again.votes, again.pairs, again.known) == (0, 0, 6)

    def told(where, of):
        with where.reading() as connection:
            return {
                (
                    v.rater,
                    v.prompt,
                    getattr(v, v.choice, v.choice),
                    v.first if v.first_is_left else v.second,
                    v.impression and getattr(v, v.impression),
                    v.confidence,
                    v.note,
                    round(v.voted_at),
                )
                for v in standing_votes(connection, of)
                if v.rater_role == "rater" and v.role == "ordinary"
            }

    assert told(other, campaign) == told(database, rated)
    with other.reading() as connection:
        assert overview_of(connection, campaign).filled == 8
    other.close()


def test_a_vote_that_stands_here_is_not_replaced(database, rated, tmp_path):
    rows = [{"prompt": "p0", "chosen": "b0", "rejected": "a0", "rater": "Ann"}]
    path = tmp_path / "v.jsonl"
    path.write_text(json.dumps(rows[0]) + "\n")
    taken = import_votes(database, "c", str(path), None)
    assert (taken.votes, taken.pairs, taken.known) == (0, 0, 1)


def test_votes_without_a_rater_or_with_a_strange_time_are_refused_whole(database, tmp_path):
    begun(database, pairs())
    good = {"prompt": "n", "chosen": "x", "rejected": "y", "rater": "Zoe"}
    for bad, says in (
        ({**good, "rater": None}, "row 2 names no rater"),
        ({**good, "prompt": "m", "voted_at": "yesterday"}, "is no time"),
        ({**good, "prompt": "m", "confidence": 9}, "confidence 9"),
    ):
        path = tmp_path / "v.jsonl"
        path.write_text(json.dumps(good) + "\n" + json.dumps(bad) + "\n")
        with pytest.raises(ConfigError, match=says):
            import_votes(database, "c", str(path), None)
        with database.reading() as connection:
            assert not standing_votes(connection, campaign_named(connection, "c"))
    path.write_text(json.dumps({**good, "rater": None}) + "\n")
    assert import_votes(database, "c", str(path), "Yan").votes == 1


@pytest.mark.slow
@pytest.mark.parametrize(("name", "form"), [("votes.jsonl", "json"), ("votes.parquet", "parquet")])
def test_datasets_loads_it_and_has_what_trainers_need(database, rated, tmp_path, name, form):
    datasets = pytest.importorskip("datasets", reason="the extra hub is not installed")
    export(database, "c", tmp_path / name, "votes", PEOPLE)
    table = datasets.load_dataset(
        form, data_files=str(tmp_path / name), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert {"prompt", "chosen", "rejected"} <= set(table.column_names)
    assert len(table) == 6
    assert "margin" not in table.column_names  # a trainer would take it for its loss
