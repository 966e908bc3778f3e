import pytest

from looksgood.core.in_words import interval, number
from looksgood.reports.content import verdict
from looksgood.reports.wording import answer, duration, flat


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "unknown"),
        (0.0, "0"),
        (0, "0"),
        (-0.4123, "−0.412"),
        (12345.6, "12,346"),
        (0.000123, "1.2e−04"),
        (True, "True"),
        ("text", "text"),
    ],
)
def test_numbers_have_three_digits_and_unknown_is_not_zero(value, text):
    assert number(value) == text


def test_half_an_interval_is_none():
    assert interval(None, 1.0) == interval(0.0, None) == "interval unknown"
    assert interval(-1.0, 2.0) == "[−1, 2]"


def test_what_the_data_cannot_say_is_not_a_no():
    assert [answer(met) for met in (True, False, None)] == ["yes", "no", "cannot say"]


def test_the_verdict_counts_what_was_met_and_what_cannot_be_said():
    assert verdict(["yes", "no", "yes"]) == "2 of 3 criteria met."
    assert verdict(["yes", "cannot say"]) == (
        "1 of 2 criteria met; 1 cannot be said from these data."
    )
    assert "nothing was tested" in verdict([])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "unknown"), (3.21, "3.2 s"), (125, "2 min 5 s"), (7260, "2 h 1 min")],
)
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_settings_are_flattened_to_dotted_names():
    nested = {"world": {"kind": "almanac", "more": {}}, "betas": [0.1, None], "arms": [{"a": 1}]}
    assert flat(nested) == [
        ("world.kind", "almanac"),
        ("betas", "0.1, null"),
        ("arms.0.a", "1"),
    ]
