"""What is shown of policies that learn from scratch, and what it is called."""

from collections.abc import Mapping, Sequence
from typing import Any

from looksgood.reports import lines as chosen
from looksgood.reports.lines import ACTIONS, Line
from looksgood.reports.palette import LIFTED, OUTCOMES, optimizer_label
from looksgood.runs.tables import CHANNEL

Row = Mapping[str, Any]

CONTACT = f"{CHANNEL}contact"
FALSE_APPROVAL = f"{CHANNEL}false_approval"
ACCURACY = f"{CHANNEL}held_out_accuracy"
CEILING = f"{CHANNEL}accuracy_ceiling"
LABELS = f"{CHANNEL}labels"
COIN = 0.5
"""The accuracy of a guess."""
_DRAWN_APART = (ACTIONS, CONTACT, FALSE_APPROVAL, ACCURACY, CEILING, LABELS)
SET = (ACTIONS, LABELS)
"""Columns that the settings fix: they are counted, so they have no interval."""


def outcomes(curves: Sequence[Row]) -> dict[str, dict[str, str]]:
    """Return the style and name of each outcome of episodes that was measured."""
    shown = {name: dict(OUTCOMES[name]) for name in chosen.measured(curves, OUTCOMES)}
    if CONTACT in shown and "gold" in shown:
        shown["gold"]["label"] = LIFTED
    return shown


def outcome_axis(lines: Sequence[Line], names: Mapping[str, Any]) -> str:
    """Say what outcomes count: a world's gold may be a sum instead of yes or no."""
    return "shares of episodes" if chosen.are_shares(lines, list(names)) else "means per episode"


def traits(curves: Sequence[Row]) -> tuple[list[str], list[str]]:
    """Return the channels without a figure of their own: those that ever differ from 0, and not."""
    seen, unseen = (
        [n for n in names if n not in _DRAWN_APART] for names in chosen.channels(curves)
    )
    return seen, unseen


def heads(curves: Sequence[Row]) -> dict[str, str]:
    """Return the columns of the table of numbers that were measured, with their titles."""
    titles = {ACTIONS: "actions"}
    titles |= {name: style["label"] for name, style in outcomes(curves).items()}
    titles |= {"rater": "approved"}
    titles |= {FALSE_APPROVAL: "false approval", LABELS: "comparisons"}
    titles |= {ACCURACY: "held-out accuracy", CEILING: "its ceiling"}
    return {name: titles[name] for name in chosen.measured(curves, titles)}


def stage(row: Row) -> str:
    """Say how long the policy had learned."""
    if row.get("optimizer") == "base":
        return "start"
    return f"{optimizer_label(row.get('optimizer'))}, iteration {row.get('step')}"
