import json
import re

import pytest

from looksgood.cli.report import render_run
from looksgood.measures.curves import curves
from looksgood.reports import lines
from looksgood.reports.figures import draw
from looksgood.reports.learning_words import outcome_axis, outcomes, stage, traits
from looksgood.reports.page import html
from tests import reports_tables
from tests.learning_tables import CONFIG, make_run, points
from tests.unit.test_reports_page import Reader, embedded

STEPS = (0, 130, 260)


def few(arm, seed):
    return points(arm, seed, steps=STEPS)


def table(arms=("random", "one-camera"), seeds=(0, 1), steps=STEPS, **more):
    rows = [row for arm in arms for seed in seeds for row in points(arm, seed, steps=steps)]
    return curves([row | more for row in rows])


def without(rows, *dropped):
    return [{k: v for k, v in row.items() if k not in dropped} for row in rows]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    path = tmp_path_factory.mktemp("learning") / "run"
    run = make_run(path, arms=("one-camera", "gold", "<i>"), seeds=(0, 1), rows=few)
    return run, render_run(run)


def test_the_page_follows_from_the_tables():
    assert lines.is_learning(table())
    assert not lines.is_learning(table(kl=0.5))
    assert not lines.is_learning(table(steps=(0,)))  # nothing was trained: reward-fit
    assert not lines.is_learning([])


def test_a_run_without_kl_is_rendered_as_learning_with_the_layout_of_all_pages(rendered):
    _, path = rendered
    page = Reader(path.read_text())
    figures = {a["data-figure"] for _, a in page.tags if "data-figure" in a}
    assert figures == {"learning", "false_approval", "reward_model", "channels"}
    for section in ("findings", "learning", "films", "controls", "settings"):
        assert ("section", section) in {(tag, a.get("id")) for tag, a in page.tags}
    assert CONFIG["study"]["question"] in page.words
    assert "1 of 2 criteria met." in page.words
    assert "looksgood run ball-and-camera --preset standard --seeds 2" in page.words
    assert page.count("i") == 0  # an arm's name is text


def test_a_run_with_kl_keeps_its_own_page(tmp_path):
    run = reports_tables.make_run(
        tmp_path / "run",
        arms=("ordinary",),
        seeds=(0,),
        rows=lambda arm, seed: reports_tables.points(arm, seed, betas=(0.0,), best_of=()),
    )
    text = html(run, curves(run.points().to_pylist()), {})
    assert 'id="samples"' in text
    assert "sweeps" in embedded(text)
    assert 'id="films"' not in text


def test_films_lie_in_the_page_and_nothing_is_loaded_from_anywhere(rendered):
    _, path = rendered
    tags = Reader(path.read_text()).tags
    sources = [attributes["src"] for _, attributes in tags if "src" in attributes]
    assert len(sources) == 3 * 2 * 3
    assert all(source.startswith("data:video/mp4;base64,") for source in sources)
    posters = [a["poster"] for tag, a in tags if tag == "video"]
    assert all(poster.startswith("data:image/png;base64,") for poster in posters)
    policy = next(a["content"] for _, a in tags if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; ")
    assert "media-src data:;" in policy


def test_every_film_can_be_played_and_says_what_it_shows(rendered):
    _, path = rendered
    films = [a for tag, a in Reader(path.read_text()).tags if tag == "video"]
    for film in films:
        assert {"controls", "loop", "muted", "playsinline"} <= film.keys()
    assert films[2]["aria-label"] == (
        "one-camera, seed 0, end of training: front: the raters' camera | "
        "side view: no rater sees it; rater: success, truth: not lifted, no contact"
    )


def test_the_first_seed_is_open_and_the_others_can_be_opened(rendered):
    _, path = rendered
    blocks = [a for _, a in Reader(path.read_text()).tags if a.get("class") == "films"]
    assert ["open" in block for block in blocks] == [True, False]


def test_scripts_set_text_and_never_markup(rendered):
    _, path = rendered
    own = re.findall(r"<script>(.*?)</script>", path.read_text(), re.DOTALL)[1:]
    assert own
    for script in own:
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", script)


def test_equal_tables_give_an_equal_page(rendered):
    run, path = rendered
    names = ("learning", "false_approval", "reward_model", "channels")
    figures = {name: run.path / "figures" / f"{name}.svg" for name in names}
    assert html(run, curves(run.points().to_pylist()), figures) == path.read_text()


def test_lines_go_by_actions_where_they_were_counted_and_by_iterations_elsewhere():
    counted = lines.paths(table())
    assert lines.spent(counted) == ("channel.actions", "environment actions")
    assert [row["channel.actions"] for row in counted[0].rows] == [0, 499_200, 998_400]
    rows = without(points("one-camera", 0, steps=STEPS), "channel.actions")
    assert lines.spent(lines.paths(curves(rows))) == ("step", "iterations")


def test_the_scripts_get_each_seed_and_the_mean_with_its_interval(rendered):
    _, path = rendered
    data = embedded(path.read_text())
    assert data["progress"] == {"column": "channel.actions", "title": "environment actions"}
    assert list(data["arms"]) == ["one-camera", "gold", "<i>"]
    assert data["reward_model"] == ["channel.held_out_accuracy", "channel.labels"]
    middle = next(line for line in data["lines"] if line["arm"] == "one-camera")["rows"][1]
    own = [few("one-camera", seed)[1]["rater"] for seed in (0, 1)]
    assert [seed["rater"] for seed in middle["by_seed"]] == pytest.approx(own, rel=1e-5)
    assert middle["rater"] == pytest.approx(sum(own) / 2, rel=1e-5)
    assert middle["rater_low"] < min(own)
    gold = next(line for line in data["lines"] if line["arm"] == "gold")["rows"][-1]
    assert gold["channel.held_out_accuracy"] is None  # no r̂ there: unknown, not 0


def test_gold_is_called_lifted_only_where_contact_was_measured():
    with_contact = table()
    assert outcomes(with_contact)["gold"]["label"] == "lifted (gold)"
    rows = without(points("one-camera", 0), "channel.contact")
    assert outcomes(curves(rows))["gold"]["label"] == "gold (truth)"


def test_outcomes_are_called_shares_only_where_they_are():
    names = ("rater", "gold")
    shares = table()
    assert outcome_axis(lines.paths(shares), dict.fromkeys(names)) == "shares of episodes"
    returns = table(gold=-7.5)
    assert outcome_axis(lines.paths(returns), dict.fromkeys(names)) == "means per episode"


def test_what_has_a_figure_of_its_own_is_no_trait():
    seen, unseen = traits(table())
    assert seen == ["channel.enclosure", "channel.hand_y", "channel.seen_enclosure"]
    assert unseen == ["channel.approved_both"]


def test_a_stage_is_the_start_or_an_iteration():
    assert stage({"optimizer": "base", "step": 0}) == "start"
    assert stage({"optimizer": "trpo", "step": 26}) == "TRPO, iteration 26"


def test_a_task_without_pictures_is_shown_with_what_it_knows(tmp_path):
    def task(arm, seed):
        kept = ("study", "arm", "seed", "step", "optimizer", "samples", "proxy")
        rows = few(arm, seed)
        return [{name: row[name] for name in kept} | {"gold": -9.0 + row["step"]} for row in rows]

    run = make_run(tmp_path / "run", arms=("mine",), seeds=(0,), rows=task, filmed=None)
    page = Reader(html(run, curves(run.points().to_pylist()), {}))
    for said in (
        "False approval was not measured.",
        "No arm had a reward model that was fitted to answers.",
        "No other channels were measured.",
        "No films were made in this run.",
    ):
        assert said in page.words
    assert "contact" not in " ".join(page.words).lower()


@pytest.mark.slow
def test_every_figure_is_written_as_png_and_svg(tmp_path):
    written = draw(tmp_path, table())
    assert list(written) == ["learning", "false_approval", "reward_model", "channels"]
    for path in written.values():
        assert path.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
        assert path.read_text().rstrip().endswith("</svg>")


@pytest.mark.slow
def test_what_was_not_measured_has_no_figure(tmp_path):
    kept = ("study", "arm", "seed", "step", "optimizer", "gold")
    rows = [{name: row[name] for name in kept} for row in points("one-camera", 0, steps=STEPS)]
    assert list(draw(tmp_path, curves(rows))) == ["learning"]


def test_data_is_strict_json(rendered):
    _, path = rendered
    text = re.search(r'id="data">(.*?)</script>', path.read_text(), re.DOTALL)[1]
    assert "<" not in text
    json.loads(text, parse_constant=lambda name: pytest.fail(name))
