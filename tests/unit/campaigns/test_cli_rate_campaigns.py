"""`looksgood rate new, status, export, import-votes`, as somebody types them."""

import json

import pytest

from looksgood.cli.main import main
from looksgood.rating.campaigns import campaign_named
from looksgood.rating.database import open_database
from tests.campaign_votes import vote_all

PAIRS = [
    {"prompt": f"p{i}", "chosen": f"a good answer {i} it is", "rejected": f"bad {i}"}
    for i in range(6)
]


@pytest.fixture
def rate(tmp_path, monkeypatch, capsys):
    """Run `looksgood rate …` in an empty folder; return what it prints."""
    monkeypatch.chdir(tmp_path)
    rows = "".join(json.dumps(row) + "\n" for row in PAIRS)
    (tmp_path / "pairs.jsonl").write_text(rows)

    def run(*arguments):
        main(["rate", *arguments])
        return capsys.readouterr().out

    return run


def rated(tmp_path):
    database = open_database(tmp_path / "votes.db")
    with database.reading() as connection:
        campaign = campaign_named(connection, "c")
    vote_all(database, campaign, "Ann", lambda one: "first", seconds=2.0)
    database.close()
    return campaign


def test_from_a_file_to_a_file(rate, tmp_path):
    said = rate("new", "c", "--from", "pairs.jsonl", "--votes", "2", "--tags", "clear, wrong")
    assert said.splitlines() == [
        "campaign c: 6 pairs and 6 checks added",
        "next: looksgood rate serve",
    ]
    again = rate("new", "c", "--from", "pairs.jsonl", "--votes", "2", "--tags", "clear, wrong")
    assert again.startswith("campaign c: 0 pairs and 0 checks added, 12 were there already")
    campaign = rated(tmp_path)
    assert campaign.spec.tags == ("clear", "wrong")
    assert rate("status", "c").splitlines()[0] == "c (open): 6 of 12 votes wanted"
    assert json.loads(rate("status", "c", "--json"))["pace"]["median_seconds"] == 2.0
    said = rate("export", "c", "--out", "out/votes.jsonl")
    assert said.splitlines()[0] == "out/votes.jsonl: 6"
    said = rate("import-votes", "out/votes.jsonl", "--campaign", "c")
    assert said == "0 votes and 0 pairs are new; 6 votes were known\n"
    rate("export", "c", "--out", "audit.jsonl", "--as", "audit")
    lines = (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["vote"] for line in lines] == ["first"] * 6


def test_experts_and_instructions_come_from_files(rate, tmp_path):
    (tmp_path / "how.txt").write_text("Look twice.", encoding="utf-8")
    more = ("--expert", "--instructions", "@how.txt", "--check-every", "0")
    rate("new", "c", "--from", "pairs.jsonl", *more)
    assert rated(tmp_path).spec.instructions == "Look twice."
    figures = json.loads(rate("status", "c", "--json"))["figures"]
    (right,) = [one for one in figures if one["name"] == "right_by_expert"]
    assert (right["value"], right["n"]) == (1.0, 6)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("new", "Big Name", "--from", "pairs.jsonl"), "NAME 'Big Name': give 1 to 63 lower-case"),
        (("new", "c", "--from", "pairs.jsonl", "--votes", "0"), "--votes 0: "),
        (("new", "c", "--from", "almanac", "--expert"), "--expert is for a preference file"),
        (
            ("new", "c", "--from", "pairs.jsonl", "--instructions", "@no.txt"),
            "--instructions @no.txt: No such file or directory",
        ),
        (
            ("new", "c", "--from", "pairs.jsonl", "--compare", "within"),
            "--compare is for the folder",
        ),
        (("new", "c", "--from", "pairs.jsonl", "--pairs", "0"), "--pairs 0: give 1 or more"),
        (("new", "c", "--from", "nothing.jsonl"), "nothing.jsonl: no such file"),
        (("new", "c", "--from", "pairs.jsonl", "--checks", "no.jsonl"), "no.jsonl: no such file"),
        (("new", "c", "--from", "pairs.jsonl", "--instructions", "@no.txt"), "@no.txt"),
        (("new", "c", "--from", "pairs.jsonl", "--repeats", "2"), "--repeats 2.0"),
        (("status", "c"), "campaign 'c' is unknown; there are: d"),
        (("export", "c", "--out", "v.csv"), "--out v.csv: end the name in"),
        (("export", "d", "--out", "v.jsonl"), "campaign 'd' has no votes by a rater or owner"),
        (("import-votes", "pairs.jsonl", "--campaign", "c"), "row 1 names no rater"),
    ],
)
def test_what_is_wrong_is_one_line(rate, tmp_path, capsys, arguments, says):
    if arguments[0] != "new":
        rate("new", "d", "--from", "pairs.jsonl")
    with pytest.raises(SystemExit) as stop:
        rate(*arguments)
    assert stop.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line
    if arguments[0] == "new":  # nothing was begun
        assert not (tmp_path / "votes.db").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "c"),
        ("export", "c", "--out", "votes.jsonl"),
        ("import-votes", "pairs.jsonl", "--campaign", "c", "--rater", "Ann"),
        ("invite", "Ann", "--campaign", "c"),
    ],
)
def test_who_only_asks_makes_no_database(rate, tmp_path, capsys, arguments):
    with pytest.raises(SystemExit):
        rate(*arguments)
    (line,) = capsys.readouterr().err.splitlines()
    assert f"--db {tmp_path / 'votes.db'}: there is no such file" in line
    assert not (tmp_path / "votes.db").exists()


def test_the_environment_says_where_votes_are(rate, tmp_path, monkeypatch):
    monkeypatch.setenv("LOOKSGOOD_DB", str(tmp_path / "team.db"))
    rate("new", "c", "--from", "pairs.jsonl")
    assert (tmp_path / "team.db").exists()
    assert not (tmp_path / "votes.db").exists()
    assert rate("status", "c").startswith("c (open): 0 of 6")
    assert "/join/" in rate("invite", "Ann", "--campaign", "c")
    with pytest.raises(SystemExit):
        rate("status", "c", "--db", "votes.db")


def test_pairs_that_give_no_checks_are_said(rate, tmp_path):
    row = {"prompt": "1 + 1?", "chosen": "It is 2.", "rejected": "It is 3."}
    (tmp_path / "short.jsonl").write_text(json.dumps(row) + "\n")
    assert "no attention checks" in rate("new", "c", "--from", "short.jsonl")
    said = rate("new", "d", "--from", "short.jsonl", "--check-every", "0")
    assert "no attention checks" not in said
