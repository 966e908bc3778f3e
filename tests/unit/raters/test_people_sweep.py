"""kl-sweep with people as raters: asked once, waited for, resumed, and never given a score."""

import os
import re
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from looksgood.cli.report import render_run
from looksgood.core.errors import ConfigError
from looksgood.preferences.files import read_comparisons
from looksgood.rating.campaigns import all_campaigns, campaign_named
from looksgood.rating.database import open_database
from looksgood.rating.standing import standing_votes
from looksgood.studies.runner import run_study
from looksgood.studies.study import find_study
from tests.people import TEACHABLE, Rating, longer, rate_all, shorter
from tests.sweeps import TINY, tables

pytestmark = pytest.mark.slow
STUDY = find_study("kl-sweep")
ONLY = replace(STUDY, arms={"ordinary": {}})


def asked_of(where, **changes):
    return {"rater.kind": "people", "rater.campaign": "tea", "rater.db": str(where), **changes}


@pytest.fixture(scope="module")
def where(tmp_path_factory):
    return tmp_path_factory.mktemp("votes") / "votes.db"


@pytest.fixture(scope="module")
def sweep(where, tmp_path_factory):
    """Two seeds, each asked about by itself; the oracle's arm beside."""
    study = replace(STUDY, arms={name: STUDY.arms[name] for name in ("ordinary", "oracle")})
    out = tmp_path_factory.mktemp("people") / "run"
    with Rating(where):
        return run_study(
            study, out=out, seeds=2, first_seed=0, workers=0, settings=TINY | asked_of(where)
        )


def test_what_people_would_say_of_samples_is_unknown_and_never_nought(sweep):
    for table in (sweep.points(), sweep.prompts(), sweep.table("samples")):
        rows = table.to_pylist()
        assert {row["arm"] for row in rows} == {"ordinary", "oracle"}
        for row in rows:
            assert (row["rater"] is None) == (row["arm"] == "ordinary")
            assert row["gold"] is not None
            assert row["proxy"] is not None


def test_findings_that_need_it_cannot_say_and_the_others_do(sweep):
    found = {finding["name"]: finding for finding in sweep.findings()}
    for name in ("gap-2", "gap-2-at-once", "gap-1"):
        assert found[name]["met"] is None
        assert found[name]["controls"] == "cannot say: this run does not know rater"
    for name in ("kl-range", "gold-falls", "proxy-rises", "falsehoods-rise", "gap-2-vanishes"):
        assert found[name]["estimate"] is not None or found[name]["met"] is not None


def test_the_report_leaves_it_out(sweep):
    page = render_run(sweep).read_text(encoding="utf-8")
    assert "this run does not know rater" in page
    row = re.search(r"<tr[^>]*>\s*<t[dh][^>]*>ordinary.*?</tr>", page, re.DOTALL)
    assert row is not None
    assert not re.search(r"\b0\.00\b.*\b0\.00\b.*\b0\.00\b", row.group(0))


def test_every_vote_is_a_comparison_in_the_order_it_was_shown(sweep, where):
    database = open_database(where)
    with database.reading() as connection:
        votes = standing_votes(connection, campaign_named(connection, "tea"))
    database.close()
    assert {vote.batch.rpartition("-")[0] for vote in votes} == {"seed0-round1", "seed1-round1"}
    kept, as_shown = [], []
    for path in sweep.path.glob("stages/comparisons-*/comparisons.parquet"):
        comparisons = read_comparisons(path).comparisons
        if ("prompt_id" not in votes[0].extra) or len(comparisons) == 0:
            continue
        rows = zip(comparisons.pairs.first, comparisons.pairs.second, strict=True)
        kept += [
            (first, second, choice)
            for (first, second), choice in zip(rows, comparisons.choice.tolist(), strict=True)
        ]
    for vote in votes:
        left, right = vote.first, vote.second
        said = {"first": 1.0, "second": 0.0, "tie": 0.5}[vote.choice]
        if not vote.first_is_left:
            left, right, said = right, left, 1 - said
        as_shown.append((left, right, said))
    assert len(as_shown) > 40
    for one in as_shown:
        kept.remove(one)  # what is left is the oracle's


def test_the_same_work_elsewhere_asks_nobody_and_ends_alike(sweep, where, tmp_path):
    study = replace(STUDY, arms={name: STUDY.arms[name] for name in ("ordinary", "oracle")})
    settings = TINY | asked_of(where)
    again = run_study(
        study, out=tmp_path / "run", seeds=2, first_seed=0, workers=0, settings=settings
    )
    assert tables(again.path) == tables(sweep.path)


@pytest.mark.parametrize(("rule", "sign"), [(longer, 1), (shorter, -1)])
def test_a_policy_becomes_what_people_prefer(rule, sign, tmp_path):
    where = tmp_path / "votes.db"
    settings = TEACHABLE | asked_of(where)
    with Rating(where, rule):
        run = run_study(
            ONLY, out=tmp_path / "run", seeds=1, first_seed=0, workers=0, settings=settings
        )
    words = {row["optimizer"]: row["channel.words"] for row in run.points().to_pylist()}
    assert sign * (words["rloo"] - words["base"]) > 2


def test_later_rounds_ask_about_what_was_taught(tmp_path):
    where = tmp_path / "votes.db"
    changes = {"preferences.rounds": 2, "preferences.round_beta": 0.0}
    with Rating(where):
        run_study(
            ONLY,
            out=tmp_path / "run",
            seeds=1,
            first_seed=0,
            workers=0,
            settings=TEACHABLE | asked_of(where, **changes),
        )
    database = open_database(where)
    with database.reading() as connection:
        votes = standing_votes(connection, campaign_named(connection, "tea"))
    database.close()
    words = {
        number: [
            len(text.split())
            for vote in votes
            if f"round{number}-" in vote.batch
            for text in (vote.first, vote.second)
        ]
        for number in (1, 2)
    }
    mean = {number: sum(counts) / len(counts) for number, counts in words.items()}
    assert mean[2] > mean[1] + 1


def test_stopped_while_people_rate_the_same_command_goes_on(tmp_path):
    where = tmp_path / "votes.db"
    command = [sys.executable, "-m", "looksgood", "run", "kl-sweep", "--seeds", "1"]
    command += ["--workers", "1", "--out", str(tmp_path / "run")]
    for name, value in (TINY | asked_of(where)).items():
        said = ",".join(map(str, value)) if isinstance(value, tuple) else value
        command += ["--set", f"{name}={said}"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    line = next(line for line in running.stderr if "waits" in line)
    assert "campaign tea: 0 of " in line
    assert f"looksgood rate serve --db {where}" in line
    wanted = int(re.search(r"0 of (\d+) votes", line).group(1))
    database = open_database(where)
    assert rate_all(database, "ann", limit=wanted // 2) == wanted // 2
    running.terminate()
    assert running.wait(60) != 0
    running.stderr.close()
    time.sleep(0.5)
    assert rate_all(database, "ann") == wanted - wanted // 2
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    with database.reading() as connection:
        (campaign,) = all_campaigns(connection)
        assert len(standing_votes(connection, campaign)) == wanted
    database.close()


@pytest.mark.parametrize(
    ("study", "changes", "said"),
    [
        ("kl-sweep", {"reward.kind": "rater"}, "a score that people"),
        ("blind-spots", {}, "rater: kind=people"),
        ("ensembles", {}, "kind=people"),
        ("design-loop", {"rater.kind": "ordinary", "audit.who": "people"}, "audit"),
        ("weak-to-strong", {}, "kind=people"),
        ("kl-sweep", {"rater.db": "postgresql://me:secret@host/votes"}, "LOOKSGOOD_DB"),
        ("kl-sweep", {"rater.db": "/no/such/folder/votes.db"}, "cannot be opened"),
    ],
)
def test_what_people_cannot_do_is_refused_before_any_work(study, changes, said, tmp_path):
    settings = asked_of(tmp_path / "votes.db", **changes)
    if settings["rater.kind"] != "people":
        settings = {name: value for name, value in settings.items() if name == "rater.kind"}
        settings["audit"] = {"who": {"kind": "people", "campaign": "tea"}}
    with pytest.raises(ConfigError, match=said) as refused:
        run_study(find_study(study), out=tmp_path / "run", seeds=1, workers=0, settings=settings)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "run").exists()
