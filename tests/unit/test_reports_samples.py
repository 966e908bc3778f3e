from looksgood.measures.curves import curves
from looksgood.reports import samples
from looksgood.reports.samples import shown_samples
from tests.reports_tables import points
from tests.reports_tables import samples as kept_samples


def shown(rows, **more):
    return shown_samples(kept_samples(rows, **more), curves(rows))


def test_levels_are_last_steps_by_kl_from_the_base_on():
    levels = shown(points("ordinary", 0))["levels"]
    assert levels[0]["optimizer"] == "base"
    kls = [level["kl"] for level in levels]
    assert kls == sorted(kls)
    assert len(levels) == 1 + 4 + 8
    assert {level["step"] for level in levels if level["optimizer"] == "rloo"} == {60}


def test_a_level_whose_kl_was_not_measured_comes_last_and_says_so():
    rows = points("ordinary", 0, betas=(1.0, 0.1), best_of=())
    only = [row for row in rows if row["beta"] != 1.0]
    levels = shown_samples(kept_samples(rows), curves(only))["levels"]
    assert [(level["beta"], level["kl"] is None) for level in levels] == [
        (None, False),
        (0.1, False),
        (1.0, True),
    ]


def test_prompts_are_taken_from_families_in_turn_in_the_order_of_the_table():
    prompts = [(f"{family}:{i}", "?") for family in ("fact", "choice") for i in range(20)]
    data = shown(points("ordinary", 0, betas=(), best_of=()), prompts=prompts)
    ids = [prompt["id"] for prompt in data["prompts"]]
    assert ids[:4] == ["choice:0", "fact:0", "choice:1", "fact:1"]
    assert len(ids) == samples.PROMPTS_SHOWN
    assert data["kept"] == 40


def test_a_small_family_leaves_its_places_to_the_others():
    prompts = [("a:0", "?"), *((f"b:{i}", "?") for i in range(20))]
    data = shown(points("ordinary", 0, betas=(), best_of=()), prompts=prompts)
    assert [prompt["family"] for prompt in data["prompts"]].count("b") == samples.PROMPTS_SHOWN - 1


def test_responses_come_with_scores_and_traits_and_unknown_stays_null():
    rows = [row | {"gold": None} for row in points("ordinary", 0, betas=(), best_of=())]
    data = shown(rows)
    level, prompt, response, proxy, rater, gold, traits = data["rows"][0]
    assert (level, response, proxy, gold) == (0, "the capital of avalon is 0 .", 0.0, None)
    assert rater == rows[0]["rater"]
    assert [(data["channels"][at], value) for at, value in traits] == [("words", 7.0)]
    assert data["prompts"][prompt]["text"] == "what is the capital of avalon ?"


def test_only_the_first_responses_at_a_level_are_shown_and_long_ones_are_cut_aloud():
    rows = kept_samples(points("ordinary", 0, betas=(), best_of=()), text="x" * 5000) * 4
    data = shown_samples(rows, [])
    assert len(data["rows"]) == 3 * samples.RESPONSES_SHOWN
    assert data["rows"][0][2].endswith("[5000 characters in all]")


def test_ids_without_a_family_and_texts_that_are_missing_are_no_obstacle():
    rows = kept_samples(points("ordinary", 0, betas=(), best_of=()), prompts=[("7", None)])
    (prompt,) = shown_samples(rows, [])["prompts"]
    assert prompt == {"id": "7", "family": "", "text": ""}


def test_no_samples():
    assert shown_samples([], []) == {
        "prompts": [],
        "channels": [],
        "levels": [],
        "rows": [],
        "kept": 0,
    }
