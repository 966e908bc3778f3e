"""Pairs from the kept responses of a run: a base against what was trained, or two of one policy.

Gold never goes into what an export gives back: it is the pair's truth, told by the world.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product
from pathlib import Path
from typing import Any

from looksgood.campaigns.sources.drawn import Compare, Drawn, Wish
from looksgood.core.errors import ConfigError
from looksgood.rating.pairs import NewPair, Truth
from looksgood.runs import RunFolder

BASE = "base"
"""The optimizer of rows that nothing has optimised."""
_POLICY = ("arm", "seed", "optimizer", "beta", "n", "step")
Row = Mapping[str, Any]


def run_pairs(path: Path, wish: Wish) -> Drawn:
    """Return pairs of responses to one prompt.

    Raises:
        ConfigError: it is no run, a run of films, or kept no two different responses to a prompt.
    """
    run = RunFolder.read(path)
    settings = run.config.get("settings", {})
    if settings.get("world", {}).get("kind") == "grasp":
        from looksgood.campaigns.sources.films import film_pairs

        return film_pairs(settings, wish)
    rows = run.samples().to_pylist()
    kls = _kls(run.points().to_pylist())
    policies = _by_policy(rows)
    found = [
        (one, other)
        for first, second in _compared(policies, wish.compare)
        for one, other in _different(policies[first], policies[second], same=first == second)
    ]
    if not found:
        raise ConfigError(
            f"--from {path}: {len(rows)} kept responses and no two different ones to compare "
            f"({wish.compare or 'across, or within'}): keep more with --set measure.keep_prompts=…"
        )
    weights = settings.get("world", {}).get("gold") or {}
    chosen: dict[str, NewPair] = {}
    for i in wish.seed.child("run").numpy().permutation(len(found)):
        pair = _pair(run.study, *found[i], kls=kls, weights=weights)
        chosen.setdefault(pair.key, pair)  # two policies may say the same
        if len(chosen) == wish.pairs:
            break
    return Drawn(list(chosen.values()))


def _by_policy(rows: Iterable[Row]) -> dict[tuple[Any, ...], list[Row]]:
    """Return responses by what drew them, in the table's order."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in _POLICY), []).append(row)
    return found


def _compared(
    policies: Mapping[tuple[Any, ...], object], compare: Compare | None
) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Return which policies are compared: of one arm and seed, its base with the last of others."""
    last: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for policy in policies:
        *who, step = policy
        before = last.get(tuple(who))
        if before is None or before[-1] < step:
            last[tuple(who)] = policy
    bases = {policy[:2]: policy for policy in policies if policy[2] == BASE}
    across = [
        (bases[policy[:2]], policy)
        for policy in last.values()
        if policy[2] != BASE and policy[:2] in bases
    ]
    within = [(policy, policy) for policy in policies]
    if compare is None:
        return across or within
    return across if compare == "across" else within


def _different(
    first: Iterable[Row], second: Iterable[Row], same: bool
) -> Iterator[tuple[Row, Row]]:
    """Yield pairs of different responses to one prompt."""
    prompts: dict[str, list[Row]] = {}
    for row in second:
        prompts.setdefault(row["prompt"], []).append(row)
    if same:
        for rows in prompts.values():
            yield from (two for two in combinations(rows, 2) if _differ(*two))
        return
    for row in first:
        others = prompts.get(row["prompt"], ())
        yield from (two for two in product([row], others) if _differ(*two))


def _differ(one: Row, other: Row) -> bool:
    return one["response"] != other["response"]


def _kls(points: Iterable[Row]) -> dict[tuple[Any, ...], float]:
    """Return each policy's measured KL to the base, in nats."""
    return {tuple(p[name] for name in _POLICY): p["kl"] for p in points if p["kl"] is not None}


def _pair(
    study: str,
    one: Row,
    other: Row,
    *,
    kls: Mapping[tuple[Any, ...], float],
    weights: Mapping[str, float],
) -> NewPair:
    extra: dict[str, Any] = {
        "prompt_id": one["prompt_id"],
        "study": study,
        "arm": one["arm"],
        "run_seed": one["seed"],
    }
    for side, row in (("first", one), ("second", other)):
        more = {
            "policy": _named(row),
            "step": row["step"],
            "kl": kls.get(tuple(row[name] for name in _POLICY)),
            "proxy": row["proxy"],
        }
        extra |= {f"{name}_{side}": value for name, value in more.items() if value is not None}
    return NewPair(
        prompt=one["prompt"],
        first=one["response"],
        second=other["response"],
        truth=_truth(one, other, weights),
        extra=extra,
    )


def _named(row: Row) -> str:
    """Return a policy as people read it: base, "rloo, beta 0.1, step 40", "best_of_n, n 16"."""
    if row["optimizer"] in (None, BASE):
        return BASE
    parts = [row["optimizer"]]
    if row["beta"] is not None:
        parts.append(f"beta {row['beta']:g}")
    parts.append(f"step {row['step']}" if row["n"] is None else f"n {row['n']}")
    return ", ".join(parts)


def _truth(one: Row, other: Row, weights: Mapping[str, float]) -> Truth | None:
    gold = one["gold"], other["gold"]
    if None in gold:
        return None
    choice = "tie" if gold[0] == gold[1] else "first" if gold[0] > gold[1] else "second"
    return Truth(choice, "world", _is_good(one, weights), _is_good(other, weights))


def _is_good(row: Row, weights: Mapping[str, float]) -> bool | None:
    """Return whether a response is worth more than an empty page, in the world's points.

    The table's gold is in units of the base; its channels and the world's weights give points.
    """
    known = {name: row.get(f"channel.{name}") for name in weights}
    if not any(value is not None for value in known.values()):
        return None
    return sum(weights[name] * (value or 0.0) for name, value in known.items()) > 0
