"""What was met while reading: gathered from all files, and said in the report."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from looksgood.core.audit_result import NotMeasured


@dataclass(slots=True)
class Notes:
    """What was decided about files and rows; nothing is mended silently."""

    lines: list[str] = field(default_factory=list)
    """One sentence each, with the file and how many rows it concerns."""
    not_measured: list[NotMeasured] = field(default_factory=list)
    kl_means: str = ""
    """What the column `kl` is, where the format tells: "k1, summed over the sequence"."""

    def unused(self, names: Iterable[str]) -> None:
        """Note columns that are there and not read: --map may want one of them."""
        shown = [repr(name[:60]) for name in names]
        more = f" and {len(shown) - 20} more" if len(shown) > 20 else ""
        if shown:
            self.lines.append(f"Columns that are not used: {', '.join(shown[:20])}{more}.")
