"""Which curve rows form which line of a figure. Rows are chosen and ordered, never computed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from looksgood.reports.palette import arm_order
from looksgood.runs.tables import CHANNEL

Row = Mapping[str, Any]

CHANCE = ".chance"
"""Ending of how often a policy says something, as far as its responses tell."""
ACTIONS = f"{CHANNEL}actions"
"""Commands that bodies in a simulation were given so far."""
_ASIDE = (
    *(".score", ".wrongly_approved", ".misjudged"),
    *(".said", ".added", ".worth.proxy", ".worth.rater"),
    *(".compared", ".preference.proxy", ".preference.rater"),
)
"""Endings of what is measured for statistics only: of a panel's raters beside their approval, of
strategies beside their chance, of siding with askers beside its share."""
_OTHER_PENALTIES = ("chi2_rloo", "dpo")
"""Optimizers whose β is no price of a nat in base sd: it is one of χ², or in logits."""
_KL_TICKS = (
    0,
    0.01,
    0.05,
    0.1,
    0.2,
    0.5,
    1,
    2,
    4,
    8,
    15,
    25,
    40,
    60,
    100,
    150,
    250,
    400,
    600,
    1000,
)


class Line(NamedTuple):
    """Rows to be joined by a line."""

    arm: str
    optimizer: str
    beta: float | None
    rows: list[Row]

    def seeds(self) -> list[int]:
        """Return the seeds measured anywhere on the line."""
        return sorted({seed["seed"] for row in self.rows for seed in row["by_seed"]})

    def of_seed(self, seed: int, x: str, y: str) -> list[tuple[float | None, float | None]]:
        """Return one seed's places on the line, by x; what it does not know is None.

        `x` and `y` name columns; one that a seed has no value of its own for (step) is the row's.
        """
        places = [
            (own.get(x, row.get(x)), own[y])
            for row in self.rows
            for own in row["by_seed"]
            if own["seed"] == seed
        ]
        return sorted(places, key=lambda place: (place[0] is None, place[0] or 0.0))


def sweeps(curves: Sequence[Row]) -> list[Line]:
    """Return, for each arm and optimizer, its final checkpoints from the base on, by KL.

    Best-of-n comes after what was trained. An optimizer that ran with one setting only has one
    final checkpoint: its line then follows the steps of training.
    """
    lines = []
    for (arm, optimizer), rows in _groups(curves).items():
        settings = {(row["beta"], row["n"]) for row in rows}
        chosen = [row for row in rows if row["final"] or len(settings) == 1]
        drawn = [row for row in (*_base(curves, arm), *chosen) if row["d"] is not None]
        if drawn:
            lines.append(Line(arm, optimizer, None, sorted(drawn, key=lambda row: row["d"])))
    return lines


def paths(curves: Sequence[Row]) -> list[Line]:
    """Return, for each arm and optimizer, all steps under its weakest penalty, by step."""
    lines = []
    for (arm, optimizer), rows in _groups(curves).items():
        betas = [row["beta"] for row in rows if row["beta"] is not None]
        beta = min(betas) if betas else None
        chosen = [row for row in rows if row["beta"] == beta and row["n"] is None]
        if len({row["step"] for row in chosen}) < 2:
            continue
        starts = [] if any(row["step"] == 0 for row in chosen) else _base(curves, arm)
        ordered = sorted((*starts, *chosen), key=lambda row: row["step"])
        lines.append(Line(arm, optimizer, beta, ordered))
    return lines


def trajectories(curves: Sequence[Row]) -> list[Line]:
    """Return, where an arm has several penalties, each one's whole way from the base on, by step.

    Only ways of three measured steps or more: fewer show an end, not a way.
    """
    lines = []
    for (arm, optimizer), rows in _groups(curves).items():
        ways: dict[float, list[Row]] = {}
        for row in rows:
            if row["beta"] is not None and row["step"] > 0 and row["d"] is not None:
                ways.setdefault(row["beta"], []).append(row)
        long = {beta: way for beta, way in ways.items() if len(way) >= 3}
        if len(long) < 2:
            continue
        for beta in sorted(long, reverse=True):
            ordered = sorted(long[beta], key=lambda row: row["step"])
            lines.append(Line(arm, optimizer, beta, [*_base(curves, arm), *ordered]))
    return lines


def is_learning(curves: Sequence[Row]) -> bool:
    """Say whether policies learned from scratch: KL is known nowhere, but steps were measured."""
    return all(row["kl"] is None for row in curves) and any(row["step"] > 0 for row in curves)


def spent(lines: Sequence[Line]) -> tuple[str, str]:
    """Return the column that tells how far training had come, and what it counts."""
    if lines and all(row.get(ACTIONS) is not None for line in lines for row in line.rows):
        return ACTIONS, "environment actions"
    return "step", "iterations"


def are_shares(lines: Sequence[Line], names: Sequence[str]) -> bool:
    """Say whether all that is known of `names` lies between 0 and 1."""
    known = [row.get(name) for line in lines for row in line.rows for name in names]
    return all(0 <= value <= 1 for value in known if value is not None)


def measured(curves: Sequence[Row], names: Iterable[str]) -> list[str]:
    """Return those of `names` that are known anywhere."""
    return [name for name in names if any(row.get(name) is not None for row in curves)]


def penalties(curves: Sequence[Row]) -> list[Line]:
    """Return, for each arm and optimizer, its final checkpoints by penalty, the weakest first.

    Only penalties in base sd per nat: on one axis others would be compared that are not alike.
    """
    lines = []
    for (arm, optimizer), rows in _groups(curves).items():
        if optimizer in _OTHER_PENALTIES:
            continue
        chosen = [
            row
            for row in rows
            if row["final"] and row["beta"] is not None and row["kl"] is not None and row["kl"] > 0
        ]
        if chosen:
            ordered = sorted(chosen, key=lambda row: row["beta"])
            lines.append(Line(arm, optimizer, None, ordered))
    return lines


def ends(curves: Sequence[Row]) -> list[Row]:
    """Return, for each arm and optimizer, where the strongest optimisation ended."""
    found = []
    for rows in _groups(curves).values():
        final = [row for row in rows if row["final"]]
        found.append(min(final, key=lambda r: (_or(r["beta"], 0.0), -_or(r["n"], 0), -r["step"])))
    return found


def channels(curves: Sequence[Row]) -> tuple[list[str], list[str]]:
    """Return the channels that ever differ from 0, and those that never do (or are unknown)."""
    names = dict.fromkeys(n for row in curves for n in row if is_shown(n))
    plain = [name for name in names if f"{name}_count" in names]
    seen = [name for name in plain if any(row.get(name) for row in curves)]
    return seen, [name for name in plain if name not in seen]


def is_shown(name: str) -> bool:
    """Say whether a column is a channel to look at."""
    return name.startswith(CHANNEL) and not name.endswith(_ASIDE)


def kl_ticks(lines: Sequence[Line]) -> list[float]:
    """Choose KL values (nats) to write on an axis whose positions are √KL."""
    farthest = max((row["kl"] for line in lines for row in line.rows), default=1.0)
    shown: list[float] = []
    for tick in _KL_TICKS:
        apart = tick**0.5 - (shown[-1] ** 0.5 if shown else -1e9)
        if tick <= farthest * 1.02 and apart >= 0.15 * max(farthest, 0.01) ** 0.5:
            shown.append(tick)
    return shown


def compared_arms(arms: Sequence[str]) -> list[str]:
    """Return the arms that differ in the rater's blind spots only, or all where those are not."""
    both = [arm for arm in ("ordinary", "oracle") if arm in arms]
    return both if len(both) == 2 else list(arms)


def place_of_no_penalty(lines: Sequence[Line]) -> float:
    """Choose where on a logarithmic axis β = 0 is drawn: left of every penalty."""
    positive = [row["beta"] for line in lines for row in line.rows if row["beta"] > 0]
    return min(positive) / 4 if positive else 1.0


def most_seeds(curves: Sequence[Row]) -> int:
    """Count the seeds behind the best-covered checkpoint."""
    return max((row["seeds"] for row in curves), default=0)


def several_seeds(lines: Sequence[Line]) -> bool:
    """Say whether any checkpoint on the lines has more than one seed."""
    return most_seeds([row for line in lines for row in line.rows]) > 1


def _groups(curves: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    arms = arm_order(row["arm"] for row in curves)
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(curves, key=lambda r: (arms.index(r["arm"]), r["optimizer"] == "best_of_n")):
        if row["optimizer"] != "base":
            groups.setdefault((row["arm"], row["optimizer"] or "unknown"), []).append(row)
    return groups


def _base(curves: Sequence[Row], arm: str) -> list[Row]:
    return [row for row in curves if row["optimizer"] == "base" and row["arm"] == arm][:1]


def _or(value: float | None, instead: float) -> float:
    return instead if value is None else value
