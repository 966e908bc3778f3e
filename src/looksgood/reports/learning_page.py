"""The page of policies that learn from scratch: what they achieve, and films of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from looksgood.reports import lines as chosen
from looksgood.reports.content import numbers
from looksgood.reports.films import films
from looksgood.reports.learning_words import (
    ACCURACY,
    COIN,
    CONTACT,
    FALSE_APPROVAL,
    LABELS,
    SET,
    heads,
    outcome_axis,
    outcomes,
    stage,
    traits,
)
from looksgood.reports.palette import arm_order, arm_styles, optimizer_label
from looksgood.reports.plotted import plotted, symbols
from looksgood.runs import RunFolder
from looksgood.runs.tables import CHANNEL

Row = Mapping[str, Any]

TEMPLATE = "learning.html"
SCRIPTS = (("plotting.js", "learning.js"),)
FIRST_FIGURE = "learning"


def values(run: RunFolder, curves: Sequence[Row]) -> dict[str, Any]:
    """Return what the template shows beside what all pages do; `data` is for its scripts.

    Raises:
        DataError: a films.json is damaged.
    """
    lines, shown = chosen.paths(curves), outcomes(curves)
    (seen, unseen), titles = traits(curves), heads(curves)
    along = [row for line in lines for row in line.rows]
    return {
        "data": _figure_data(curves, lines, seen),
        "is_grasp": CONTACT in shown,
        "progress": chosen.spent(lines)[1],
        "unit": f"outcomes are {outcome_axis(lines, shown)}",
        "numbers": numbers(along, titles, stage, counted=SET),
        "ends": numbers(chosen.ends(curves), titles, stage, counted=SET),
        "unseen": [name.removeprefix(CHANNEL) for name in unseen],
        "films": films(run),
    }


def _figure_data(
    curves: Sequence[Row], lines: Sequence[chosen.Line], seen: Sequence[str]
) -> dict[str, Any]:
    shown = outcomes(curves)
    arms = arm_order(line.arm for line in lines)
    x, title = chosen.spent(lines)
    about_reward = chosen.measured(curves, (ACCURACY, LABELS))
    drawn = [*shown, *chosen.measured(curves, (FALSE_APPROVAL,)), *about_reward, *seen]
    place = () if x == "step" else (x,)  # each row says its step anyway
    return {
        "scores": symbols(shown),
        "arms": symbols(arm_styles(arms)),
        "compared": arms,
        "optimizers": {line.optimizer: optimizer_label(line.optimizer) for line in lines},
        "progress": {"column": x, "title": title},
        "outcome": {
            "title": outcome_axis(lines, shown),
            "shares": chosen.are_shares(lines, list(shown)),
        },
        "reward_model": about_reward,
        "coin": COIN,
        "channels": list(seen),
        "lines": [plotted(line, drawn, ("seed", *place, *drawn), stage, place) for line in lines],
    }
