import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from looksgood.measures.curves import curves
from looksgood.reports import render
from looksgood.reports.page import for_script, html
from looksgood.runs import RunFolder
from tests.reports_tables import CONFIG, make_run, points, samples

HOSTILE = "</script><img src=x onerror=alert(1)><b>bold</b> {i} <!-- \u2028"


def few(arm, seed):
    return points(arm, seed, betas=(0.1, 0.0), best_of=(4,))


def page(run, rows=None):
    table = run.points().to_pylist() if rows is None else rows
    return html(run, curves(table), {})


def embedded(text):
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])


class Reader(HTMLParser):
    """Collects tags with their attributes, and the text of cells, as a browser would see them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words.append(data.strip())

    def count(self, tag):
        return sum(found == tag for found, _ in self.tags)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    run = make_run(
        tmp_path_factory.mktemp("reports") / "run",
        arms=("ordinary", "oracle"),
        seeds=(0, 1),
        rows=few,
        kept=lambda rows: samples(rows, text=HOSTILE, prompts=[("fact:<i>:x", "<b>why</b> ?")]),
    )
    return run, render(run, curves(run.points().to_pylist()))


def test_one_file_holds_all_and_figures_lie_beside_it(rendered):
    run, path = rendered
    assert path == run.path / "report.html"
    text = Reader(path.read_text())
    assert text.count("svg") == 1  # in noscript, for those whose browser runs no script
    assert text.count("script") == 4
    assert (run.path / "figures" / "curves.png").exists()
    figures = {a["data-figure"] for _, a in text.tags if "data-figure" in a}
    assert figures == {"curves", "gaps", "channels", "penalty", "path", "trajectories"}


def test_nothing_is_loaded_from_anywhere(rendered):
    _, path = rendered
    for tag, attributes in Reader(path.read_text()).tags:
        assert tag not in {"link", "iframe", "img", "object", "embed", "base"}
        assert "src" not in attributes
        for name in ("href", "xlink:href"):
            assert attributes.get(name, "#").startswith("#")


def test_the_policy_lets_only_these_scripts_run(rendered):
    _, path = rendered
    text = path.read_text()
    policy = next(a["content"] for _, a in Reader(text).tags if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; ")
    named = re.search(r"script-src ([^;]*)", policy)[1].split()
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    assert named == [f"'sha256-{digest}'" for digest in hashes]


def test_what_models_wrote_is_text_and_nothing_else(rendered):
    _, path = rendered
    text = path.read_text()
    data = embedded(text)
    assert data["samples"]["rows"][0][2] == HOSTILE.format(i=0)
    assert data["samples"]["prompts"][0]["text"] == "<b>why</b> ?"
    assert "<img" not in text
    assert "onerror=alert" not in re.sub(r'id="data">.*?</script>', "", text, flags=re.DOTALL)
    own_scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)[1:]
    assert len(own_scripts) == 2
    for script in own_scripts:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script
        )


def test_data_keeps_its_meaning_and_cannot_end_its_element():
    data = {"text": "</script><!-- & \u2028 \u2029 é 🙂", "unknown": float("nan")}
    text = for_script(data)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == {**data, "unknown": None}


def test_equal_tables_give_an_equal_page(rendered):
    run, path = rendered
    names = ("curves", "gaps", "channels", "final_kl", "path", "trajectories")
    figures = {name: run.path / "figures" / f"{name}.svg" for name in names}
    again = RunFolder.read(run.path)
    assert html(again, curves(again.points().to_pylist()), figures) == path.read_text()


def test_question_verdict_and_findings_are_on_the_page(rendered):
    _, path = rendered
    words = Reader(path.read_text()).words
    assert CONFIG["study"]["question"] in words
    assert "2 of 4 criteria met; 1 cannot be said from these data." in words
    for said in ("−0.41", "[−0.6, −0.2]", "low ≥ 50", "yes", "no", "oracle: 0"):
        assert said in words
    assert "Findings that these data cannot say (1)" in words
    assert "looksgood run kl-sweep --preset quick --seeds 2" in words
    assert "optimizer.betas" in words


def test_unknown_scores_stay_unknown(tmp_path):
    def blind(arm, seed):
        return [row | {"gold": None, "gold_se": None} for row in few(arm, seed)]

    run = make_run(tmp_path / "run", arms=("ordinary",), seeds=(0,), rows=blind)
    text = page(run)
    assert "Gold is unknown in this world" in text
    rows = [row for line in embedded(text)["sweeps"] for row in line["rows"]]
    assert {row["gold"] for row in rows} == {row["gap_2"] for row in rows} == {None}
    assert {row[5] for row in embedded(text)["samples"]["rows"]} == {None}
    assert "<td>unknown</td>" in text


def test_one_seed_shows_no_interval_and_says_so(tmp_path):
    run = make_run(tmp_path / "run", arms=("ordinary",), seeds=(3,), rows=few)
    text = page(run)
    assert "One seed only: no interval can be shown" in text
    rows = [row for line in embedded(text)["sweeps"] for row in line["rows"]]
    assert {row["proxy_low"] for row in rows} == {None}


def test_failed_cells_and_an_unfinished_run_are_named_with_their_reason(tmp_path):
    with RunFolder.open(tmp_path / "run", "kl-sweep", CONFIG, seeds=[0]) as run:
        run.cell("ordinary", 0, "abc").fail("loss is NaN at step <7>")
        text = html(run, [], {})
    assert "ordinary-seed0-abc: loss is NaN at step &lt;7&gt;" in text
    assert "1 cell failed" in text
    assert "“running”" in text
    assert "No points were measured" in text
    assert "No responses were kept." in text


def test_a_study_without_penalties_and_without_a_stated_question_is_shown(tmp_path):
    def sampled(arm, seed):
        return points(arm, seed, betas=(), best_of=(2, 4))

    run = make_run(tmp_path / "run", arms=("mine",), seeds=(0, 1), rows=sampled, config={})
    text = page(run)
    assert "No optimizer in this run had a penalty." in text
    assert [line["optimizer"] for line in embedded(text)["sweeps"]] == ["best_of_n"]
    assert "best of 4" in text


def test_names_from_settings_and_findings_are_escaped(tmp_path):
    config = {"study": {"question": "<script>x</script>"}, "<u>": ["</pre>", {"a": "&"}]}
    run = make_run(tmp_path / "run", arms=("<s>",), seeds=(0,), rows=few, config=config)
    text = Reader(page(run))
    assert text.count("script") == 4
    assert not {tag for tag, _ in text.tags} & {"u", "s"}
    assert "<script>x</script>" in text.words
