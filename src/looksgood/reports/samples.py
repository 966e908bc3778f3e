"""Which kept responses the page shows: chosen by their place in the table, never by score."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from looksgood.reports.lines import is_shown
from looksgood.reports.palette import arm_order, level_label, optimizer_label
from looksgood.runs.tables import CHANNEL

Row = Mapping[str, Any]

PROMPTS_SHOWN = 16
RESPONSES_SHOWN = 2
"""To one prompt at one level; all are in samples.parquet."""
CHARACTERS_SHOWN = 1500

_LEVEL = ("arm", "seed", "optimizer", "beta", "n", "step")


def shown_samples(samples: Iterable[Row], curves: Sequence[Row]) -> dict[str, Any]:
    """Choose prompts (families in turn, in the table's order) and their responses at each level.

    A level is the last kept step of one arm, seed, optimizer, penalty and n; levels come by the
    KL that was measured there, those of unknown KL last. Returns plain data for the page:

    * `prompts`: id, family and text;  `channels`: names, without prefix;
    * `levels`: arm, seed, optimizer, beta, n, step, kl (nats, null if unknown) and labels;
    * `rows`: level, prompt, response, proxy, rater, gold and [channel, value] where not 0;
      level, prompt and channel are places in the lists above;
    * `kept`: how many responses the table holds.
    """
    rows = list(samples)
    last: dict[tuple[Any, ...], int] = {}
    for row in rows:
        line = tuple(row[name] for name in _LEVEL[:-1])
        last[line] = max(row["step"], last.get(line, row["step"]))
    at_end = [row for row in rows if row["step"] == last[tuple(row[n] for n in _LEVEL[:-1])]]
    prompts = _chosen_prompts(at_end)
    keys = _ordered_levels(at_end, _kl_by_level(curves))
    channels = sorted({name for row in at_end for name in row if is_shown(name)})
    return {
        "prompts": list(prompts.values()),
        "channels": [name.removeprefix(CHANNEL) for name in channels],
        "levels": list(keys.values()),
        "rows": _chosen_rows(at_end, list(prompts), list(keys), channels),
        "kept": len(rows),
    }


def family(prompt_id: str | None) -> str:
    """Return a prompt's family: its id up to the first colon, where it has one."""
    head, colon, _ = (prompt_id or "").partition(":")
    return head if colon else ""


def _chosen_prompts(rows: Sequence[Row]) -> dict[Any, dict[str, str]]:
    by_family: dict[str, list[Row]] = {}
    for row in {row["prompt_id"]: row for row in reversed(rows)}.values():
        by_family.setdefault(family(row["prompt_id"]), []).append(row)
    found: dict[Any, dict[str, str]] = {}
    queues = [list(queue) for _, queue in sorted(by_family.items())]  # last of each comes first
    while queues and len(found) < PROMPTS_SHOWN:
        for queue in queues[: PROMPTS_SHOWN - len(found)]:
            row = queue.pop()
            about = {"id": str(row["prompt_id"]), "family": family(row["prompt_id"])}
            found[row["prompt_id"]] = about | {"text": _cut(row["prompt"])}
        queues = [queue for queue in queues if queue]
    return found


def _kl_by_level(curves: Sequence[Row]) -> dict[tuple[Any, ...], float | None]:
    return {
        tuple({**row, "seed": own["seed"]}[name] for name in _LEVEL): own["kl"]
        for row in curves
        for own in row["by_seed"]
    }


def _ordered_levels(
    rows: Sequence[Row], kls: Mapping[tuple[Any, ...], float | None]
) -> dict[tuple[Any, ...], dict[str, Any]]:
    arms = arm_order(row["arm"] for row in rows)
    levels = {}
    for row in rows:
        key = tuple(row[name] for name in _LEVEL)
        if key not in levels:
            names = {"optimizer": row["optimizer"] or "unknown", "kl": kls.get(key)}
            labels = {"label": level_label(row), "by": optimizer_label(names["optimizer"])}
            levels[key] = {**dict(zip(_LEVEL, key, strict=True)), **names, **labels}

    def place(key: tuple[Any, ...]) -> tuple[Any, ...]:
        level = levels[key]
        known = level["kl"] is not None
        is_base = level["optimizer"] == "base"
        return (arms.index(level["arm"]), level["seed"], not is_base, not known, level["kl"] or 0.0)

    return {key: levels[key] for key in sorted(levels, key=place)}


def _chosen_rows(
    rows: Sequence[Row], prompts: list[Any], levels: list[Any], channels: Sequence[str]
) -> list[list[Any]]:
    prompt_at = {prompt: i for i, prompt in enumerate(prompts)}
    level_at = {level: i for i, level in enumerate(levels)}
    taken: dict[tuple[int, int], int] = {}
    found = []
    for row in rows:
        prompt = prompt_at.get(row["prompt_id"])
        if prompt is None:
            continue
        place = (level_at[tuple(row[name] for name in _LEVEL)], prompt)
        taken[place] = taken.get(place, 0) + 1
        if taken[place] > RESPONSES_SHOWN:
            continue
        traits = [[i, row[name]] for i, name in enumerate(channels) if row.get(name)]
        scores = [row[score] for score in ("proxy", "rater", "gold")]
        found.append([*place, _cut(row["response"]), *scores, traits])
    return found


def _cut(text: str | None) -> str:
    """Shorten a very long text, aloud."""
    text = text or ""
    if len(text) <= CHARACTERS_SHOWN:
        return text
    return f"{text[:CHARACTERS_SHOWN]} … [{len(text)} characters in all]"
