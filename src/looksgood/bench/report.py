"""What a benchmark found: rows, ratios with their aims, notes; as a table and as JSON."""

import dataclasses
import json
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from looksgood.bench.timing import Spread
from looksgood.core.errors import ConfigError, LooksgoodError
from looksgood.runs.machine import machine, packages


@dataclass(frozen=True, slots=True)
class Row:
    """One contestant: its CPU-seconds, and how many completions a CPU-second buys."""

    name: str
    about: str
    cpu_seconds: Spread
    completions_per_cpu_second: float | None
    response_tokens: float | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """How one contestant compares with another, and what was aimed at."""

    name: str
    value: Spread
    aim: float

    @property
    def met(self) -> bool:
        """Whether the median reaches the aim."""
        return self.value.median >= self.aim


@dataclass(frozen=True, slots=True)
class Part:
    """Everything measured on one workload."""

    title: str
    settings: dict[str, Any]
    rows: tuple[Row, ...]
    ratios: tuple[Ratio, ...]
    lengths_agree: bool


@dataclass(frozen=True, slots=True)
class Report:
    """A benchmark's outcome. `check` says what is wrong with it, after it was shown."""

    name: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    missing: str | None = None

    def check(self) -> None:
        """Refuse a comparison that is none.

        Raises:
            ConfigError: the peer is not installed, so only our own rows are there.
            LooksgoodError: contestants drew completions of different length.
        """
        if self.missing:
            raise ConfigError(self.missing)
        for part in self.parts:
            if not part.lengths_agree:
                lengths = {r.name: r.response_tokens for r in part.rows if r.response_tokens}
                raise LooksgoodError(f"{part.title}: mean lengths differ, {lengths}: no comparison")

    def as_json(self) -> str:
        """Return all of it, with machine and versions."""
        parts = []
        for part in self.parts:
            made = dataclasses.asdict(part)
            for ratio, source in zip(made["ratios"], part.ratios, strict=True):
                ratio["met"] = source.met
            parts.append(made)
        return json.dumps(
            {
                "benchmark": self.name,
                "parts": parts,
                "notes": list(self.notes),
                "missing": self.missing,
                "machine": machine(),
                "packages": versions(),
            },
            indent=2,
        )

    def as_table(self) -> str:
        """Return the rows and ratios as text."""
        lines = []
        for part in self.parts:
            lines += [part.title, *_columns(part.rows)]
            for ratio in part.ratios:
                verdict = "met" if ratio.met else "missed"
                lines.append(f"  {ratio.name}: {ratio.value}; aim {ratio.aim:g}: {verdict}")
            lines.append("")
        found = versions()
        kept = ", ".join(f"{p} {found[p]}" for p in ("torch", "transformers", "trl") if p in found)
        lines += [f"- {note}" for note in self.notes]
        lines += [f"- {machine()['processor']}, one thread; {kept}"]
        return "\n".join(lines)


def versions() -> dict[str, str]:
    """Return the versions that timings depend on, TRL's and its helpers' included."""
    found = dict(packages())
    for name in ("trl", "accelerate"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _columns(rows: tuple[Row, ...]) -> list[str]:
    """Return rows aligned under their heads."""
    table = [("", "CPU-seconds: median (range)", "completions/CPU-s", "tokens", "")]
    for row in rows:
        rate, tokens = row.completions_per_cpu_second, row.response_tokens
        table.append(
            (
                row.name,
                str(row.cpu_seconds),
                "" if rate is None else f"{rate:.1f}",
                "" if tokens is None else f"{tokens:.1f}",
                row.about,
            )
        )
    widths = [max(len(line[i]) for line in table) for i in range(5)]
    return [
        "  " + "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in table
    ]
