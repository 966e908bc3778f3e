"""Reading votes, in long form (one row per vote) or in wide form (one column per rater)."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.formats.columns import refuse_missing, refuse_unknown
from looksgood.audits.formats.numbers import number_said
from looksgood.audits.formats.small_table import Row, given, read_rows
from looksgood.audits.notes import Notes
from looksgood.audits.raters.vote_entries import (
    ITEM,
    LONG,
    WIDE,
    Entry,
    entries_of,
    joined,
    kind_of,
    value_of,
)
from looksgood.audits.raters.votes import Kind, Votes
from looksgood.core.errors import DataError
from looksgood.core.visible import listed

_SPELT = {
    "choice": "choices between two: 1, A or first; 2, B or second; 0 or tie",
    "mark": "marks of one response: numbers, or yes and no",
}


def read_votes(path: Path, columns: Mapping[str, str], notes: Notes) -> Votes:
    """Read votes; `columns` says which column is what: {"item": "idx", "rater": "worker_id"}.

    Long: item, rater, vote, and where there are such: shown (which of the two was shown first),
    swapped (the same rater's vote with the second shown first; both votes name the item's own first
    and second), confidence, seconds, expert (yes: this vote is the truth's). Wide: raters and
    experts, each several columns joined by "+". Both: item, prompt (items that share one are not
    independent), first and second, or response (texts), truth. A role that `columns` leaves out is
    the column of its own name; "a+b" joins two columns to one name.

    Raises:
        DataError: the file cannot be read, lacks a column, or holds no vote; names it.
    """
    rows = read_rows(path, notes)
    roles = _roles(path, rows, columns)
    entries = entries_of(rows, roles)
    kind = kind_of(entries, roles)
    vote = np.array([value_of(entry.vote, kind) for entry in entries])
    _tell(path, entries, vote, kind, notes)
    expert = np.array([entry.expert for entry in entries])
    row = np.array([entry.row for entry in entries])
    kept = np.flatnonzero(np.isfinite(vote) & ~expert)
    if not len(kept):
        raise DataError(f"{path}: no cell of the columns named holds a vote ({_SPELT[kind]})")
    item, cluster = _numbered(rows, roles)
    truth = np.array([value_of(joined(r, roles["truth"]), kind) for r in rows if "truth" in roles])
    said, of = (truth, item) if len(truth) else (vote[expert], item[row[expert]])
    chosen = [entries[i] for i in kept]
    raters, rater = _names([entry.rater for entry in chosen])
    return Votes(
        kind=kind,
        raters=raters,
        item=item[row[kept]],
        rater=rater,
        vote=vote[kept],
        first_shown=np.array([value_of(entry.shown, "choice") for entry in chosen]),
        confidence=_numbers(entry.confidence for entry in chosen),
        seconds=_numbers(entry.seconds for entry in chosen),
        cluster=cluster,
        truth=_means(said, of, len(cluster)),
        length=_means(_lengths(rows, roles), item, len(cluster)),
    )


def _roles(path: Path, rows: list[Row], columns: Mapping[str, str]) -> dict[str, str]:
    """Return which column has which role: those said, and those that bear a role's name."""
    every = (*ITEM, *LONG, *WIDE)
    found = list(rows[0])
    refuse_unknown(columns, every, "votes", "--map-votes")
    refuse_missing(path, columns, found, "--map-votes")
    roles = {role: role for role in (*ITEM, *LONG) if role in found} | dict(columns)
    is_long = {"rater", "vote"} <= set(roles) and bool(set(ITEM[:-1]) & set(roles))
    if "raters" not in roles and not is_long:
        trains = {"chosen", "rejected"} <= set(found)  # as `looksgood rate export` writes them
        hint = "; a campaign's votes are read from its database, or `rate export --as audit`"
        raise DataError(
            f"{path}: votes need --map-votes item=…,rater=…,vote=… (a row per vote) or --map-votes "
            f"raters=A+B+C (a column per rater); found: {listed(found, 60)}{hint if trains else ''}"
        )
    return roles


def _numbered(
    rows: Sequence[Row], roles: Mapping[str, str]
) -> tuple[Int[np.ndarray, " rows"], Int[np.ndarray, " items"]]:
    """Return each row's item, and each item's cluster: its prompt, or itself.

    An item without a name is known by its texts, or, in wide form, by its row.
    """
    texts = [roles[role] for role in ("prompt", "first", "second", "response") if role in roles]
    by = roles.get("item", "" if "raters" in roles else "+".join(texts))
    names, item = _names([joined(row, by) if by else str(i) for i, row in enumerate(rows)])
    if "prompt" not in roles:
        return item, np.arange(len(names))
    cluster = np.zeros(len(names), dtype=np.int64)
    cluster[item] = _names([joined(row, roles["prompt"]) for row in rows])[1]
    return item, cluster


def _names(names: Sequence[str]) -> tuple[tuple[str, ...], Int[np.ndarray, " n"]]:
    """Return the different names in order of appearance, and each one's number."""
    number_of = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return tuple(number_of), np.array([number_of[name] for name in names], dtype=np.int64)


def _means(
    values: Float[np.ndarray, " n"], item: Int[np.ndarray, " n"], items: int
) -> Float[np.ndarray, " items"]:
    """Return each item's mean of what is known of it, NaN for nothing."""
    known = np.isfinite(values)
    count = np.bincount(item[known], minlength=items)
    total = np.bincount(item[known], weights=values[known], minlength=items)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _lengths(rows: Sequence[Row], roles: Mapping[str, str]) -> Float[np.ndarray, " rows"]:
    if {"first", "second"} <= set(roles):
        pairs = [(given(row, roles["first"]), given(row, roles["second"])) for row in rows]
        return np.array([float(len(first) - len(second)) for first, second in pairs])
    if "response" in roles:
        return np.array([float(len(given(row, roles["response"]))) for row in rows])
    return np.full(len(rows), np.nan)


def _numbers(texts: Iterable[str]) -> Float[np.ndarray, " n"]:
    found = [number_said(text) for text in texts]
    return np.array([np.nan if value is None else value for value in found], dtype=np.float64)


def _tell(
    path: Path,
    entries: Sequence[Entry],
    vote: Float[np.ndarray, " entries"],
    kind: Kind,
    notes: Notes,
) -> None:
    """Note how the votes were read, and what was none."""
    empty = sum(not entry.vote for entry in entries)
    strange = [entry for entry, v in zip(entries, vote, strict=True) if entry.vote and np.isnan(v)]
    notes.lines.append(f"{path.name}: votes are read as {_SPELT[kind]}.")
    if empty:
        notes.lines.append(f"{path.name}: {empty} of {len(entries)} votes are empty: left out.")
    if strange:
        first = strange[0]
        notes.lines.append(
            f"{path.name}: {len(strange)} of {len(entries)} votes are no vote and are left out; "
            f"the first is {first.vote[:40]!r}, row {first.row + 1}, of {first.rater[:40]!r}."
        )
