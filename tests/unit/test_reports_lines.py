from looksgood.measures.curves import curves
from looksgood.reports import lines
from tests.reports_tables import points


def table(**more):
    rows = [*points("random", 0), *points("ordinary", 0), *points("ordinary", 1)]
    return curves([row | more for row in rows])


def test_a_sweep_goes_from_the_base_by_kl_over_final_checkpoints_only():
    first, *_ = lines.sweeps(table())
    assert (first.arm, first.optimizer) == ("ordinary", "rloo")
    assert [row["optimizer"] for row in first.rows] == ["base"] + ["rloo"] * 8
    assert {row["step"] for row in first.rows[1:]} == {60}
    assert [row["d"] for row in first.rows] == sorted(row["d"] for row in first.rows)
    assert [row["beta"] for row in first.rows[1:]][-1] == 0.0


def test_the_tested_arm_comes_before_its_controls_and_best_of_n_after_what_was_trained():
    assert [(line.arm, line.optimizer) for line in lines.sweeps(table())] == [
        ("ordinary", "rloo"),
        ("ordinary", "best_of_n"),
        ("random", "rloo"),
        ("random", "best_of_n"),
    ]


def test_an_optimizer_with_one_setting_is_drawn_along_its_training():
    rows = points("ordinary", 0, betas=(0.0,), best_of=())
    (line,) = lines.sweeps(curves(rows))
    assert [row["step"] for row in line.rows] == [0, 20, 40, 60]


def test_a_checkpoint_of_unknown_kl_is_not_drawn():
    assert lines.sweeps(table(kl=None)) == []
    assert lines.penalties(table(kl=None)) == []


def test_a_path_follows_the_weakest_penalty_from_the_base():
    (line, _) = lines.paths(table())
    assert (line.arm, line.beta) == ("ordinary", 0.0)
    assert [row["step"] for row in line.rows] == [0, 20, 40, 60]


def test_a_penalty_in_another_unit_is_not_put_on_the_same_axis():
    assert lines.penalties([{**row, "optimizer": "chi2_rloo"} for row in table()]) == []


def test_penalties_come_from_none_to_the_strongest_and_never_from_best_of_n():
    (line, _) = lines.penalties(table())
    assert [row["beta"] for row in line.rows] == [0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]
    assert lines.place_of_no_penalty([line]) < 0.001


def test_a_study_of_best_of_n_alone_has_a_sweep_and_nothing_that_needs_a_penalty():
    only = curves(points("ordinary", 0, betas=()))
    assert [line.optimizer for line in lines.sweeps(only)] == ["best_of_n"]
    assert lines.paths(only) == lines.penalties(only) == []
    assert [row["n"] for row in lines.ends(only)] == [64]


def test_the_end_of_an_arm_is_its_weakest_penalty_and_its_largest_n():
    found = [(row["arm"], row["beta"], row["n"], row["step"]) for row in lines.ends(table())]
    assert found == [
        ("ordinary", 0.0, None, 60),
        ("ordinary", None, 64, 0),
        ("random", 0.0, None, 60),
        ("random", None, 64, 0),
    ]


def test_channels_that_never_occur_are_set_apart():
    seen, unseen = lines.channels(table())
    assert seen == [
        f"channel.{n}" for n in ("citations_fabricated", "claim_true", "flattery", "words")
    ]
    assert unseen == ["channel.threat"]


def test_of_a_panel_its_approval_is_shown():
    ends = ("approved", "score", "wrongly_approved", "misjudged")
    rows = [
        {**row, **{f"channel.expert.{end}": 0.5 for end in ends}}
        for row in points("ordinary", 0, best_of=())
    ]
    seen, _ = lines.channels(curves(rows))
    assert [name for name in seen if "expert" in name] == ["channel.expert.approved"]


def test_one_seed_is_found_on_the_line_with_what_it_does_not_know_as_none():
    rows = [*points("ordinary", 0), *(row | {"gold": None} for row in points("ordinary", 1))]
    line = lines.sweeps(curves(rows))[0]
    assert line.seeds() == [0, 1]
    assert {gold for _, gold in line.of_seed(1, "d", "gold")} == {None}
    places = line.of_seed(0, "d", "gold")
    assert len(places) == 9
    assert places == sorted(places)


def test_ticks_of_kl_lie_within_the_data():
    ticks = lines.kl_ticks(lines.sweeps(table()))
    assert ticks[0] == 0
    assert 25 <= ticks[-1] <= 45
