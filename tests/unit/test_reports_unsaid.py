"""Findings without a number: together by the reason, and not lost."""

from looksgood.reports.unsaid import unsaid_by_reason

SAID = {"name": "said", "met": False, "estimate": 0.2, "controls": ""}
UNTOLD = {"name": "one seed", "met": None, "estimate": 0.2, "controls": "1 seed: an anecdote"}
OF_ARM = {"met": None, "estimate": None, "controls": "cannot say: no complete cells of arm harm"}
NO_REASON = {"name": "bare", "met": None, "estimate": None, "controls": ""}


def test_those_of_one_reason_are_together_in_their_order():
    several = [{**OF_ARM, "name": "a"}, SAID, NO_REASON, UNTOLD, {**OF_ARM, "name": "b"}]
    found = unsaid_by_reason(several)
    assert {reason: [row["name"] for row in rows] for reason, rows in found.items()} == {
        "no complete cells of arm harm": ["a", "b"],
        "no reason was given": ["bare"],
    }


def test_where_all_is_said_there_is_none():
    assert unsaid_by_reason([SAID, UNTOLD]) == {}
