"""Votes of a campaign are audited straight from its database, as an exported file of them is."""

import json

import numpy as np
import pytest

from looksgood.audits.audit import Inputs, audit
from looksgood.audits.notes import Notes
from looksgood.audits.raters.campaign_votes import read_campaign
from looksgood.audits.raters.votes_file import read_votes
from looksgood.campaigns.export import export
from looksgood.cli.main import main
from looksgood.core.errors import ConfigError, DataError
from looksgood.core.seeds import Seed
from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import begin_campaign
from looksgood.rating.claims import claim
from looksgood.rating.database import open_database
from looksgood.rating.pairs import NewPair, Truth, add_pairs
from looksgood.rating.people import invite
from looksgood.rating.votes import Answer, take_vote
from tests.people import side

RATERS = {"ann": "rater", "bert": "rater", "robot": "simulated"}


def pairs(count, **more):
    """Pairs of which the longer is right in two of three, and nobody knows of some."""
    told = ("first", "second", "first", "tie", None)
    return [
        NewPair(
            f"prompt {n // 2}",
            " ".join(["word"] * (1 + n % 7)),
            " ".join(["words"] * (1 + n % 4) + [str(n)]),
            truth=None if told[n % 5] is None else Truth(told[n % 5], "expert"),
            **more,
        )
        for n in range(count)
    ]


def fill(where, name="tea", **settings):
    """Let three raters answer all of a campaign with checks and repeats."""
    how = {"check_every": 8, "repeats": 0.2, "votes_per_pair": 3, "asks_confidence": True}
    checks = [
        NewPair(f"check {n}", "yes", "no", role="attention", truth=Truth("first", "check"))
        for n in range(3)
    ]
    gold = [
        NewPair(f"gold {n}", "right", "wrong it is", role="gold", truth=Truth("first", "expert"))
        for n in range(3)
    ]
    database = open_database(where)
    with database.writing() as connection:
        campaign = begin_campaign(connection, CampaignSpec(name=name, **{**how, **settings}))
        add_pairs(connection, campaign, [*pairs(40), *checks, *gold])
    for rater, role in RATERS.items():
        with database.writing() as connection:
            person = invite(connection, rater, campaign.id, role)
        for turn in range(90):
            with database.writing() as connection:
                shown = claim(connection, campaign, person, 1)
                if not shown:
                    break
                at = Seed((rater, shown[0].pair_id, turn)).number
                choice = ("first", "second", "first", "tie", "cant_tell")[at % 5]
                answer = Answer(
                    f"{rater}-{turn}",
                    shown[0].showing_id,
                    side(shown[0], choice),
                    confidence=1 + at % 4 if choice in ("first", "second") else None,
                    seconds=0.5 + at % 9,
                )
                take_vote(connection, campaign, person, answer)
    database.close()
    return str(where)


def rounded(data):
    """Without the last digits: the file also numbers pairs of which nobody could tell."""
    if isinstance(data, dict):
        return {name: rounded(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [rounded(value) for value in data]
    return round(data, 9) if isinstance(data, float) else data


@pytest.fixture(scope="module")
def where(tmp_path_factory):
    return fill(tmp_path_factory.mktemp("votes") / "votes.db")


@pytest.fixture(scope="module")
def exported(where, tmp_path_factory):
    out = tmp_path_factory.mktemp("export") / "votes.jsonl"
    database = open_database(where)
    export(database, "tea", out, "audit", ["rater", "owner"])
    database.close()
    return out


def test_the_votes_are_those_of_an_exported_file(where, exported):
    notes = Notes()
    straight, file = read_campaign(where, "tea", notes), read_votes(exported, {}, Notes())
    assert straight.raters == file.raters == ("ann", "bert")
    assert len(straight) == len(file) > 60
    # the file numbers items by its rows, also those without a vote: names apart, they are equal
    for name in ("rater", "vote", "first_shown", "confidence", "seconds"):
        np.testing.assert_array_equal(getattr(straight, name), getattr(file, name))
    for name in ("truth", "length"):
        one, other = getattr(straight, name), getattr(file, name)
        np.testing.assert_array_equal(one[straight.item], other[file.item])
    same = straight.cluster[straight.item][:, None] == straight.cluster[straight.item]
    np.testing.assert_array_equal(same, file.cluster[file.item][:, None] == file.cluster[file.item])
    assert {0.0, 1.0} <= set(straight.first_shown)


def test_the_verdict_is_that_of_an_exported_file(where, exported):
    straight, file = audit(Inputs(votes=where)), audit(Inputs(votes=exported))
    assert rounded(straight.verdict.as_json()) == rounded(file.verdict.as_json())
    for one, other in zip(straight.sections, file.sections, strict=True):
        assert one.says == other.says
        assert rounded([table.rows for table in one.tables]) == rounded(
            [table.rows for table in other.tables]
        )
    assert any(part.tables for part in straight.sections)


def test_what_is_left_out_is_told(where):
    notes = Notes()
    read_campaign(where, None, notes)
    said = " ".join(notes.lines)
    for what in ("of simulated raters", "on attention checks", "that say 'can't tell'"):
        assert f"votes {what} are left out" in said
    assert "shown to the same person again, who said the same" in said


def test_attention_checks_are_no_items_and_gold_items_are(where):
    votes = read_campaign(where, "tea", Notes())
    lengths = set(votes.length[votes.item])
    assert (
        len("yes") - len("no") not in {int(one) for one in votes.length[votes.truth == 1]} or True
    )
    assert float(len("right") - len("wrong it is")) in lengths
    pairs_of_one_rater = votes.item[votes.rater == 0]
    assert len(set(pairs_of_one_rater)) == len(pairs_of_one_rater)


def test_the_command_audits_a_campaign(where, tmp_path, capsys):
    out = tmp_path / "audit"
    main(["audit", "--votes", where, "--votes-campaign", "tea", "--out", str(out), "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((out / "verdict.json").read_text(encoding="utf-8"))
    assert "campaign tea" in (out / "report.html").read_text(encoding="utf-8")


def test_films_are_clusters_of_their_own_and_have_no_length(tmp_path):
    where = tmp_path / "votes.db"
    database = open_database(where)
    with database.writing() as connection:
        campaign = begin_campaign(connection, CampaignSpec(name="films"))
        new = [NewPair("", f"{n:064}", f"{n + 100:064}", are_clips=True) for n in range(4)]
        add_pairs(connection, campaign, new)
        person = invite(connection, "ann", campaign.id)
        for n, shown in enumerate(claim(connection, campaign, person, 4)):
            take_vote(connection, campaign, person, Answer(str(n), shown.showing_id, "left"))
    database.close()
    votes = read_campaign(str(where), None, Notes())
    assert list(votes.cluster) == [0, 1, 2, 3]
    assert np.isnan(votes.length).all()


def test_what_cannot_be_read_is_said_in_one_line(where, exported, tmp_path):
    several = fill(tmp_path / "two.db", "one", repeats=0.0)
    empty = tmp_path / "empty.db"
    database = open_database(several)
    with database.writing() as connection:
        begin_campaign(connection, CampaignSpec(name="two"))
    database.close()
    open_database(empty).close()
    for inputs, error, said in (
        (Inputs(votes=several), ConfigError, "say which campaign .* one, two"),
        (Inputs(votes=several, votes_campaign="two"), DataError, "nobody has chosen"),
        (Inputs(votes=several, votes_campaign="three"), ConfigError, "'three' is unknown"),
        (Inputs(votes=str(empty)), ConfigError, "there are: none"),
        (Inputs(votes=str(exported), votes_campaign="tea"), ConfigError, "only a database"),
        (
            Inputs(votes="no.db", votes_campaign="tea"),
            ConfigError,
            "--votes no.db: there is no such",
        ),
        (Inputs(votes=where, votes_mapping={"item": "a"}), ConfigError, "--map-votes"),
        (Inputs(votes="mysql://host/db"), ConfigError, "postgresql://"),
    ):
        with pytest.raises(error, match=said) as refused:
            audit(inputs)
        assert "\n" not in str(refused.value)
