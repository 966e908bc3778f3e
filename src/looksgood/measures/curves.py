"""Means over seeds with their intervals, for every measured checkpoint: the lines of a report."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from looksgood.core.errors import DataError
from looksgood.runs.tables import CHANNEL

Row = Mapping[str, Any]

KEY = ("study", "arm", "optimizer", "beta", "n", "step")
"""What names a checkpoint; rows that differ in the seed only are averaged."""

SCORES = ("kl", "proxy", "rater", "gold")
GAPS = {"gap_1": ("proxy", "rater"), "gap_2": ("rater", "gold")}
"""Gap 1 is proxy − rater (reward-model error); gap 2 is rater − gold (rater error)."""


def curves(points: Iterable[Row]) -> list[dict[str, Any]]:
    """Average the rows of a points table over seeds, checkpoint by checkpoint.

    Each row returned holds the columns of `KEY` and

    * `final`: whether no later step exists under the same arm, optimizer, beta and n;
    * `seeds`: how many seeds were measured there;
    * for each of kl, proxy, rater, gold, gap_1, gap_2 and every `channel.NAME`: its mean over the
      seeds where it is known, `…_low` and `…_high` (95% Student-t interval over seeds; null with
      fewer than two, where the error is unknown and not 0), and `…_count`, those seeds;
    * `d` = √(mean KL), in √nats: KL is averaged first, since single estimates may be negative. A
      mean below zero is drawn at 0;
    * `by_seed`: the same quantities and `d` for each seed alone, by seed.

    Scores and gaps are in units of the base's within-prompt sd, KL in nats. Where policies learn
    from scratch there is no KL: it and `d` are null, `step` and `channel.actions` tell checkpoints
    apart, and rater and gold are what the study says, such as shares of episodes; a gap then is a
    difference of unlike things unless both are in one unit. What no seed knows is null. Rows come
    by arm in order of appearance, then optimizer, beta, n and step.

    Raises:
        DataError: two rows measure the same checkpoint of the same seed.
    """
    rows = list(points)
    names = sorted({name for row in rows for name in row if name.startswith(CHANNEL)})
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row.get(name) for name in KEY)].append(row)
    last = _last_steps(groups)
    arms = list(dict.fromkeys(key[1] for key in groups))
    ordered = sorted(groups, key=lambda key: (arms.index(key[1]), *map(_null_first, key)))
    return [_averaged(key, groups[key], key[-1] == last[key[:-1]], names) for key in ordered]


def mean_and_interval(values: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    """Return the mean of independent runs and the ends of its 95% Student-t interval.

    One run is an anecdote: its interval is unknown (None), never of width 0.
    """
    from scipy.special import stdtrit  # imported late: scipy.stats alone takes a second

    count = len(values)
    if count == 0:
        return None, None, None
    mean = math.fsum(values) / count
    if count == 1:
        return mean, None, None
    variance = math.fsum((value - mean) ** 2 for value in values) / (count - 1)
    half = float(stdtrit(count - 1, 0.975)) * math.sqrt(variance / count)
    return mean, mean - half, mean + half


def _averaged(
    key: tuple[Any, ...], rows: Sequence[Row], final: bool, channels: Sequence[str]
) -> dict[str, Any]:
    by_seed = sorted((_of_seed(row, channels) for row in rows), key=lambda row: row["seed"])
    seeds = [row["seed"] for row in by_seed]
    if len(set(seeds)) < len(seeds):
        where = ", ".join(f"{n}={v}" for n, v in zip(KEY, key, strict=True) if v is not None)
        twice = next(seed for seed in seeds if seeds.count(seed) > 1)
        raise DataError(
            f"seed {twice} has {seeds.count(twice)} points at {where}: averaged, they would count "
            "as independent. Keep one of them"
        )
    averaged = dict(zip(KEY, key, strict=True)) | {"final": final, "seeds": len(seeds)}
    for name in (*SCORES, *GAPS, *channels):
        known = [row[name] for row in by_seed if row[name] is not None]
        mean, low, high = mean_and_interval(known)
        averaged |= {name: mean, f"{name}_low": low, f"{name}_high": high}
        averaged[f"{name}_count"] = len(known)
    return averaged | {"d": _distance(averaged["kl"]), "by_seed": by_seed}


def _of_seed(row: Row, channels: Sequence[str]) -> dict[str, Any]:
    values = {name: _known(row.get(name)) for name in (*SCORES, *channels)}
    for gap, (over, under) in GAPS.items():
        high, low = values[over], values[under]
        values[gap] = None if high is None or low is None else high - low
    return {"seed": row["seed"], "d": _distance(values["kl"]), **values}


def _last_steps(keys: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], int]:
    last: dict[tuple[Any, ...], int] = {}
    for *line, step in keys:
        last[tuple(line)] = max(step, last.get(tuple(line), step))
    return last


def _known(value: Any) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _distance(kl: float | None) -> float | None:
    return None if kl is None else math.sqrt(max(kl, 0.0))


def _null_first(value: Any) -> tuple[bool, Any]:
    return (value is not None, 0 if value is None else value)
