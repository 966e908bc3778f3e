"""Pairs from an audit's next_labels.csv: those of its responses that answer one prompt."""

import csv
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

from looksgood.audits.experts.spreadsheet import unquoted
from looksgood.campaigns.sources.drawn import Drawn, Wish
from looksgood.core.errors import DataError
from looksgood.rating.pairs import NewPair

NEEDED = ("prompt", "completion", "id", "run", "step", "proxy")


def labels_pairs(path: Path, wish: Wish) -> Drawn:
    """Return pairs of two listed responses to one prompt, of two checkpoints where there are such.

    Raises:
        DataError: no such table, or no prompt is listed twice.
    """
    rows = _rows(path)
    prompts: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for row in rows:
        prompts.setdefault((row["run"], row["prompt"]), []).append(row)
    found = []
    for same in prompts.values():
        two = [pair for pair in combinations(same, 2) if _texts(pair)[0] != _texts(pair)[1]]
        across = [pair for pair in two if pair[0]["step"] != pair[1]["step"]]
        wanted = two if wish.compare == "within" else across or two
        found += wanted
    if not found:
        raise DataError(
            f"{path}: its {len(rows)} responses are to {len(prompts)} prompts, none of them twice, "
            "so nothing can be compared; label them one by one, for `looksgood audit --expert`"
        )
    order = wish.seed.child("labels").numpy().permutation(len(found))[: wish.pairs]
    return Drawn([_pair(*found[i]) for i in order])


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"{path}: no table of next labels: {error}") from error
    lacking = [name for name in NEEDED if not rows or rows[0].get(name) is None]
    if lacking:
        raise DataError(f"{path}: no table of next labels: column {lacking[0]!r} is missing")
    return [
        {name: unquoted(value or "") for name, value in row.items() if name is not None}
        for row in rows
    ]


def _texts(pair: tuple[Mapping[str, str], Mapping[str, str]]) -> tuple[str, str]:
    return pair[0]["completion"], pair[1]["completion"]


def _pair(one: Mapping[str, str], other: Mapping[str, str]) -> NewPair:
    extra: dict[str, object] = {"run": one["run"]}
    for side, row in (("first", one), ("second", other)):
        extra[f"id_{side}"] = row["id"]
        for name in ("step", "proxy"):
            if row[name]:
                extra[f"{name}_{side}"] = float(row[name])
    return NewPair(one["prompt"], one["completion"], other["completion"], extra=extra)
