"""Which column of TRL's completions is the proxy: the file names reward functions, not weights."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from looksgood.audits.formats.columns import AT_THEIR_WORD, terms_of
from looksgood.audits.notes import Notes
from looksgood.core.audit_result import NotMeasured
from looksgood.core.errors import DataError
from looksgood.core.visible import listed

if TYPE_CHECKING:
    import pyarrow as pa


def proxy_column(
    schemas: Sequence["pa.Schema"], said: Mapping[str, str], path: Path, notes: Notes
) -> str | None:
    """Return the only reward column that nothing else claims; None where --map says or none is.

    A column called `gold` or `rater`, as our weight-0 reward functions are, is never the proxy.

    Raises:
        DataError: several are left: their weights are not in the files, so their sum is a guess.
    """
    found = _rewards(schemas)
    notes.lines += [
        f"The column {name} is in {count} of {len(schemas)} files; in the others it is missing."
        for name, count in found.items()
        if count < len(schemas)
    ]
    if "proxy" in said:
        return None
    claimed = {column for source in said.values() for _, column in terms_of(source, found)}
    free = [name for name in found if name not in claimed | AT_THEIR_WORD.keys()]
    if len(free) > 1:
        summed = "+".join(free[:8]) + ("+…" if len(free) > 8 else "")
        raise DataError(
            f"{path}: several reward columns ({listed(free)}), and not how they were weighed: "
            f"say what was optimised, --map proxy={summed} for TRL's default (weight 1 "
            f"each; 0.5*{free[0]} halves one), with gold=COLUMN if one of them is the truth"
        )
    if not free:
        notes.not_measured.append(
            NotMeasured("The proxy", "the completions have no reward column besides those mapped")
        )
    return free[0] if free else None


def _rewards(schemas: Sequence["pa.Schema"]) -> Counter[str]:
    """Count in how many files each column of floats is; TRL writes every reward as floats."""
    from pyarrow import types

    return Counter(
        field.name
        for schema in schemas
        for field in schema
        if types.is_floating(field.type) and field.name != "advantage"
    )
